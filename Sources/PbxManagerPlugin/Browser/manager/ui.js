// Elements and texts. Every text stays bound to its id, so that a change of the language needs no new elements and costs no input.
var innovaphone = window.innovaphone || {};
innovaphone.whatsapp = innovaphone.whatsapp || {};

(function (whatsapp) {
  "use strict";

  const prefix = "innovaphone-whatsapp-";

  /** A text of the plugin by its id, with the values for `$0`, `$1` …, which may be such texts themselves. */
  class Text {
    constructor(id, args) {
      this.id = id;
      this.args = args;
    }
  }
  whatsapp.text = (id, ...args) => new Text(id, args);

  let ids = 0;
  /** An element id that nothing else on the page has. */
  whatsapp.uniqueId = () => `${prefix}${++ids}`;

  /** Listeners of one kind of event. */
  whatsapp.Signal = class {
    #listeners = new Set();

    /** Calls the listener at every event, until the returned function is called. */
    attach(listener) {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    }

    notify(...values) {
      for (const listener of [...this.#listeners]) listener(...values);
    }
  };

  /** What to do to a node when the language changes. */
  const bindings = new WeakMap();

  function bind(node, name, update) {
    const updates = bindings.get(node) ?? new Map();
    bindings.set(node, updates.set(name, update));
    update();
  }

  /** Makes elements in one language at a time. */
  whatsapp.Ui = class {
    /** `languages` is the SDK's. */
    constructor(languages) {
      this.languages = languages;
    }

    get language() {
      return this.languages.current;
    }

    /** The language as it is written where the browser is, so that dates look as people know them. */
    get locale() {
      return navigator.languages.find((each) => each.split("-")[0] === this.language) ?? this.language;
    }

    /** What people read: a text of the plugin, a plain string, or a function that makes one of the two. */
    read(value) {
      if (typeof value === "function") return this.read(value(this));
      if (!(value instanceof Text)) return String(value ?? "");
      const args = value.args.map((each) => this.read(each));
      return this.languages.text(value.id).replace(/\$(\d)/g, (place, index) => args[index] ?? place);
    }

    /**
     * An element. Functions among the attributes become listeners, except that texts may be functions too if their name begins
     * with `aria-`; `class` and `testId` get the plugin's prefix; null, undefined and false are left out, among children too.
     */
    make(tag, attributes = {}, ...children) {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) this.attribute(element, name, value);
      element.append(...this.#nodes(children));
      return element;
    }

    attribute(element, name, value) {
      if (value === null || value === undefined || value === false) {
        element.removeAttribute(name);
        bindings.get(element)?.delete(name);
      } else if (name === "class") {
        element.className = value.split(" ").filter(Boolean).map((each) => prefix + each).join(" ");
      } else if (name === "testId") {
        element.id = `test-${prefix}${value}`;
      } else if (typeof value === "function" && !name.startsWith("aria-")) {
        element.addEventListener(name, value);
      } else if (value instanceof Text || typeof value === "function") {
        bind(element, name, () => element.setAttribute(name, this.read(value)));
      } else {
        element.setAttribute(name, value === true ? "" : value);
      }
    }

    /** Replaces what an element holds. */
    fill(element, ...children) {
      element.replaceChildren(...this.#nodes(children));
      return element;
    }

    /** Adds to what an element holds. */
    append(element, ...children) {
      element.append(...this.#nodes(children));
      return element;
    }

    #nodes(children) {
      return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false).map((each) => {
        if (each instanceof Node) return each;
        const node = document.createTextNode("");
        bind(node, "data", () => { node.data = this.read(each); });
        return node;
      });
    }

    /** Sets or takes away a class. */
    mark(element, name, isOn) {
      element.classList.toggle(prefix + name, Boolean(isOn));
    }

    /** Says everything below an element in the language that is current now. */
    refresh(root) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      for (let node = root; node; node = walker.nextNode()) {
        for (const update of bindings.get(node)?.values() ?? []) update();
      }
    }

    button(label, attributes = {}, icon = null) {
      return this.make("button", { type: "button", class: "button", ...attributes }, icon && whatsapp.icon(icon), this.make("span", {}, label));
    }

    /** A button that is known by its symbol; its name is read to those who do not see it, and shown when it is pointed at. */
    iconButton(icon, label, attributes = {}) {
      return this.make("button", { type: "button", class: "icon-button", title: label, "aria-label": label, ...attributes }, whatsapp.icon(icon));
    }

    /** A point in time, in milliseconds since 1970. */
    time(milliseconds) {
      const format = { dateStyle: "medium", timeStyle: "short" };
      return (ui) => new Intl.DateTimeFormat(ui.locale, format).format(new Date(milliseconds));
    }

    date(milliseconds) {
      return (ui) => new Intl.DateTimeFormat(ui.locale, { dateStyle: "medium" }).format(new Date(milliseconds));
    }

    number(value) {
      return (ui) => new Intl.NumberFormat(ui.locale).format(value);
    }
  };
})(innovaphone.whatsapp);
