// The page draws itself anew when the server says that something has changed. The browser repeats
// the last id by itself when a connection is lost, and so learns what it missed.
import { become, freshPage, tell } from "./fetching.js";
import { showOthers } from "./others.js";

const AT_MOST_EVERY = 400; // milliseconds

export function stayLive(tail) {
  const address = document.body.dataset.live;
  if (!address) return;
  let seen = null;
  let source = null;
  let drawing = false;
  let again = false;
  let timer = 0;

  async function draw() {
    if (drawing) {
      again = true;
      return;
    }
    drawing = true;
    do {
      again = false;
      const fresh = await freshPage();
      const main = fresh?.getElementById("main");
      if (main) {
        tell("");
        tail.around(() => become(document.getElementById("main"), main));
      } else again = true;
      await new Promise((done) => setTimeout(done, main ? AT_MOST_EVERY : 2000));
    } while (again && !document.hidden);
    drawing = false;
    expect();
  }

  /** What was counted a while ago is counted anew now and then, and says when. */
  function expect() {
    const seconds = document.querySelector("[data-newer-in]")?.dataset.newerIn;
    clearTimeout(timer);
    if (seconds !== undefined) timer = setTimeout(draw, 1000 * seconds + 100);
  }

  function listen() {
    const url = new URL(address, location.href);
    if (seen !== null) url.searchParams.set("after", seen);
    source = new EventSource(url);
    source.addEventListener("message", (event) => {
      seen = event.lastEventId;
      tell("");
      draw();
    });
    source.addEventListener("others", (event) => showOthers(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
      source = null;
      draw(); // which says so where one is logged out
      setTimeout(wake, 5000);
    });
  }

  function wake() {
    if (!document.hidden && source === null) listen();
  }

  // A tab that nobody sees costs the server nothing.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else {
      wake();
    }
  });
  document.addEventListener("morphed", () => showOthers());
  addEventListener("pagehide", () => source?.close());
  wake();
  expect();
}
