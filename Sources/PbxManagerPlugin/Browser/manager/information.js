// Everything about the instance and its accounts that one may want to read, copy or look up.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;

  whatsapp.InformationScreen = class extends whatsapp.Screen {
    constructor(shell) {
      super(shell, { name: "information", title: t("info") });
      const { ui, model } = this;
      this.values = ui.make("dl", { class: "values" });
      this.webhook = ui.make("dl", { class: "values" });
      this.test = ui.button(t("webhook-test"), { class: "button", testId: "webhook-test" });
      this.test.addEventListener("click", () => whatsapp.busy(this.test, () => this.#testWebhook()));
      this.tested = ui.make("div", { class: "tested" });
      this.posts = new whatsapp.PrivatePostCheck(this);
      this.diagnosis = new whatsapp.Diagnosis(this);
      this.add(
        this.part(t("info-accounts"), this.values), this.part(t("webhook-title"), this.webhook, ui.make("div", { class: "actions left" }, this.test), this.tested),
        this.posts.element, this.diagnosis.element);
      this.atEnd(model.onchange.attach(() => this.show()));
      this.atEnd(shell.instance.onstate.attach((state) => { if (state === "ready") this.diagnosis.read(); }));
      this.atEnd(() => this.posts.end());
      this.show();
    }

    show() {
      const { ui, model: { info, numbers } } = this;
      if (!info) {
        ui.fill(this.values, ui.make("dt", {}, t("loading")), ui.make("dd", {}));
        return;
      }
      this.posts.show(info.privatePosts);
      const ids = [...(numbers?.keys() ?? [])];
      const shown = JSON.stringify([{ ...info, src: null, problems: null, privatePosts: null }, ids]);
      // Redrawn only when something has changed, so that a selection or the focus stays.
      if (shown === this.shown) return;
      this.shown = shown;
      this.#showValues(info, ids);
      this.#showWebhook(info.webhook);
    }

    #showValues(info, ids) {
      const { ui, model } = this;
      const account = ({ waba, name, tokenSet }) => ui.make(
        "div", { class: "value-stack" }, whatsapp.copyable(ui, waba, t("waba")), name && ui.make("span", { class: "hint" }, name),
        !tokenSet && whatsapp.badge(ui, "error", t("token-none")));
      const number = (id) => {
        const { display = "", name = "" } = model.numbers.get(id);
        return ui.make("div", { class: "value-stack" }, whatsapp.copyable(ui, id, t("numberid")), ui.make("span", { class: "hint" }, [display, name].filter(Boolean).join(" · ")));
      };
      this.#list(this.values, [
        [t("waba"), info.accounts.length ? info.accounts.map(account) : t("none")],
        [t("phoneids", ui.number(ids.length)), ids.length ? ids.map(number) : t("none")],
        [t("liccount"), [
          whatsapp.licences(ui, info), " ", info.testmode && whatsapp.badge(ui, "ok", t("testmode")),
          info.licsGraceUntil && ui.make("p", { class: "hint" }, t("licenses-grace", ui.time(info.licsGraceUntil)))]],
        [t("connectstate"), this.#connectState(info.connect)],
        [t("instance"), `${info.instance} · ${info.domain}`],
        [t("build"), [info.version, info.label].filter((each, index, all) => each && all.indexOf(each) === index).join(" · ") + ` (${info.build})`],
      ]);
    }

    #connectState({ state, text } = {}) {
      const { ui } = this;
      const kind = { up: "ok", "no-moderator": "warning", unknown: "off" }[state] ?? "error";
      const known = ["up", "no-moderator", "no-zone", "down", "unknown"].includes(state);
      return [whatsapp.badge(ui, kind, known ? t(`connect-${state}`) : String(state)), text && kind === "error" && ui.make("p", { class: "hint" }, text)];
    }

    #showWebhook(webhook) {
      const { ui } = this;
      const reachable = { yes: ["ok", "reachable-yes"], no: ["error", "reachable-no"] }[webhook.reachable] ?? ["off", "reachable-unknown"];
      this.#list(this.webhook, [
        [t("webhook"), [whatsapp.copyable(ui, webhook.url, t("webhook")), ui.make("p", { class: "hint" }, t("webhookhint"))]],
        [t("verifytoken"), webhook.verifyToken ? whatsapp.copyable(ui, webhook.verifyToken, t("verifytoken")) : t("none")],
        [t("webhook-reachable"), whatsapp.badge(ui, reachable[0], t(reachable[1]))],
        [t("webhook-verified"), webhook.verified ? ui.time(webhook.verified) : t("never")],
        [t("webhook-last"), webhook.lastEvent ? ui.time(webhook.lastEvent) : t("never")],
        [t("webhook-sender"), webhook.verifiableSender ? whatsapp.badge(ui, "ok", t("sender-yes")) : [
          whatsapp.badge(ui, "warning", t("sender-no")), ui.make("p", { class: "hint" }, t("sender-hint"))]],
      ]);
    }

    #list(element, entries) {
      const { ui } = this;
      ui.fill(element, entries.map(([name, value]) => [ui.make("dt", {}, name), ui.make("dd", {}, value)]));
    }

    async #testWebhook() {
      const { ui, instance } = this;
      this.tested.replaceChildren();
      try {
        const { reachable, status, tls, errorText } = await instance.ask("TestWebhook", {}, 60_000);
        const text = reachable ? t("webhook-fine") : t("webhook-failed", errorText || (status ? `HTTP ${status}` : "–"));
        ui.fill(this.tested, whatsapp.notice(ui, reachable ? "done" : "error", text), tls === false && whatsapp.notice(ui, "warning", t("webhook-tls")));
      } catch (error) {
        ui.fill(this.tested, whatsapp.notice(ui, "error", whatsapp.sentence(error)));
      }
    }
  };
})(innovaphone.whatsapp);
