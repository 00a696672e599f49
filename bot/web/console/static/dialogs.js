// Links marked `data-open` show their page in a dialog, in its place.
import { pageAt } from "./fetching.js";

export function openSheets() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-open]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const page = await pageAt(link.href);
    const sheet = page?.querySelector("[data-sheet]");
    if (!sheet) {
      location.href = link.href;
      return;
    }
    show(page.querySelector("h1").textContent, sheet, link);
  });
}

function show(title, sheet, from) {
  const dialog = document.createElement("dialog");
  const heading = document.createElement("h1");
  heading.textContent = title;
  heading.id = "sheet-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  const form = document.createElement("form");
  form.method = "dialog";
  const close = document.createElement("button");
  close.textContent = "Close";
  form.append(close);
  dialog.append(heading, document.adoptNode(sheet), form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    from.focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
