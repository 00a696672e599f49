// Beside the phones: what the bot decided, what it knows, and what went over the wire.
import { look, tried } from "./asking.js";
import { element, fill, numberOf, shown, timeOf } from "./element.js";

const OUTCOMES = { replied: "good", suppressed: "warn", held: "warn", unmatched: "plain", failed: "bad" };

const LATER = { weekday: "short", hour: "numeric", minute: "2-digit" };

export class Decided {
  constructor(root, saves) {
    this.root = root;
    this.saves = saves;
    this.open = new Set(["wire"]);
    this.whys = new Map();
    // What is pressed must not be replaced meanwhile: the head stays, the rest is drawn anew.
    this.whose = element("span");
    this.save = element("button", { type: "button", onclick: () => this.saves(this.number) }, "Save as test");
    this.rest = element("div", { class: "rest" });
    fill(root, element("header", {}, element("h2", {}, "What the bot decided for ", this.whose), this.save), this.rest);
  }

  draw(whole, number) {
    const found = whole.phones[number];
    if (!found) return;
    const said = found.decided?.messages ?? [];
    const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
    this.number = number;
    this.whose.textContent = numberOf(number);
    this.save.disabled = !found.decided;
    fill(
      this.rest,
      found.trouble && element("p", { class: "trouble" }, found.trouble),
      found.decided && this.person(found.decided, whole),
      this.answers(said, whole),
      this.wire(whole),
    );
    if (focused) this.root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  person(decided, whole) {
    const at = (written) => timeOf(written, whole.timezone, { dateStyle: "medium", timeStyle: "short" });
    const question = decided.question;
    const facts = [
      ["State", decided.state ? shown(decided.state) : "none"],
      question && ["Open question", `${shown(question.rule)} · ${shown(question.step)}${question.expiresAt ? `, until ${at(question.expiresAt)}` : ""}`],
      ["Texts", decided.optedOut ? "gets none: opted out" : decided.pausedUntil ? `a person has it until ${at(decided.pausedUntil)}` : "answered by the rules"],
      ...Object.entries(decided.contact).map(([name, value]) => [shown(name), shown(value)]),
    ];
    const timers = decided.scheduled.map((one) =>
      element("li", {}, element("b", {}, at(one.due)), ` ${shown(one.kind === "expiry" ? "end" : one.kind)}${one.rule ? ` of ${shown(one.rule)}` : ""}`, one.text && element("span", { class: "because", dir: "auto" }, ` ${shown(one.text)}`)),
    );
    return element(
      "section",
      { class: "card", "aria-label": "Person" },
      element("dl", { class: "facts" }, facts.filter(Boolean).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", { dir: "auto" }, value)))),
      timers.length > 0 && element("h3", {}, "Timers"),
      timers.length > 0 && element("ul", { class: "timers" }, timers),
    );
  }

  answers(said, whole) {
    const theirs = said.filter((one) => one.direction === "inbound").reverse();
    if (!theirs.length) {
      return element("p", { class: "card empty" }, "Text the bot: what it decides, and why, stands here.");
    }
    return element("ol", { class: "answers" }, theirs.map((one) => this.answer(one, whole)));
  }

  answer(one, whole) {
    const name = one.rule;
    const rule = !name
      ? element("span", { class: "rule" }, one.outcome ? "no rule" : "…")
      : name.startsWith("$") || !whole.console
        ? element("span", { class: "rule" }, shown(name))
        : element("a", { class: "rule", href: `${whole.console}/rules/${encodeURIComponent(name)}`, target: "_blank", rel: "noopener" }, shown(name));
    const captures = Object.entries(one.captures ?? {});
    const changes = one.changes ?? [];
    return element(
      "li",
      { class: "card" },
      element("p", { class: "said", dir: "auto" }, shown(one.text) || "a picture"),
      element("p", { class: "verdict" }, element("span", { class: `tag ${OUTCOMES[one.outcome] ?? "plain"}` }, one.outcome ?? "waits"), rule, one.reason && one.reason !== one.outcome && element("span", { class: "because" }, shown(one.reason))),
      one.detail && element("p", { class: "because", dir: "auto" }, shown(one.detail)),
      captures.length > 0 && element("p", { class: "because", dir: "auto" }, captures.map(([key, value]) => `${shown(key)} = ${shown(value)}`).join(" · ")),
      changes.length > 0 && element("p", { class: "because", dir: "auto" }, changes.map((one) => changed(one, whole.timezone)).join(" · ")),
      one.outcome && this.why(one),
    );
  }

  why(one) {
    const key = `why-${one.id}`;
    const list = element("ol", { class: "trace" });
    const tell = (found) => list.replaceChildren(...found.trace.map(step));
    if (this.whys.has(key)) tell(this.whys.get(key));
    const details = element("details", { open: this.open.has(key) }, element("summary", { "data-key": key }, "Why"), list);
    details.addEventListener("toggle", async () => {
      this.open[details.open ? "add" : "delete"](key);
      if (!details.open || this.whys.has(key)) return;
      const found = await tried(look(`_phone/why.json?id=${encodeURIComponent(one.id)}`));
      if (!found) return;
      this.whys.set(key, found);
      tell(found);
    });
    return details;
  }

  wire(whole) {
    const details = element(
      "details",
      { class: "card wire", open: this.open.has("wire") },
      element("summary", { "data-key": "wire" }, "On the wire"),
      element("ol", {}, whole.events.map((event) => this.event(event, whole))),
    );
    details.addEventListener("toggle", () => this.open[details.open ? "add" : "delete"]("wire"));
    return details;
  }

  event(event, whole) {
    const key = `event-${event.id}`;
    const time = element("time", { datetime: event.at }, timeOf(event.at, whole.timezone, { timeStyle: "medium" }));
    const { id, at, kind, ...rest } = event;
    const details = element("details", { open: this.open.has(key) }, element("summary", { "data-key": key }, time, ...line(event)), element("pre", { tabindex: "0" }, shown(JSON.stringify(rest, null, 2))));
    details.addEventListener("toggle", () => this.open[details.open ? "add" : "delete"](key));
    return element("li", {}, details);
  }
}

function line(event) {
  if (event.kind === "received") return [element("span", { class: "what" }, "text of ", numberOf(event.from))];
  if (event.kind === "sent") return [element("span", { class: "what" }, "POST /send to ", numberOf(event.to)), element("span", { class: "tag good" }, "200")];
  const answer = event.kind === "webhook" ? event.answers.at(-1) : event.status;
  const what = event.kind === "webhook" ? `webhook ${event.event}${event.body.status ? ` ${event.body.status}` : ""}` : event.called;
  return [element("span", { class: "what" }, shown(what)), element("span", { class: `tag ${answer === null || answer >= 400 ? "bad" : "good"}` }, answer ?? "no answer")];
}

function step(one) {
  return element(
    "li",
    { class: one.matched ? "hit" : "miss" },
    element("span", { class: "rule" }, shown(one.rule)),
    element("span", { class: "because", dir: "auto" }, one.matched ? "matches" : shown(one.because)),
  );
}

function changed(change, zone) {
  const [kind, name, value] = [shown(change.kind), shown(change.name ?? ""), change.value];
  const what = `${kind}${name && ` ${name}`}`;
  if (kind === "state") return `state ${name || "none"}${value ? ` until ${timeOf(value, zone, LATER)}` : ""}`;
  if (value === null || value === undefined) return `${what} ends`;
  return kind === "contact" || kind === "conversation" ? `${what} = ${shown(value)}` : what;
}
