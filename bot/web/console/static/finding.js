// A search is made while it is typed; of a page of its own the address says what was looked for.
import { become, pageAt } from "./fetching.js";

const PAUSE = 200; // milliseconds

export function findWhileTyping() {
  let timer = 0;
  let asked = 0;

  async function find(form) {
    const mine = ++asked;
    const dialog = form.closest("dialog");
    const url = new URL(form.getAttribute("action") ?? location.pathname, location.href);
    for (const [name, value] of new FormData(form)) if (value) url.searchParams.set(name, value);
    if (!dialog) history.replaceState(null, "", url);
    const page = await pageAt(url);
    const part = page?.querySelector("[data-part]");
    if (part && mine === asked) become((dialog ?? document).querySelector("[data-part]"), part);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-find]");
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE, form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-find]")) return;
    event.preventDefault();
    clearTimeout(timer);
    find(event.target);
  });
}
