// By keyboard: J and K go through a list, a letter presses what is marked `data-key`.
let left = -1; // the place of the item that was chosen when this list was last left

export function listenToKeys() {
  const key = `place ${location.pathname}`;
  left = Number(sessionStorage.getItem(key) ?? -1);
  sessionStorage.removeItem(key);
  addEventListener("pagehide", () => {
    const at = chosen();
    if (at >= 0) sessionStorage.setItem(key, at);
  });
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.repeat && event.key !== "j" && event.key !== "k") return;
    if (event.key === "?") document.getElementById("keys").showModal();
    else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "Enter" && event.target.matches("li[data-item]")) press("r");
    else if (!press(event.key)) return;
    event.preventDefault();
  });
}

function step(by) {
  const items = listed();
  const at = chosen();
  // What was done is gone, and what came after it stands in its place.
  const to = at >= 0 ? at + by : left >= 0 ? left + Math.min(by, 0) : 0;
  left = Math.min(items.length - 1, Math.max(0, to));
  const next = items[left];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function listed() {
  return [...document.querySelectorAll("[data-item]")];
}

function chosen() {
  return listed().findIndex((item) => item.contains(document.activeElement));
}

function press(key) {
  const item = document.activeElement.closest("[data-item], article");
  const found = [...document.querySelectorAll("[data-key]")].filter((one) => one.dataset.key === key);
  // Of an item only where it has the focus: nobody is done with what they have not chosen.
  const target =
    found.find((one) => item?.contains(one)) ?? found.find((one) => !one.closest("[data-item], article"));
  if (!target) return false;
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}
