// By keyboard: J and K go through a list, a letter presses what is marked `data-key`.
export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "?") document.getElementById("keys").showModal();
    else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "Enter" && event.target.matches("li[data-item]")) press("r");
    else if (!press(event.key)) return;
    event.preventDefault();
  });
}

function step(by) {
  const items = [...document.querySelectorAll("[data-item]")];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.min(items.length - 1, Math.max(0, at + (at < 0 && by < 0 ? 0 : by)))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
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
