// What is typed and not sent is kept in its tab: over a log-in, a lost connection, a reload.
export function keepDrafts() {
  const area = document.querySelector("[data-draft]");
  document.addEventListener("submit", (event) => {
    if (!event.target.action.endsWith("/_logout")) return;
    sessionStorage.clear();
    if (area) area.value = "";
  });
  if (!area) return;
  const key = `draft ${area.dataset.draft}`;
  const kept = JSON.parse(sessionStorage.getItem(key));
  sessionStorage.removeItem(key);
  if (kept && !area.value && !hasLeft(kept)) {
    area.value = kept.text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  let sent = null;
  area.form.addEventListener("submit", () => (sent = newest()));
  addEventListener("pagehide", () => {
    const text = area.value;
    if (text.trim()) sessionStorage.setItem(key, JSON.stringify({ text, seen: sent ?? newest() }));
  });
}

/** Whether it was on its way when its page went, and has arrived: it may be in several parts. */
function hasLeft({ text, seen }) {
  return ours().some(
    (message) => numberOf(message) > seen && flat(text).startsWith(flat(message.querySelector(".text").textContent)),
  );
}

function newest() {
  return Math.max(0, ...ours().map(numberOf));
}

function ours() {
  return [...document.querySelectorAll(".ours[data-message]")].filter((message) => message.querySelector(".text"));
}

function numberOf(message) {
  return Number(message.id.replace("out-", ""));
}

/** What a text says: what cannot be seen of it is stored and shown in another way. */
function flat(text) {
  return text.replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, "") || text.trim();
}
