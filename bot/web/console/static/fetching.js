// Pages that are fetched to be put into the one that is open.
import { Idiomorph } from "./vendor/idiomorph.esm.js";

/** The page under this address as a document, with a form posted there if one is given; null
 * where it cannot be had now. */
export function pageAt(address, form) {
  return pageOf(address, form ? { method: "POST", body: form } : {});
}

/** The page that is open, as it is now. The server draws it once for all who have it open; what
 * its forms carry is ours. */
export async function freshPage() {
  const page = await pageOf(location.href, { headers: { "X-Open-Page": "1" } });
  for (const field of page?.querySelectorAll("input[name=csrf]") ?? []) {
    field.setAttribute("value", document.body.dataset.csrf);
  }
  return page;
}

async function pageOf(address, request) {
  try {
    const response = await fetch(address, request);
    if (response.redirected && new URL(response.url).pathname.endsWith("/_login")) {
      tell("You are logged out.", location.href, "Log in");
      return null;
    }
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null; // the connection is lost; who asked tries again
  }
}

/** Makes one element what another is; what is typed, chosen, open, focused or `data-kept` stays as
 * it is, and `data-stays` where it was. */
export function become(old, fresh) {
  Idiomorph.morph(old, fresh, {
    ignoreActiveValue: true,
    callbacks: {
      beforeAttributeUpdated: (name, node) =>
        !(name === "open" && node.tagName === "DETAILS") &&
        !(name === "value" && node.matches("input:not([type=hidden])")),
      beforeNodeRemoved: (node) => !node.hasAttribute?.("data-stays"),
      beforeNodeMorphed: (node) => node.tagName !== "TEXTAREA" && !node.hasAttribute?.("data-kept"),
    },
  });
  document.dispatchEvent(new Event("morphed"));
}

/** Says something at the edge of the page, to be heard too. */
export function tell(text, address, label) {
  const told = document.getElementById("told");
  told.textContent = text;
  if (address) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = label;
    told.append(" ", link);
  }
}
