// The general settings: the simple items of the Config API, saved together.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;
  const fileOnly = ["publicBaseUrl", "graphBaseUrl", "graphVersion", "sharedServiceUrl"];

  whatsapp.GeneralSettings = class {
    constructor(screen) {
      this.screen = screen;
      this.ui = screen.ui;
      this.instance = screen.instance;
      this.stored = null;
      const { ui } = this;
      this.body = ui.make("div", { class: "form" }, ui.make("p", { class: "loading", role: "status" }, whatsapp.icon("wait"), t("loading")));
      this.element = screen.part(t("general"), this.body);
      this.conflict = ui.make("div", { class: "conflict" });
      screen.atEnd(this.instance.onmessage.attach(({ api, mt }) => { if (api === "Config" && mt === "ConfigUpdate") this.#changedElsewhere(); }));
      this.read();
    }

    #changedElsewhere() {
      if (!this.isDirty) {
        this.read();
        return;
      }
      const reload = this.ui.button(t("reload"), { class: "button small", click: () => {
        this.fields = null;
        this.read();
      } });
      this.conflict.replaceChildren(whatsapp.notice(this.ui, "warning", t("conflict"), reload));
    }

    /** Asks for items and values; what is being edited stays. */
    async read() {
      if (!this.instance.isReady) return;
      try {
        const [{ ConfigItems: items, result }, { ConfigItems: values }] = await Promise.all([
          this.instance.request("Config", "GetConfigItems"), this.instance.request("Config", "ReadConfig"),
        ]);
        if (result) throw new whatsapp.Failure("ACCESS_DENIED");
        if (this.isDirty) return;
        this.items = new Map(items.map((item) => [item.name, item]));
        this.stored = values;
        this.#draw();
      } catch (error) {
        if (this.stored) return;
        const text = error.code === "LOST" ? t("failure-NO_INSTANCE") : whatsapp.sentence(error);
        const again = this.ui.button(t("retry"), { class: "button small", click: () => this.read() });
        this.ui.fill(this.body, whatsapp.notice(this.ui, "error", text, again));
      }
    }

    #draw() {
      const { ui, items, stored } = this;
      const days = items.get("retentionDays");
      const secret = (name, label, hint) => new whatsapp.SecretField(ui, {
        label: t(label), hint: t(hint), placeholder: items.get(name)?.passwordSet ? "••••••••" : null, max: 200, testId: name,
      });
      this.fields = {
        closedMessage: new whatsapp.AreaField(ui, { label: t("closeddefault"), hint: t("closeddefault-hint"), max: 4096, value: stored.closedMessage, testId: "closedMessage" }),
        appSecret: secret("appSecret", "appsecret", items.get("appSecret")?.passwordSet ? "appsecret-set" : "appsecret-missing"),
        verifyToken: secret("verifyToken", "verifytoken", "verifytoken-hint"),
        retentionDays: new whatsapp.TextField(ui, {
          label: t("retention"), hint: t("retention-hint", ui.number(days?.minVal ?? 1), ui.number(days?.maxVal ?? 3650)), inputMode: "numeric", max: 6,
          value: String(stored.retentionDays), testId: "retentionDays",
        }),
        logLevel: new whatsapp.SelectField(ui, {
          label: t("loglevel"), value: String(stored.logLevel), testId: "logLevel",
          options: (items.get("logLevel")?.choices ?? []).map((choice, index) => ({ value: String(index), label: choice })),
        }),
      };
      const { fields } = this;
      this.save = ui.button(t("save"), { type: "submit", class: "button primary", testId: "save-general" });
      this.discard = ui.button(t("discard"), { testId: "discard-general", click: () => this.#draw() });
      this.bar = ui.make("div", { class: "save-bar" }, ui.make("span", { class: "save-note" }, t("unsaved")), this.discard, this.save);
      const fixed = fileOnly.filter((name) => stored[name]).map((name) => [
        ui.make("dt", {}, t(`fixed-${name}`)), ui.make("dd", {}, ui.make("code", { class: "code" }, stored[name]))]);
      const form = ui.make(
        "form", { novalidate: true }, fields.closedMessage.element,
        ui.make("div", { class: "grid" }, fields.appSecret.element, fields.verifyToken.element, fields.retentionDays.element, fields.logLevel.element), this.conflict, this.bar);
      this.conflict.replaceChildren();
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        whatsapp.busy(this.save, () => this.#save());
      });
      form.addEventListener("input", () => this.#show());
      ui.fill(this.body, form, fixed.length > 0 && ui.make("details", { class: "guide" }, ui.make("summary", {}, t("fixed")), ui.make("p", { class: "hint" }, t("fixed-hint")), ui.make("dl", { class: "values" }, fixed)));
      this.#show();
    }

    get #values() {
      const { fields } = this;
      return { closedMessage: fields.closedMessage.value, retentionDays: Number(fields.retentionDays.value), logLevel: Number(fields.logLevel.value) };
    }

    get isDirty() {
      if (!this.fields) return false;
      const { fields, stored } = this;
      return fields.appSecret.value !== "" || fields.verifyToken.value !== "" || fields.closedMessage.value !== stored.closedMessage
        || fields.retentionDays.value !== String(stored.retentionDays) || fields.logLevel.value !== String(stored.logLevel);
    }

    #show() {
      this.bar.hidden = !this.isDirty;
    }

    async #save() {
      const { fields, instance, items, screen } = this;
      const { minVal = 1, maxVal = Infinity } = items.get("retentionDays") ?? {};
      const days = Number(fields.retentionDays.value);
      const isRange = /^\d+$/.test(fields.retentionDays.value) && days >= minVal && days <= maxVal;
      if (!whatsapp.validate([[fields.retentionDays, isRange ? null : t("retention-invalid", this.ui.number(minVal), this.ui.number(maxVal))]])) return;
      try {
        // As the SDK's library does: all plain items, the passwords only if they were typed.
        const { appSecret, verifyToken, ...plain } = this.stored;
        const values = { ...plain, ...this.#values };
        for (const name of ["appSecret", "verifyToken"]) if (fields[name].value) values[name] = instance.seal(fields[name].value);
        const { result } = await instance.request("Config", "WriteConfig", { ConfigItems: values });
        if (result !== "ok") throw new whatsapp.Failure(result === "AccessDenied" ? "ACCESS_DENIED" : "BAD_REQUEST", { detail: "" });
        this.fields = null;
        await this.read();
        screen.tell(t("general-saved"));
        if (document.activeElement === document.body) this.fields?.closedMessage.focus();
      } catch (error) {
        screen.fail(error.code === "BAD_REQUEST" ? t("general-failed") : whatsapp.sentence(error));
      }
    }
  };
})(innovaphone.whatsapp);
