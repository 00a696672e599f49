// A canned reply that is chosen in its dialog goes into the answer, where it can be changed.
export function takeCanned() {
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("dialog a[data-text]");
    const answer = document.getElementById("write-text");
    if (!chosen || !answer || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const dialog = chosen.closest("dialog");
    dialog.addEventListener("close", () => answer.focus());
    dialog.close();
    answer.value = chosen.dataset.text;
    answer.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
