// The wire traffic: a line for each message, newest at the end.

import { make, keepingEnd } from "/dom.js";
import { indentedJSON, preciseTimeText } from "/text.js";

const byID = (id) => document.getElementById(id);
const systems = { pbx: "PBX", connect: "Connect", meta: "Meta" };
const capacity = 1000;

export class Wire {
  #hidden = new Set(["quiet"]);
  #list = byID("wire-list");
  #empty = make(
    "div", { class: "empty" }, make("p", {}, "Nothing yet."),
    make("p", { class: "small" }, "Every message between the connector and PBX, Connect and Meta is listed here."),
  );

  constructor() {
    const filters = [...Object.entries(systems), ["quiet", "Keep-alives"]];
    byID("wire-filter").append(
      ...filters.map(([key, name]) =>
        make(
          "label",
          { class: "person", "data-key": key },
          make("input", { type: "checkbox", value: key, "aria-label": name, checked: !this.#hidden.has(key), change: (event) => this.#toggle(key, event.target.checked) }),
          make("span", { class: "person-name", "aria-hidden": "true" }, name),
        ),
      ),
    );
    this.clear();
  }

  clear() { this.#list.replaceChildren(this.#empty); }

  add(entry) {
    // What administrators say to the PBX does not pass the connector.
    if (entry.system === "admin") return;
    this.#empty.remove();
    keepingEnd(this.#list, () => {
      this.#list.append(this.#line(entry));
      while (this.#list.childElementCount > capacity) this.#list.firstElementChild.remove();
    });
  }

  #line(entry) {
    const isIn = entry.direction === "toService";
    const name = systems[entry.system] ?? entry.system;
    const summary = this.#summary(entry);
    const line = [
      make("time", { datetime: new Date(entry.at).toISOString() }, preciseTimeText(entry.at)),
      make("span", { class: "system", "data-system": entry.system }, name),
      make("span", { class: "arrow", role: "img", "aria-label": isIn ? "to the connector" : "from the connector", title: isIn ? `${name} to the connector` : `the connector to ${name}` }, isIn ? "→" : "←"),
      make("span", { class: "summary", title: entry.summary }, summary),
    ];
    const isQuiet = /KeepAlive/u.test(entry.summary);
    const attributes = { class: "line", "data-system": entry.system, "data-quiet": isQuiet };
    const element = entry.text
      ? make("details", { ...attributes, toggle: (event) => this.#open(event.target, entry.text) }, make("summary", {}, line))
      : make("div", attributes, make("div", { class: "no-details" }, line));
    element.hidden = this.#isHidden(element);
    return element;
  }

  /** What it is, without what is the same in all of them, and with what the webhook or the call is about. */
  #summary({ system, summary, text }) {
    if (system !== "meta") return summary;
    const short = summary.replace(/\/v[\d.]+\/(?:\d+\/)?/u, "");
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return short;
    }
    const value = message.entry?.[0]?.changes?.[0]?.value;
    const topic = value?.statuses?.[0]?.status ?? value?.messages?.[0]?.type ?? message.type ?? message.status;
    return typeof topic === "string" ? `${short}: ${topic}` : short;
  }

  #open(details, text) {
    if (!details.open || details.querySelector("pre")) return;
    details.append(make("pre", { tabindex: "0" }, indentedJSON(text)));
  }

  #isHidden(line) { return this.#hidden.has(line.dataset.system) || (line.hasAttribute("data-quiet") && this.#hidden.has("quiet")); }

  #toggle(key, isShown) {
    if (isShown) this.#hidden.delete(key);
    else this.#hidden.add(key);
    keepingEnd(this.#list, () => {
      for (const line of this.#list.querySelectorAll(".line")) line.hidden = this.#isHidden(line);
    });
  }
}
