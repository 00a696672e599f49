// Elements made of values: every text is set as a text, so nothing in it is markup.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** `element("p", { class: "x" }, "text", child)`; what is null, false or undefined is left out. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  fill(made, ...children);
  return made;
}

/** These in place of what it holds; what is null, false or undefined is left out. */
export function fill(box, ...children) {
  box.replaceChildren(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
}

/** What steers terminals has a sign of its own. */
export function shown(text) {
  return String(text ?? "").replace(UNSEEN, (sign) =>
    sign < " " ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : "\ufffd",
  );
}

/** +15555550123 as people write it. */
export function numberOf(written) {
  const found = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(written);
  return found ? `(${found[1]}) ${found[2]}-${found[3]}` : shown(written);
}

export function timeOf(written, zone, style = { timeStyle: "short" }) {
  return new Intl.DateTimeFormat(undefined, { ...style, timeZone: zone ?? undefined }).format(new Date(written));
}

/** As fields of a time have it, on the clocks of a zone. */
export function minuteOf(written, zone) {
  const style = { dateStyle: "short", timeStyle: "short", timeZone: zone ?? undefined };
  return new Intl.DateTimeFormat("sv", style).format(new Date(written)).replace(" ", "T");
}
