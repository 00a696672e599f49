// The playground answers while one types.
import { become, pageAt } from "./fetching.js";

const PAUSE = 250; // milliseconds

export function tryWhileTyping() {
  const form = document.querySelector("form[data-try]");
  if (!form) return;
  let timer = 0;
  let asked = 0;

  async function ask(submitter) {
    const mine = ++asked;
    const page = await pageAt(form.action, new URLSearchParams(new FormData(form, submitter)));
    const part = page?.querySelector("[data-part]");
    if (part && mine === asked) become(document.querySelector("[data-part]"), part);
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE, null);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask(event.submitter);
  });
}
