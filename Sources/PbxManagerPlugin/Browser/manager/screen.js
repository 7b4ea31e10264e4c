// What all screens have in common: a heading that gets the focus, a way back, and an end.
(function (whatsapp) {
  "use strict";

  const t = whatsapp.text;

  /** A screen. `shell` is the plugin: `{ui, model, instance, pbx, manager, item, root, go(name, options)}`. */
  whatsapp.Screen = class {
    #endings = [];

    constructor(shell, { name, title, hasWayBack = true, lead = null }) {
      Object.assign(this, { shell, ui: shell.ui, model: shell.model, instance: shell.instance, name });
      const { ui } = this;
      this.heading = ui.make("h1", { class: "heading", tabindex: "-1" }, title);
      const back = hasWayBack && ui.button(t("back"), { class: "button back", testId: "back", click: () => this.leave() }, "back");
      this.message = ui.make("div", { class: "message" });
      this.element = ui.make(
        "section", { class: `screen screen-${name}` }, ui.make("header", { class: "screen-head" }, back, this.heading, lead && ui.make("p", { class: "lead" }, lead)),
        this.message);
      if (hasWayBack) this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#escape(event); });
    }

    /** Whether there is input that leaving would lose. */
    get isDirty() {
      return false;
    }

    leave() {
      this.shell.go("home");
    }

    #escape(event) {
      // Else the same key would close the question that it opens.
      event.preventDefault();
      this.leave();
    }

    /** Does something at the end of the screen, such as the detaching of a listener. */
    atEnd(act) {
      this.#endings.push(act);
    }

    end() {
      for (const act of this.#endings.splice(0)) act();
    }

    add(...nodes) {
      this.ui.append(this.element, ...nodes);
    }

    /** A part of the screen with a heading of its own. */
    part(title, ...content) {
      const heading = this.ui.make("h2", { class: "part-title", id: whatsapp.uniqueId() }, title);
      return this.ui.make("section", { class: "part", "aria-labelledby": heading.id }, heading, ...content);
    }

    /** Says what went wrong, or (with null) takes it away. */
    fail(text) {
      this.#say(text && whatsapp.notice(this.ui, "error", text));
    }

    /** Says what went well. */
    tell(text) {
      this.#say(text && whatsapp.notice(this.ui, "done", text));
    }

    #say(notice) {
      this.message.replaceChildren(...(notice ? [notice] : []));
      notice?.scrollIntoView({ block: "nearest" });
    }
  };

  const icons = { error: "error", warning: "alert", info: "info", done: "check" };

  /** A line that says how something is: `error`, `warning`, `info` or `done`. The kind is said, not only shown. */
  whatsapp.notice = (ui, kind, text, ...actions) => ui.make(
    "div", { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status" }, whatsapp.icon(icons[kind]),
    ui.make(
      "div", { class: "notice-body" },
      ui.make("div", { class: "notice-text" }, ui.make("strong", { class: "hidden-text" }, t(`kind-${kind}`), ": "), text), ...actions));

  /** How many licences are in use, as GetInfo says; in test mode there is no limit. `lics` is the object's own count, if it is known. */
  whatsapp.licences = (ui, { licsUsed, lics, testmode }, count = lics) => (
    testmode ? t("licenses-used-test", ui.number(licsUsed)) : t("licenses-used", ui.number(licsUsed), ui.number(count)));

  /** A state in a word, with a symbol: `ok`, `warning`, `error` or `off`. */
  whatsapp.badge = (ui, kind, text) => ui.make(
    "span", { class: `badge ${kind}` }, whatsapp.icon({ ok: "check", warning: "alert", error: "error", off: "off", wait: "wait" }[kind]),
    ui.make("span", {}, text));

  /** Runs something while a button is busy, so that nothing is sent twice. */
  whatsapp.busy = async (button, act) => {
    if (button.disabled) return;
    const hadFocus = document.activeElement === button;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      await act();
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      // A disabled button loses the focus; unless somebody moved on, it comes back.
      if (hadFocus && button.isConnected && document.activeElement === document.body) button.focus();
    }
  };
})(innovaphone.whatsapp);
