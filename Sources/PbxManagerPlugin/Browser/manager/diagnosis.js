// Trace flags and the log of this instance.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;
  /** More pages than the log ever has. */
  const pageLimit = 2_000;

  whatsapp.Diagnosis = class {
    constructor(screen) {
      this.screen = screen;
      this.ui = screen.ui;
      this.instance = screen.instance;
      const { ui } = this;
      this.flags = ui.make("div", { class: "flags", role: "group", "aria-label": t("trace-flags") });
      this.state = ui.make("p", { class: "hint", role: "status" });
      this.download = this.#button("log-download", () => this.#download(), "download");
      this.clear = this.#button("log-clear", () => this.#clear(), "trash");
      this.element = screen.part(
        t("diagnosis"), ui.make("p", { class: "hint" }, t("trace-hint")), this.flags, ui.make("div", { class: "actions left" }, this.download, this.clear), this.state);
      this.read();
    }

    #button(id, act, icon) {
      const button = this.ui.button(t(id), { testId: id }, icon);
      button.addEventListener("click", () => whatsapp.busy(button, async () => {
        try {
          await act();
        } catch (error) {
          this.screen.fail(whatsapp.sentence(error));
        }
      }));
      return button;
    }

    async read() {
      if (!this.instance.isReady) return;
      try {
        const { flags, size } = await this.instance.ask("GetTrace");
        this.#show(flags, size);
      } catch (error) {
        this.screen.fail(whatsapp.sentence(error));
      }
    }

    #show(flags, size) {
      const { ui } = this;
      if (size !== undefined) this.ui.fill(this.state, t("log-size", ui.number(Math.ceil(size / 1024))));
      const shown = JSON.stringify(flags.map(({ name, label }) => [name, label]));
      if (shown !== this.shown) {
        this.shown = shown;
        this.fields = flags.map(({ name, label }) => {
          const field = new whatsapp.CheckField(ui, { label, testId: `trace-${name}` });
          field.control.addEventListener("change", () => this.#set(name, field));
          return { name, field };
        });
        this.flags.replaceChildren(...this.fields.map(({ field }) => field.element));
      }
      for (const { name, on } of flags) this.fields.find((each) => each.name === name).field.value = on;
    }

    async #set(name, field) {
      try {
        const { flags } = await this.instance.ask("SetTrace", { name, on: field.value });
        this.#show(flags);
      } catch (error) {
        field.value = !field.value;
        field.fail(whatsapp.sentence(error));
      }
    }

    async #clear() {
      await this.instance.ask("ClearLog");
      await this.read();
      this.screen.tell(t("log-cleared"));
    }

    async #download() {
      const pages = [];
      let from;
      for (let page = 0; page < pageLimit; page++) {
        const { text, next } = await this.instance.ask("ReadLog", from === undefined ? {} : { from });
        pages.push(text);
        if (next === undefined || next === null || next === from) break;
        from = next;
      }
      const { info } = this.screen.model;
      const address = URL.createObjectURL(new Blob(pages, { type: "text/plain" }));
      const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
      const link = this.ui.make("a", { href: address, download: `${info?.instance ?? "whatsapp"}-${stamp}.log` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    }
  };
})(innovaphone.whatsapp);
