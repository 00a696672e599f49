// A form that is on its way is not sent again by a second click.
const ON_ITS_WAY = 3000; // milliseconds

export function sendOnce() {
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), ON_ITS_WAY);
  });
}
