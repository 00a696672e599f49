// One phone: whose it is, what is on its screen, and what they write.
import { act, attach, tell, tried } from "./asking.js";
import { element, numberOf, shown, timeOf } from "./element.js";

const SOMEBODY = "somebody";
const GREETING = "Thanks for signing up! Ask us anything.";

export class Phone {
  /** `page`: `person()` asks for a number, `turned(phone)` hears of another person or a touch. */
  constructor(number, page) {
    this.number = number;
    this.page = page;
    this.picture = null;
    this.state = null;
    this.root = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    for (const name of ["time", "ours", "who", "bubbles", "composer", "attached", "preview", "detach", "file", "text"]) {
      this[name] = this.root.querySelector(`[data-${name}]`);
    }
    this.isAtEnd = true;
    this.top = 0;
    this.bubbles.addEventListener("scroll", ({ target: box }) => {
      const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
      this.isAtEnd = isNear || (this.isAtEnd && box.scrollTop >= this.top); // until they go up
      this.top = box.scrollTop;
    });
    this.bubbles.addEventListener("load", () => this.stay(), { capture: true }); // of pictures
    new ResizeObserver(() => this.stay()).observe(this.bubbles);
    this.root.addEventListener("focusin", () => page.turned(this));
    this.who.addEventListener("change", () => this.choose());
    this.composer.addEventListener("submit", (event) => this.send(event));
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.composer.requestSubmit();
    });
    this.file.addEventListener("change", () => this.attach());
    this.detach.addEventListener("click", () => this.leaveOut());
  }

  async choose() {
    const chosen = this.who.value === SOMEBODY ? await this.page.person() : this.who.value;
    this.become(chosen ?? this.number);
  }

  become(number) {
    this.number = number;
    this.state = null;
    this.bubbles.replaceChildren();
    this.page.turned(this, true);
  }

  async send(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text && !this.picture) return;
    const [written, picture] = [this.text.value, this.picture];
    this.text.value = "";
    this.leaveOut();
    const came = await tried(act("_sandbox/texts", { from: this.number, text, to: this.state?.ours, media: picture }));
    if (came === null) {
      this.text.value ||= written; // what was typed is not lost
    } else if (!came.told.length) {
      tell("Nobody is told: no webhook is registered. Try: bot webhooks register http://127.0.0.1:8080");
    }
  }

  async attach() {
    const [file] = this.file.files;
    this.file.value = "";
    const kept = file && (await tried(attach(file)));
    if (!kept) return;
    this.picture = kept.url;
    this.preview.src = new URL(kept.url).pathname;
    this.attached.hidden = false;
    this.text.focus();
  }

  leaveOut() {
    this.picture = null;
    this.attached.hidden = true;
    this.preview.removeAttribute("src");
  }

  draw(whole, people) {
    const found = whole.phones[this.number];
    if (!found) return;
    this.state = found;
    this.time.textContent = timeOf(whole.now, whole.timezone);
    this.ours.textContent = numberOf(found.ours);
    this.root.setAttribute("aria-label", `Phone of ${numberOf(this.number)}`);
    const options = [...people.map((one) => [one, numberOf(one)]), [SOMEBODY, "Somebody new…"]];
    const same = options.map(String).join() === [...this.who.options].map((one) => [one.value, one.text]).join();
    if (!same) this.who.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
    this.who.value = this.number;
    this.drawBubbles(found, whole.timezone);
  }

  drawBubbles(found, zone) {
    const box = this.bubbles;
    const made = found.messages.map((one) => this.bubble(one, zone));
    if (!made.length) made.push(this.beginning());
    if (found.waits) made.push(element("li", { class: "typing" }, element("span", { class: "visually-hidden" }, "The bot decides"), element("i"), element("i"), element("i")));
    const focused = document.activeElement?.closest?.("[data-again]")?.dataset.again;
    box.replaceChildren(...made);
    if (focused) box.querySelector(`[data-again="${focused}"]`)?.focus();
    this.stay();
  }

  /** At the end, for who is there. */
  stay() {
    if (this.isAtEnd) this.bubbles.scrollTop = this.bubbles.scrollHeight;
  }

  bubble(one, zone) {
    const reached = one.answered === undefined ? "" : one.answered === 200 ? "Delivered" : "Not delivered";
    const time = element("time", { datetime: one.at }, timeOf(one.at, zone));
    return element(
      "li",
      { class: one.mine ? "mine" : "theirs" },
      element("span", { class: "visually-hidden" }, one.mine ? "They wrote" : "The business wrote"),
      one.image && this.image(one),
      one.text && element("p", { class: "bubble", dir: "auto" }, shown(one.text)),
      element(
        "p",
        { class: `meta${reached === "Not delivered" ? " bad" : ""}` },
        time,
        reached && ` · ${reached}`,
        one.mine &&
          element(
            "button",
            { type: "button", class: "quiet", "data-again": one.number, title: "Somebody new says the same up to here", onclick: () => this.again(one.number) },
            "Restart from here",
          ),
      ),
    );
  }

  /** Our own pictures are shown; others would be asked for elsewhere, and are named. */
  image(one) {
    const url = one.image;
    const place = URL.canParse(url) ? new URL(url) : null;
    if (place?.origin === location.origin && place.pathname.startsWith("/_phone/pictures/")) {
      return element("img", { class: "picture", src: place.pathname, alt: "A picture" });
    }
    return element("p", { class: "bubble linked", dir: "auto" }, element("b", {}, "Picture "), shown(url));
  }

  beginning() {
    return element(
      "li",
      { class: "beginning" },
      element("p", {}, "Nobody has written yet."),
      element("button", { type: "button", onclick: () => tried(act("_phone/first", { to: this.number, text: GREETING })) }, "Let the business write first"),
    );
  }

  async again(upTo) {
    tell("Somebody new says the same, up to there…");
    const came = await tried(act("_phone/again", { from: this.number, upTo }));
    if (!came) return;
    tell(`This is ${numberOf(came.from)} now; ${numberOf(this.number)} is still there.`);
    this.become(came.from);
    this.text.focus();
  }
}
