// How many SMS a text takes, as bot/text/segments.py counts: GSM-7 (3GPP TS 23.038) or UCS-2.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");

export function segmentsOf(text) {
  const signs = [...text];
  const fits = signs.every((sign) => BASIC.has(sign) || EXTENDED.has(sign));
  const size = fits ? (sign) => (EXTENDED.has(sign) ? 2 : 1) : (sign) => sign.length;
  const [single, part] = fits ? [160, 153] : [70, 67];
  const units = signs.reduce((sum, sign) => sum + size(sign), 0);
  if (units <= single) return units ? 1 : 0;
  let count = 1;
  let room = part;
  for (const sign of signs) {
    if (size(sign) > room) {
      count += 1;
      room = part;
    }
    room -= size(sign);
  }
  return count;
}

/** Beside each text that costs something stands what it costs. */
export function countSegments() {
  document.addEventListener("input", (event) => {
    const shown = event.target.closest?.("[data-counted]")?.querySelector("[data-count]");
    if (!shown || event.target.tagName !== "TEXTAREA") return;
    const count = segmentsOf(event.target.value);
    shown.textContent = count ? `${count} segment${count === 1 ? "" : "s"}` : "";
  });
}
