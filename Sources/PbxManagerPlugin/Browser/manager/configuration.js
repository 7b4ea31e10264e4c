// The numbers, one after the other below their accounts, and the general settings.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;

  whatsapp.ConfigurationScreen = class extends whatsapp.Screen {
    #rows = new Map();

    constructor(shell) {
      super(shell, { name: "configuration", title: t("config") });
      const { ui, model } = this;
      this.zones = new whatsapp.Zones(shell.instance);
      this.counter = ui.make("p", { class: "counter", role: "status", testId: "licence-counter" });
      this.body = ui.make("div", { class: "numbers" });
      this.general = new whatsapp.GeneralSettings(this);
      this.add(this.part(t("numbers"), this.counter, this.body), this.general.element);
      this.atEnd(model.onchange.attach((what) => (what === "numbers" ? this.#showNumbers() : this.#refresh())));
      this.atEnd(this.zones.onchange.attach(() => this.#refresh()));
      this.atEnd(shell.instance.onstate.attach((state) => {
        if (state !== "ready") return;
        this.zones.read();
        this.general.read();
      }));
      this.#showNumbers();
    }

    get isDirty() {
      return this.general.isDirty || [...this.#rows.values()].some((row) => row.isTouched && row.isDirty);
    }

    #refresh() {
      this.#showCounter();
      this.#showAccounts();
      for (const row of this.#rows.values()) row.refresh();
    }

    #showCounter() {
      const { ui, model: { info, numbers } } = this;
      if (!info || !numbers) return;
      const granted = [...numbers.values()].filter((number) => number.licensed).length;
      const count = info.testmode ? t("licenses-count-test", ui.number(granted)) : t("licenses-count", ui.number(granted), ui.number(info.lics));
      const shown = JSON.stringify([granted, info.lics, info.testmode, numbers.size]);
      if (shown === this.shownCounter) return;
      this.shownCounter = shown;
      ui.fill(this.counter, ui.make("span", { class: "count" }, count), info.testmode && whatsapp.badge(ui, "ok", t("testmode")),
        ui.make("span", { class: "hint" }, t("config-count", ui.number(numbers.size), ui.number(info.numbersLimit))));
    }

    #showNumbers() {
      const { ui, model, shell } = this;
      this.#showCounter();
      if (!model.numbers) {
        ui.fill(this.body, ui.make("p", { class: "loading", role: "status" }, whatsapp.icon("wait"), t("loading")));
        return;
      }
      this.#arrangeRows();
      if (model.numbers.size) {
        this.#arrangeTable();
      } else {
        this.table = null;
        const go = ui.button(t("setup"), { class: "button primary", click: () => shell.go("setup") });
        ui.fill(this.body, ui.make("div", { class: "empty" }, whatsapp.icon("number"), ui.make("p", {}, t("numbers-none")), go));
      }
      for (const row of this.#rows.values()) row.show();
    }

    #arrangeRows() {
      const { numbers } = this.model;
      for (const [id, row] of this.#rows) {
        if (numbers.has(id)) continue;
        const hadFocus = row.element.contains(document.activeElement);
        row.element.remove();
        this.#rows.delete(id);
        if (hadFocus || document.activeElement === document.body) this.heading.focus();
      }
      for (const number of numbers.values()) {
        const row = this.#rows.get(number.id);
        if (row) row.update(number);
        else this.#rows.set(number.id, new whatsapp.NumberRow(this, number));
      }
    }

    #arrangeTable() {
      const { ui } = this;
      if (!this.table) {
        const column = (id) => ui.make("th", { scope: "col" }, t(id));
        const head = ui.make("thead", {}, ui.make(
          "tr", {}, ["numberid", "app", "zone", "tags", "licensed"].map(column), ui.make("th", { scope: "col" }, ui.make("span", { class: "hidden-text" }, t("del")))));
        this.table = ui.make("table", { class: "number-table" }, ui.make("caption", { class: "hidden-text" }, t("numbers")), head);
        this.groups = new Map();
        ui.fill(this.body, this.table);
      }
      this.#showAccounts();
    }

    /** The accounts' lines with their tokens, and below each its numbers; what is in place already is not touched. */
    #showAccounts() {
      if (!this.table || !this.model.numbers) return;
      const accounts = new Map((this.model.info?.accounts ?? []).map((account) => [account.waba, account]));
      const rows = [...this.#rows.values()].sort((one, other) => one.base.waba.localeCompare(other.base.waba) || one.base.id.localeCompare(other.base.id));
      let last = this.table.querySelector("thead");
      const place = (element) => {
        if (last.nextElementSibling !== element) last.after(element);
        last = element;
      };
      const used = new Set();
      for (const row of rows) {
        const { waba } = row.base;
        if (!used.has(waba)) {
          used.add(waba);
          place(this.#accountLine(waba, accounts.get(waba)));
        }
        place(row.element);
      }
      for (const [waba, group] of this.groups) {
        if (used.has(waba)) continue;
        group.element.remove();
        this.groups.delete(waba);
      }
    }

    #accountLine(waba, account) {
      const { ui, shell } = this;
      const shown = JSON.stringify(account ?? "unknown");
      const group = this.groups.get(waba) ?? { element: ui.make("tbody", { class: "account" }), shown: null };
      this.groups.set(waba, group);
      if (group.shown === shown) return group.element;
      group.shown = shown;
      const replace = ui.button(t("replace"), { class: "button small", testId: `replace-${waba}`, click: () => shell.go("setup", { account: waba }) });
      // Numbers may be known a moment before their account.
      const token = account && (account.tokenSet
        ? ui.make("span", {}, ui.make("code", { class: "code" }, `••••${account.tokenTail ?? ""}`), account.tokenTime && ui.make("span", { class: "hint" }, " ", t("token-since", ui.date(account.tokenTime))))
        : whatsapp.badge(ui, "error", t("token-none")));
      ui.fill(group.element, ui.make("tr", {}, ui.make(
        "th", { scope: "rowgroup", colspan: 6 }, ui.make(
          "div", { class: "account-line" },
          ui.make("span", { class: "account-name" }, account?.name || t("account"), " ", ui.make("span", { class: "hint" }, waba)),
          token && ui.make("span", { class: "account-token" }, ui.make("span", { class: "label" }, t("token")), " ", token), replace))));
      return group.element;
    }
  };
})(innovaphone.whatsapp);
