// The customer's phone: one chat of one customer.

import { composer } from "/composer.js";
import { arrange, choice, drawn, icon, initials, keepingEnd, make } from "/dom.js";
import { call } from "/stream.js";
import { dayText, messageNodes, timeText } from "/text.js";

const byID = (id) => document.getElementById(id);
const firstMessage = "Hello, is my order 4711 ready to be picked up? 😊";
const kinds = { image: "📷 Photo", video: "🎬 Video", audio: "🎤 Voice message", document: "📄 Document", sticker: "Sticker", location: "📍 Location" };

export class Phone {
  #state = null;
  #now = 0;
  #customer = null;
  #quoting = null;
  #people = "";
  /** How many messages of each chat were looked at. */
  #seen = new Map();
  #composer;
  #onChange;

  constructor({ onChange }) {
    this.#onChange = onChange;
    this.#composer = composer({
      label: "Message to the business", placeholder: "Message", button: "Send", send: (text) => this.#send(text),
    });
    byID("chat-composer").append(this.#composer.element);
  }

  /** The chat that is shown: `{messages, windowEnd}`. */
  get chat() { return this.#person?.chats[0]; }

  get customerName() { return this.#firstName(this.#person?.name ?? "The customer"); }

  /** Messages of the business in all chats. */
  get messageCount() {
    return this.#state.customers.reduce((sum, customer) => sum + this.#answers(customer), 0);
  }

  get #person() { return this.#state?.customers.find((customer) => customer.key === this.#customer); }

  #firstName(name) { return name.split(" ")[0]; }

  #answers(customer) { return customer.chats[0].messages.filter((message) => message.direction === "fromBusiness").length; }

  update(state, now) {
    this.#state = state;
    this.#now = now;
    if (!this.#person) this.#customer = state.customers[0]?.key ?? null;
    const people = state.customers.map(({ key, name }) => ({ key, name: this.#firstName(name), label: name }));
    if (JSON.stringify(people) !== this.#people) {
      this.#people = JSON.stringify(people);
      choice(byID("customers"), "customer", people, this.#customer, (key) => this.#choose(key));
    }
    const business = state.numbers[0];
    byID("business-name").textContent = business?.name ?? "";
    byID("business-number").textContent = business ? `+${business.displayNumber}` : "";
    byID("business-avatar").textContent = initials(business?.name ?? "");
    this.#draw(false);
  }

  scrollToEnd() { byID("chat").scrollTop = byID("chat").scrollHeight; }

  #choose(key) {
    this.#customer = key;
    this.#quote(null);
    this.#draw(true);
    this.#onChange();
  }

  #draw(isOther) {
    const person = this.#person;
    if (!person) return;
    byID("customer-about").textContent = this.#about(person);
    for (const customer of this.#state.customers) {
      if (customer === person || !this.#seen.has(customer.key)) this.#seen.set(customer.key, this.#answers(customer));
      const label = byID("customers").querySelector(`[data-key="${CSS.escape(customer.key)}"]`);
      label?.toggleAttribute("data-news", this.#answers(customer) > this.#seen.get(customer.key));
    }
    const items = this.#items(person);
    const isOwn = items.length > 0 && items[items.length - 1].message?.direction === "fromCustomer";
    keepingEnd(byID("chat"), () => arrange(byID("chat"), items, (item) => item.key, (item) => this.#node(item)), isOther || isOwn);
  }

  #about(person) {
    const handle = person.username ? `@${person.username}` : "";
    if (person.phone) return `+${person.phone}${handle ? ` · ${handle}` : ""}`;
    return `${handle ? `${handle} · ` : ""}no phone number, only a user ID`;
  }

  // MARK: Messages

  #items(person) {
    const messages = person.chats[0].messages;
    if (messages.length === 0) return [{ key: `empty ${person.key}`, empty: this.#firstName(person.name) }];
    const reactions = new Map();
    const items = [];
    let day = null;
    for (const message of messages) {
      const isReaction = message.type === "reaction" && message.quoting;
      if (isReaction) {
        reactions.set(message.quoting, message.text);
        continue;
      }
      const text = dayText(message.at, this.#now);
      if (text !== day) items.push({ key: `day ${text} ${message.wamid}`, day: text });
      day = text;
      const quoted = message.quoting ? messages.find((other) => other.wamid === message.quoting) : null;
      items.push({ key: message.wamid, message, quoted: quoted ? { own: quoted.direction === "fromCustomer", text: this.#words(quoted) } : null });
    }
    for (const item of items) if (item.message && reactions.get(item.message.wamid)) item.reaction = reactions.get(item.message.wamid);
    return items;
  }

  #words(message) {
    if (message.type === "text" || message.type === "reaction") return message.text;
    const kind = kinds[message.type] ?? `[${message.type}]`;
    return message.text ? `${kind}\n${message.text}` : kind;
  }

  #node(item) {
    if (item.empty) return drawn(make("div", { class: "empty" }), ({ empty }) => this.#emptyState(empty));
    if (item.day) return drawn(make("p", { class: "day" }), ({ day }) => [day]);
    const isOwn = item.message.direction === "fromCustomer";
    const element = make("article", { class: `bubble ${isOwn ? "own" : "other"}`, "data-wamid": item.message.wamid });
    return drawn(element, (current) => this.#bubble(current, isOwn));
  }

  #emptyState(name) {
    return [
      make("p", {}, `${name} has not written yet.`),
      make(
        "button",
        {
          type: "button", class: "primary",
          click: async (event) => {
            const button = event.currentTarget;
            button.disabled = true;
            try {
              await this.#send(firstMessage);
            } catch {
              button.disabled = false;
            }
          },
        },
        "Send a first message",
      ),
      make("p", { class: "small" }, `“${firstMessage}”`),
    ];
  }

  #bubble({ message, quoted, reaction }, isOwn) {
    return [
      quoted ? make("blockquote", {}, make("strong", {}, quoted.own ? "You" : byID("business-name").textContent), make("span", {}, quoted.text)) : null,
      make("div", { class: "bubble-text" }, messageNodes(this.#words(message))),
      make("div", { class: "bubble-foot" }, make("time", { datetime: new Date(message.at).toISOString() }, timeText(message.at)), this.#ticks(message, isOwn)),
      reaction ? make("span", { class: "reaction", title: "Reaction" }, reaction) : null,
      message.error ? make("p", { class: "failure" }, message.errorText ?? `Error ${message.error}`) : null,
      make(
        "button",
        { type: "button", class: "bubble-reply", "aria-label": `Reply to this: ${this.#words(message).slice(0, 60)}`, title: "Reply to this", click: () => this.#quote(message) },
        icon("reply"),
      ),
    ];
  }

  /** On answers: what the connector was told of them. On own messages: they are blue once the connector marked them as read. */
  #ticks(message, isOwn) {
    const status = isOwn ? (message.markedRead ? "read" : "delivered") : message.status;
    const words = { accepted: "on its way", sent: "sent", delivered: "delivered", read: "read", played: "read", failed: "failed" }[status] ?? status;
    const name = status === "failed" ? "alert" : status === "delivered" || status === "read" || status === "played" ? "ticks" : "tick";
    return make("span", { class: "ticks", "data-status": status, role: "img", "aria-label": words, title: words }, icon(name));
  }

  // MARK: Writing

  #quote(message) {
    this.#quoting = message?.wamid ?? null;
    const bar = byID("quoting");
    bar.hidden = !message;
    if (!message) return bar.replaceChildren();
    bar.replaceChildren(
      make("div", {}, make("strong", {}, "Reply to"), make("span", {}, this.#words(message))),
      make("button", { type: "button", class: "plain", "aria-label": "Do not reply to this", click: () => this.#quote(null) }, icon("close")),
    );
    this.#composer.focus();
  }

  async #send(text) {
    await call("customer", { customer: this.#customer, text, ...(this.#quoting ? { quoting: this.#quoting } : {}) });
    this.#quote(null);
  }
}
