// What the page asks of the sandbox, and how it hears that something has changed.
const told = document.querySelector("[data-told]");
let clears = 0;

/** Something that a person is to read; it goes by itself. */
export function tell(text) {
  told.textContent = text;
  clearTimeout(clears);
  if (text) clears = setTimeout(() => (told.textContent = ""), 8000);
}

async function answerOf(path, request) {
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Error("The sandbox does not answer: is it still running?");
  }
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  const found = isJson ? await answer.json() : await answer.text();
  if (!answer.ok) throw new Error(found.error ?? `The sandbox answers ${answer.status}.`);
  return found;
}

export const look = (path) => answerOf(path, {});

export const act = (path, body) =>
  answerOf(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

export const attach = (file) => answerOf("_phone/pictures", { method: "POST", body: file });

/** Done, or told why not; what it came to, else null. */
export async function tried(promise) {
  try {
    return await promise;
  } catch (error) {
    tell(error.message);
    return null;
  }
}

export function listen(changed) {
  let source = null;
  const open = () => {
    source = new EventSource("_phone/feed");
    source.addEventListener("message", changed);
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, 3000);
    });
  };
  open();
  addEventListener("pagehide", () => source?.close());
}
