// The page: its phones, the clock, and what is drawn anew when something has changed.
import { act, listen, look, tell, tried } from "./asking.js";
import { Decided } from "./decided.js";
import { minuteOf, timeOf } from "./element.js";
import { Phone } from "./phone.js";

const DEFAULTS = ["+15555550123", "+15555550124"];
const AGAIN = 150; // milliseconds, while the bot decides

const at = (name) => document.querySelector(`[data-${name}]`);
const chosen = location.hash.slice(1).split(",").filter((one) => /^\+\d{8,15}$/.test(one));
const decided = new Decided(at("decided"), save);
const phones = [];
let current = null;
let whole = null;
let drawing = false;
let again = false;

function turned(phone, isOther = false) {
  const was = current;
  current = phone;
  for (const one of phones) one.root.toggleAttribute("data-current", one === phone && phones.length > 1);
  if (isOther) remember();
  if (isOther) draw();
  else if (was !== phone && whole) decided.draw(whole, phone.number);
}

function remember() {
  history.replaceState(null, "", `#${phones.map((one) => one.number).join(",")}`);
}

function add(number) {
  const phone = new Phone(number, { person: askForPerson, turned });
  phones.push(phone);
  at("phones").append(phone.root);
  at("second").setAttribute("aria-pressed", phones.length > 1);
  document.body.toggleAttribute("data-two", phones.length > 1);
  turned(phone, true);
}

function takeAway() {
  phones.pop().root.remove();
  at("second").setAttribute("aria-pressed", false);
  document.body.toggleAttribute("data-two", false);
  turned(phones[0], true);
}

async function draw() {
  again = drawing;
  if (drawing) return;
  drawing = true;
  do {
    again = false;
    const asked = phones.map((one) => `for=${encodeURIComponent(one.number)}`).join("&");
    const found = await tried(look(`_phone/state.json?${asked}`));
    if (found) show(found);
    if (phones.some((one) => found?.phones[one.number]?.waits)) {
      await new Promise((done) => setTimeout(done, AGAIN));
      again = true;
    }
  } while (again);
  drawing = false;
}

function show(found) {
  whole = found;
  const people = [...new Set([...found.people, ...phones.map((one) => one.number)])];
  for (const phone of phones) phone.draw(found, people);
  decided.draw(found, current.number);
  at("clock").hidden = !found.movesClock;
  at("now").dateTime = found.now;
  at("now").textContent = timeOf(found.now, found.timezone, { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
  at("console").hidden = !found.console;
  if (found.console) at("console").href = `${found.console}/${found.phones[current.number]?.decided ? `conversations/${encodeURIComponent(current.number)}` : ""}`;
}

/** `to`: without an offset it is a time of the bot's zone, as the clock beside it. */
async function move(to) {
  const came = await tried(act("_phone/clock", { to }));
  if (!came) return;
  at("to").value = "";
  tell("The clock was put forward; what was due meanwhile has happened at its time.");
}

async function save(number) {
  const yaml = await tried(look(`_phone/test.yaml?for=${encodeURIComponent(number)}`));
  if (yaml === null) return;
  at("yaml").textContent = yaml;
  document.getElementById("saved").showModal();
}

function askForPerson() {
  const dialog = document.getElementById("person");
  at("number").value = `+1555555${String(Math.floor(Math.random() * 9000) + 1000)}`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener(
      "close",
      () => {
        const digits = at("number").value.replace(/[\s().-]/g, "");
        const number = /^\d{10}$/.test(digits) ? `+1${digits}` : digits;
        const isOne = /^\+[1-9]\d{7,14}$/.test(number);
        if (dialog.returnValue === "ok" && !isOne) tell("This is not a phone number, for example +15555550123.");
        done(dialog.returnValue === "ok" && isOne ? number : null);
      },
      { once: true },
    );
  });
}

at("cancel").addEventListener("click", () => document.getElementById("person").close());
at("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(at("yaml").textContent);
  tell("Copied.");
});
at("second").addEventListener("click", () => {
  if (phones.length > 1) return takeAway();
  const free = DEFAULTS.find((one) => one !== phones[0].number);
  add(free);
  phones[1].text.focus();
});
for (const button of document.querySelectorAll("[data-later]")) {
  button.addEventListener("click", () => move(new Date(Date.parse(whole.now) + 1000 * button.dataset.later).toISOString()));
}
at("clock").addEventListener("submit", (event) => {
  event.preventDefault();
  if (at("to").value) move(at("to").value);
  else at("to").focus();
});
at("to").addEventListener("focus", () => {
  at("to").value ||= minuteOf(whole.now, whole.timezone);
});
for (const number of chosen.length ? chosen.slice(0, 2) : DEFAULTS.slice(0, 1)) add(number);
turned(phones[0]);
phones[0].text.focus({ preventScroll: true });
listen(draw);
