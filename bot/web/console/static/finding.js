// A search is made while it is typed; the address says what was looked for.
import { become, pageAt } from "./fetching.js";

const PAUSE = 200; // milliseconds

export function findWhileTyping() {
  const form = document.querySelector("form[data-find]");
  if (!form) return;
  let timer = 0;
  let asked = 0;

  async function find() {
    const mine = ++asked;
    const url = new URL(location.pathname, location.href);
    for (const [name, value] of new FormData(form)) if (value) url.searchParams.set(name, value);
    history.replaceState(null, "", url);
    const page = await pageAt(url);
    const part = page?.querySelector("[data-part]");
    if (part && mine === asked) become(document.querySelector("[data-part]"), part);
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    find();
  });
}
