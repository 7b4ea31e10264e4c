// The demo page: keeps the three columns and the header up with the lab.

import { make } from "/dom.js";
import { Phone } from "/phone.js";
import { call, follow } from "/stream.js";
import { durationText, fullText } from "/text.js";
import { Wire } from "/wire.js";
import { Zone } from "/zone.js";

const byID = (id) => document.getElementById(id);
const phone = new Phone({ onChange: drawHeader });
const zone = new Zone();
const wire = new Wire();

let state = null;
let receivedAt = 0;
let isConnected = false;

/** The lab's time, which goes on between two states. */
function now() {
  return state.now + (state.clockRuns ? performance.now() - receivedAt : 0);
}

// MARK: Header

function drawHeader() {
  if (!state) return;
  const moment = now();
  byID("now").textContent = fullText(moment);
  byID("now").title = new Date(moment).toString();
  byID("now").dateTime = new Date(moment).toISOString();
  const chat = phone.chat;
  const isOpen = Boolean(chat?.windowEnd) && chat.windowEnd > moment;
  byID("window-name").textContent = `${phone.customerName}’s service window`;
  byID("countdown").textContent = !chat?.windowEnd ? "not opened yet" : isOpen ? `${durationText(chat.windowEnd - moment)} left` : "closed";
  byID("window").dataset.state = !chat?.windowEnd ? "never" : isOpen ? "open" : "closed";
  byID("window").title = "WhatsApp lets a business answer within 24 hours after the customer’s last message.";
}

function drawChips() {
  const chips = isConnected
    ? [
        ["PBX", state.pbx.links.some((link) => link.open)],
        ["Connect", state.connectLogins.length > 0],
        ["Meta", Boolean(state.service)],
      ].map(([name, isUp]) => [name, isUp ? "connected" : "not connected", isUp])
    : [["Demo", "does not answer, trying again", false]];
  byID("chips").replaceChildren(
    ...chips.map(([name, words, isUp]) =>
      make("li", { class: "chip", "data-up": String(isUp), title: `${name} ${words}` }, name, make("span", { class: "hidden-text" }, ` ${words}`)),
    ),
  );
}

for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", async () => {
    try {
      await call("clock", { advanceSeconds: Number(button.dataset.advance) });
      byID("notice").hidden = true;
    } catch (error) {
      byID("notice").textContent = error.message;
      byID("notice").hidden = false;
    }
  });
}
setInterval(drawHeader, 500);

// MARK: Tabs on narrow screens

const tabs = [...document.querySelectorAll("[role=tab]")];

function show(name) {
  document.body.dataset.tab = name;
  for (const tab of tabs) {
    const isShown = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
    if (isShown) delete tab.dataset.news;
  }
  if (name === "phone") phone.scrollToEnd();
}

for (const tab of tabs) {
  tab.addEventListener("click", () => show(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    show(next.dataset.tab);
    next.focus();
  });
}
show("phone");

/** Marks a tab that is not shown, when there is something new in it. */
function announce(name) {
  if (document.body.dataset.tab !== name) byID(`tab-${name}`).dataset.news = "";
}

// MARK: The stream

const counts = { phone: null, zone: null };

follow({
  onState(next, isOther) {
    state = next;
    receivedAt = performance.now();
    if (isOther) wire.clear();
    phone.update(state, now());
    zone.update(state, now());
    drawHeader();
    drawChips();
    for (const hint of document.querySelectorAll(".top > .hint")) hint.hidden = (hint.id === "first-steps") === Boolean(state.pbx.object);
    const seen = { phone: phone.messageCount, zone: state.posts.length };
    for (const name of ["phone", "zone"]) {
      if (counts[name] !== null && seen[name] > counts[name]) announce(name);
      counts[name] = seen[name];
    }
  },
  onWire: (entry) => wire.add(entry),
  onConnected() {
    isConnected = true;
    if (state) drawChips();
  },
  onLost() {
    isConnected = false;
    drawChips();
  },
});
