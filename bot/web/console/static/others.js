// Who else has a page open: it stands wherever the page says `data-others-at` with its path.
let others = {};

export function showOthers(found = others) {
  others = found;
  for (const place of document.querySelectorAll("[data-others-at]")) {
    const names = others[place.dataset.othersAt] ?? [];
    const text = names.length ? `${names.join(", ")} ${names.length === 1 ? "is" : "are"} looking at this` : "";
    if (place.textContent !== text) place.textContent = text;
    place.hidden = !text;
  }
}
