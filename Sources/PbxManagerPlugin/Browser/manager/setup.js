// Joins the instance with a WhatsApp Business Account: by the shared service, or by hand.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;
  /** Meta asks six digits (Cloud API, two-step verification). */
  const pinPattern = /^\d{6}$/;
  const digits = /^\d{1,32}$/;
  /** A request that makes the instance ask Meta several times. */
  const accountPatience = 120_000;

  whatsapp.SetupScreen = class extends whatsapp.Screen {
    /** `account` is the ID of an account whose token is to be replaced. */
    constructor(shell, { account = "" } = {}) {
      super(shell, { name: "setup", title: t("setup"), lead: t("setup-lead") });
      const { ui } = this;
      const cleanPIN = (text) => text.replace(/\s/g, "").slice(0, 6);
      this.fields = {
        pin: new whatsapp.SecretField(ui, { label: t("pin"), hint: t("pinhint"), inputMode: "numeric", clean: cleanPIN, testId: "pin" }),
        token: new whatsapp.SecretField(ui, { label: t("manual-token"), hint: t("manual-token-hint"), testId: "token" }),
        waba: new whatsapp.TextField(ui, { label: t("waba"), hint: t("waba-hint"), inputMode: "numeric", max: 32, value: account, testId: "waba" }),
        phoneIds: new whatsapp.TextField(ui, { label: t("manual-numbers"), hint: t("manual-numbers-hint"), max: 700, testId: "numbers" }),
        appSecret: new whatsapp.SecretField(ui, { label: t("manual-secret"), hint: t("manual-secret-hint"), max: 200, testId: "secret" }),
      };
      this.account = account;
      this.#build();
      this.atEnd(this.model.onchange.attach(() => this.#show()));
      this.atEnd(this.instance.onstate.attach(() => this.#show()));
      this.#show();
    }

    #build() {
      const { ui, fields } = this;
      this.shared = new whatsapp.SharedSetup(this, fields.pin);
      this.connect = ui.button(t("manual-connect"), { type: "submit", class: "button primary", testId: "manual-connect" });
      this.manual = ui.make(
        "form", { class: "form", novalidate: true },
        ui.make("div", { class: "grid" }, fields.waba.element, fields.phoneIds.element, fields.token.element, fields.appSecret.element),
        ui.make("div", { class: "actions" }, ui.make("span", { class: "spring" }), this.connect));
      this.manual.addEventListener("submit", (event) => {
        event.preventDefault();
        whatsapp.busy(this.connect, () => this.#connect());
      });
      // Enter in the PIN's field goes on: with the shared service, or by hand where there is none.
      fields.pin.control.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        if (this.model.info?.sharedService) this.shared.start.click();
        else this.manual.requestSubmit();
      });
      this.webhook = ui.make("div", { class: "webhook" });
      this.add(
        this.part(t("setup-pin"), ui.make("div", { class: "narrow" }, fields.pin.element)),
        this.shared.element,
        this.part(t("setup-manual"), ui.make("p", {}, t("setup-manual-about")), this.#guide(), this.manual));
    }

    /** Where everything is found at Meta, for those who do this for the first time. */
    #guide() {
      const { ui } = this;
      const steps = [1, 2, 3, 4].map((step) => ui.make("li", {}, t(`guide-${step}`)));
      return ui.make(
        "details", { class: "guide" }, ui.make("summary", {}, t("guide")), ui.make("ol", {}, steps), this.webhook,
        whatsapp.outLink(ui, "https://business.facebook.com/latest/settings/whatsapp_account", t("guide-link")));
    }

    #show() {
      const { ui, model, instance } = this;
      const { webhook } = model.info ?? {};
      const shown = JSON.stringify([webhook?.url, webhook?.verifyToken]);
      if (webhook && shown !== this.shownWebhook) {
        this.shownWebhook = shown;
        const line = (label, value) => ui.make("div", { class: "value-line" }, ui.make("span", { class: "label" }, label), whatsapp.copyable(ui, value, label));
        ui.fill(this.webhook, line(t("webhook"), webhook.url), webhook.verifyToken && line(t("verifytoken"), webhook.verifyToken));
      }
      this.shared.show();
      // A busy button comes back by itself.
      if (!this.connect.hasAttribute("aria-busy")) this.connect.disabled = !instance.isReady;
    }

    get isDirty() {
      const { fields } = this;
      return fields.waba.value !== this.account || ["pin", "token", "phoneIds", "appSecret"].some((name) => fields[name].value !== "");
    }

    #numberIDs() {
      return this.fields.phoneIds.value.split(/[\s,;]+/).filter(Boolean);
    }

    #isValid() {
      const { fields } = this;
      const numbers = this.#numberIDs();
      return whatsapp.validate([
        [fields.pin, fields.pin.value === "" || pinPattern.test(fields.pin.value) ? null : t("pininvalid")],
        [fields.waba, !fields.waba.value ? t("required") : digits.test(fields.waba.value) ? null : t("digits-only")],
        [fields.phoneIds, numbers.every((id) => digits.test(id)) ? null : t("digits-list")],
        [fields.token, fields.token.value ? null : t("required")],
      ]);
    }

    async #connect() {
      const { fields, instance, ui } = this;
      if (!this.#isValid()) return;
      this.fail(null);
      try {
        const phoneIds = this.#numberIDs();
        const request = { waba: fields.waba.value, token: instance.seal(fields.token.value) };
        if (phoneIds.length) request.phoneIds = phoneIds;
        if (fields.pin.value) request.pin = instance.seal(fields.pin.value);
        if (fields.appSecret.value) request.appSecret = instance.seal(fields.appSecret.value);
        const { numbers } = await instance.ask("AddAccount", request, accountPatience);
        for (const name of ["pin", "token", "appSecret"]) fields[name].clear();
        fields.phoneIds.value = "";
        this.account = fields.waba.value;
        for (const number of numbers) this.model.noteNumber(number);
        this.shell.go("configuration", { done: t("onbdone", ui.number(numbers.length)) });
      } catch (error) {
        if (!whatsapp.failField(fields, error)) this.fail(t("onbfail", whatsapp.sentence(error)));
      }
    }
  };
})(innovaphone.whatsapp);
