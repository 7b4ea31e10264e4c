// The customer's phone: one chat of one customer.

import { attachmentNodes, sizeText } from "/attachment.js";
import { chatItems, wordsOf } from "/chat.js";
import { composer } from "/composer.js";
import { arrange, choice, drawn, icon, initials, keepingEnd, make } from "/dom.js";
import { captioned, picker, reactionBar } from "/picker.js";
import { call, callWithFile } from "/stream.js";
import { messageNodes, timeText } from "/text.js";

const byID = (id) => document.getElementById(id);
const firstMessage = "Hello, is my order 4711 ready to be picked up? 😊";
export class Phone {
  #state = null;
  #now = 0;
  #customer = null;
  /** The phone number ID of the business number that the chat is with. */
  #number = null;
  #quoting = null;
  /** The wamid of the message whose reactions are offered. */
  #reacting = null;
  /** The key of the newest item that was drawn. */
  #last = null;
  #people = "";
  #numbers = "";
  /** How many messages of each chat were looked at. */
  #seen = new Map();
  #composer;
  #onChange;

  constructor({ onChange }) {
    this.#onChange = onChange;
    const attach = picker({ pick: (type) => this.#pick(type), pickFile: (type, file) => this.#pickFile(type, file) });
    this.#composer = composer({
      label: "Message to the business", placeholder: "Message", button: "Send", send: (text) => this.#send(text), leading: attach.button,
    });
    byID("chat-picker").append(attach.menu);
    byID("chat-composer").append(this.#composer.element);
    byID("business-choice").addEventListener("change", (event) => this.#chooseNumber(event.target.value));
    document.addEventListener("pointerdown", (event) => {
      if (this.#reacting && !event.target.closest(".reaction-bar, .bubble")) this.#react(null);
    });
  }

  /** The chat that is shown: `{messages, windowEnd}`. */
  get chat() { return this.#person && this.#chatOf(this.#person); }

  get customerName() { return this.#firstName(this.#person?.name ?? "The customer"); }

  /** Messages of the business in all chats. */
  get messageCount() {
    return this.#state.customers.reduce((sum, customer) => sum + this.#answers(customer), 0);
  }

  get #person() { return this.#state?.customers.find((customer) => customer.key === this.#customer); }

  #firstName(name) { return name.split(" ")[0]; }

  #chatOf(customer) { return customer.chats.find((chat) => chat.number === this.#number) ?? customer.chats[0]; }

  get #business() { return this.#state.numbers.find((number) => number.id === this.#number); }

  #answers(customer) { return this.#chatOf(customer).messages.filter((message) => message.direction === "fromBusiness").length; }

  update(state, now) {
    this.#state = state;
    this.#now = now;
    if (!this.#person) this.#customer = state.customers[0]?.key ?? null;
    const people = state.customers.map(({ key, name }) => ({ key, name: this.#firstName(name), label: name }));
    if (JSON.stringify(people) !== this.#people) {
      this.#people = JSON.stringify(people);
      choice(byID("customers"), "customer", people, this.#customer, (key) => this.#choose(key));
    }
    if (!this.#business) this.#number = state.numbers[0]?.id ?? null;
    this.#drawBusiness();
    this.#draw(false);
  }

  /** Whoever the chat is with; a choice as soon as the business has more than one number. */
  #drawBusiness() {
    const { numbers } = this.#state;
    const name = this.#business?.name ?? "";
    byID("business-name").textContent = name;
    byID("business-avatar").textContent = initials(name);
    const box = byID("business-choice");
    const known = JSON.stringify(numbers.map(({ id }) => id));
    if (known !== this.#numbers) {
      this.#numbers = known;
      box.replaceChildren(...numbers.map(({ id, displayNumber, name }) => make("option", { value: id }, `${name}, +${displayNumber}`)));
    }
    box.hidden = numbers.length < 2;
    byID("business-name").hidden = !box.hidden;
    box.value = this.#number;
  }

  #chooseNumber(id) {
    this.#number = id;
    this.#reacting = null;
    this.#quote(null);
    this.#drawBusiness();
    this.#draw(true);
    this.#onChange();
  }

  scrollToEnd() { byID("chat").scrollTop = byID("chat").scrollHeight; }

  #choose(key) {
    this.#customer = key;
    this.#reacting = null;
    this.#quote(null);
    this.#draw(true);
    this.#onChange();
  }

  #draw(isOther) {
    const person = this.#person;
    if (!person) return;
    byID("customer-about").textContent = this.#about(person);
    byID("business-number").textContent = this.#businessLine(person);
    for (const customer of this.#state.customers) {
      if (customer === person || !this.#seen.has(customer.key)) this.#seen.set(customer.key, this.#answers(customer));
      const label = byID("customers").querySelector(`[data-key="${CSS.escape(customer.key)}"]`);
      label?.toggleAttribute("data-news", this.#answers(customer) > this.#seen.get(customer.key));
    }
    const items = this.#items(person);
    // Whoever has just written wants to see it; whoever reads further up is left in peace.
    const last = items[items.length - 1];
    const isNew = last?.key !== this.#last && last?.message?.direction === "fromCustomer";
    this.#last = last?.key ?? null;
    keepingEnd(byID("chat"), () => arrange(byID("chat"), items, (item) => item.key, (item) => this.#node(item)), isOther || isNew);
  }

  #about(person) {
    const handle = person.username ? `@${person.username}` : "";
    if (person.phone) return `+${person.phone}${handle ? ` · ${handle}` : ""}`;
    return `${handle ? `${handle} · ` : ""}no phone number, only a user ID`;
  }

  /** What the business is doing, or else its number. */
  #businessLine(person) {
    const upload = this.#state.transfers.find((transfer) => !transfer.file);
    if (upload) {
      const part = upload.total ? ` ${Math.min(99, Math.floor((100 * upload.done) / upload.total))} %` : "";
      return `is sending a file …${part}`;
    }
    if (this.#chatOf(person).typingUntil > this.#now) return "is typing …";
    const business = this.#business;
    return business ? `+${business.displayNumber}` : "";
  }

  // MARK: Messages

  #items(person) {
    const { messages } = this.#chatOf(person);
    if (messages.length === 0) return [{ key: `empty ${person.key} ${this.#number}`, empty: this.#firstName(person.name) }];
    return chatItems(messages, { now: this.#now, transfers: this.#state.transfers, reacting: this.#reacting });
  }

  #node(item) {
    if (item.empty) return drawn(make("div", { class: "empty" }), ({ empty }) => this.#emptyState(empty));
    if (item.day) return drawn(make("p", { class: "day" }), ({ day }) => [day]);
    const isOwn = item.message.direction === "fromCustomer";
    const { wamid, type } = item.message;
    const element = make("article", { class: `bubble ${isOwn ? "own" : "other"}${type === "sticker" ? " bare" : ""}`, "data-wamid": wamid, "data-type": type });
    // A tap on the message offers reactions; links, players and buttons in it keep their own meaning, and so does text that is marked.
    element.addEventListener("click", (event) => {
      if (event.target.closest("a, button, audio, video") || String(getSelection())) return;
      this.#react(this.#reacting === wamid ? null : wamid);
    });
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

  #bubble({ message, quoted, reactions, isReacting, isRevoked, isEdited, progress }, isOwn) {
    const business = byID("business-name").textContent;
    const foot = make(
      "div", { class: "bubble-foot" }, isEdited ? make("span", {}, "edited") : null,
      make("time", { datetime: new Date(message.at).toISOString() }, timeText(message.at)), this.#ticks(message, isOwn),
    );
    if (isRevoked) return [make("p", { class: "gone" }, isOwn ? "You deleted this message" : "This message was deleted"), foot];
    const attached = attachmentNodes(message);
    const text = attached.length === 0 ? wordsOf(message) : captioned.has(message.type) ? message.text : "";
    const given = reactions ? [reactions.fromCustomer, reactions.fromBusiness].filter(Boolean) : [];
    const words = wordsOf(message).slice(0, 60);
    return [
      message.echo ? make("p", { class: "origin" }, `Written on ${business}’s phone`) : null,
      message.group ? make("p", { class: "origin" }, "In a group") : null,
      message.forwarded ? make("p", { class: "origin" }, icon("reply"), "Forwarded") : null,
      quoted ? make("blockquote", {}, make("strong", {}, quoted.own ? "You" : business), make("span", {}, quoted.text)) : null,
      ...attached,
      text ? make("div", { class: "bubble-text" }, messageNodes(text)) : null,
      progress ? this.#progress(progress) : null,
      foot,
      given.length > 0 ? make("span", { class: "reaction", role: "img", "aria-label": `Reactions: ${given.join(" ")}` }, given[0] === given[1] ? `${given[0]} 2` : given.join("")) : null,
      message.error ? make("p", { class: "failure" }, message.errorText ?? `Error ${message.error}`) : null,
      isReacting ? reactionBar({ current: reactions?.fromCustomer, choose: (emoji) => this.#sendReaction(message, emoji), close: () => this.#react(null) }) : null,
      make(
        "div",
        { class: "bubble-actions" },
        make("button", { type: "button", "aria-label": `React to this: ${words}`, title: "React to this", "aria-expanded": String(isReacting), click: () => this.#react(isReacting ? null : message.wamid) }, icon("smile")),
        make("button", { type: "button", "aria-label": `Reply to this: ${words}`, title: "Reply to this", click: () => this.#quote(message) }, icon("reply")),
      ),
    ];
  }

  /** How far the connector has fetched the file. */
  #progress({ done, total }) {
    const words = total ? `${sizeText(done)} of ${sizeText(total)}` : sizeText(done);
    return make(
      "div", { class: "progress" },
      make("progress", { max: String(total ?? 1), value: total ? String(done) : null, "aria-label": "The business fetches the file" }),
      make("span", { class: "small" }, `Being fetched: ${words}`),
    );
  }

  /** On answers: what the connector was told of them. On own messages: they are blue once the connector marked them as read. */
  #ticks(message, isOwn) {
    const status = isOwn ? (message.markedRead ? "read" : "delivered") : message.status;
    const words = { accepted: "on its way", sent: "sent", delivered: "delivered", read: "read", played: "read", failed: "failed" }[status] ?? status;
    const name = status === "failed" ? "alert" : status === "delivered" || status === "read" || status === "played" ? "ticks" : "tick";
    return make("span", { class: "ticks", "data-status": status, role: "img", "aria-label": words, title: words }, icon(name));
  }

  // MARK: Reactions

  #react(wamid) {
    const before = this.#reacting;
    this.#reacting = wamid;
    this.#draw(false);
    const bubble = byID("chat").querySelector(`[data-wamid="${CSS.escape(wamid ?? before ?? "")}"]`);
    // Nothing that was focused is there any more once the bubble is drawn anew.
    if (wamid) bubble?.querySelector(".reaction-bar button")?.focus({ focusVisible: false });
    else if (document.activeElement === document.body) bubble?.querySelector(".bubble-actions button")?.focus({ preventScroll: true, focusVisible: false });
  }

  async #sendReaction(message, emoji) {
    this.#react(null);
    await this.#composer.attempt(async () => {
      await call("customer", { customer: this.#customer, number: this.#number, type: "reaction", target: message.wamid, ...(emoji ? { emoji } : {}) });
      return false;
    });
  }

  // MARK: Writing

  #quote(message) {
    this.#quoting = message?.wamid ?? null;
    const bar = byID("quoting");
    bar.hidden = !message;
    if (!message) return bar.replaceChildren();
    bar.replaceChildren(
      make("div", {}, make("strong", {}, "Reply to"), make("span", {}, wordsOf(message))),
      make("button", { type: "button", class: "plain", "aria-label": "Do not reply to this", click: () => this.#quote(null) }, icon("close")),
    );
    this.#composer.focus();
  }

  async #send(text) {
    await call("customer", { customer: this.#customer, number: this.#number, text, ...this.#reference });
    this.#quote(null);
  }

  get #reference() { return this.#quoting ? { quoting: this.#quoting } : {}; }

  /** Sends a sample; what is in the box becomes its caption, where there is one. */
  #pick(type) {
    return this.#composer.attempt(async (text) => {
      const caption = captioned.has(type) && text ? { caption: text } : {};
      await call("customer", { customer: this.#customer, number: this.#number, type, ...caption, ...this.#reference });
      this.#quote(null);
      return captioned.has(type);
    });
  }

  #pickFile(type, file) {
    return this.#composer.attempt(async (text) => {
      const caption = captioned.has(type) && text ? { caption: text } : {};
      const fields = { customer: this.#customer, number: this.#number, type, name: file.name, mimeType: file.type || "application/octet-stream", ...caption, ...this.#reference };
      await callWithFile("customer/file", fields, file);
      this.#quote(null);
      return captioned.has(type);
    });
  }
}
