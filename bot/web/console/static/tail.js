// A conversation is read from its end. It follows what is said only where its end is in sight;
// else a button says how much is new.
const NEAR = 48; // pixels

export function followTail() {
  const part = document.querySelector("[data-tail]");
  if (!part) return { around: (change) => change() };
  const button = document.querySelector("[data-news]");
  let known = count();
  const own = () => getComputedStyle(part).overflowY !== "visible";
  const scroller = () => (own() ? part : document.scrollingElement);

  function count() {
    return document.querySelectorAll("[data-message]").length;
  }
  function isAtEnd() {
    const box = scroller();
    return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  }
  function toEnd() {
    const box = scroller();
    box.scrollTop = box.scrollHeight;
    known = count();
    button.hidden = true;
  }

  function around(change) {
    const follows = isAtEnd();
    change();
    if (follows) return toEnd();
    const fresh = count() - known;
    const button = document.querySelector("[data-news]");
    button.hidden = fresh <= 0;
    button.textContent = `${fresh} new`;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-news]")) toEnd();
  });
  document.addEventListener("scroll", () => isAtEnd() && toEnd(), { capture: true, passive: true });
  if (!location.hash) toEnd();
  return { around };
}
