// Joins an account with the help of the shared service: a page in another tab, and what becomes of it here.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;
  const pinPattern = /^\d{6}$/;
  /** The steps in the order in which they are done. */
  const order = ["waiting", "token", "numbers", "subscribed", "registering", "done"];
  const ended = new Set(["done", "failed", "cancelled"]);
  /** The instance asks the shared service before it answers. */
  const patience = 60_000;
  const isClient = /myApps\//.test(navigator.userAgent);

  whatsapp.SharedSetup = class {
    /** `pin` is the field with the PIN, which both ways of the set-up use. */
    constructor(screen, pin) {
      const { ui } = screen;
      Object.assign(this, { screen, ui, pin, instance: screen.instance, model: screen.model });
      /** The set-ups that this screen has seen running: only of these it tells the end. */
      this.seen = new Set();
      this.kind = new whatsapp.SelectField(ui, {
        label: t("shared-kind"), testId: "shared-kind", value: "full",
        options: [{ value: "full", label: t("shared-full") }, { value: "number", label: t("shared-number") }],
      });
      this.account = new whatsapp.SelectField(ui, { label: t("waba"), testId: "shared-account" });
      this.start = ui.button(t("setupbtn"), { class: "button primary", testId: "setup-start", disabled: true });
      this.start.addEventListener("click", () => this.#click());
      this.reason = ui.make("p", { class: "hint", id: whatsapp.uniqueId() });
      this.start.setAttribute("aria-describedby", this.reason.id);
      this.cancel = ui.button(t("cancel"), { testId: "setup-cancel" });
      this.cancel.addEventListener("click", () => whatsapp.busy(this.cancel, () => this.#cancel()));
      this.page = ui.make("p", { class: "standing" });
      // Every step is read out as it comes; the list below is there to be looked at.
      this.now = ui.make("p", { class: "hidden-text", role: "status", "aria-live": "polite", testId: "setup-now" });
      this.list = ui.make("ol", { class: "steps", "aria-label": t("progress"), testId: "setup-steps" });
      this.progress = ui.make("div", { class: "form" }, this.list, this.page, ui.make("div", { class: "actions left" }, this.cancel));
      this.choice = ui.make("div", { class: "narrow" }, this.kind.element, this.account.element);
      this.element = screen.part(
        t("setup-shared"), ui.make("p", {}, t("setup-shared-about")), this.choice, ui.make("div", { class: "actions left" }, this.start), this.reason,
        this.now, this.progress);
      pin.control.addEventListener("input", () => this.show());
      this.kind.control.addEventListener("change", () => this.show());
    }

    get #isPIN() {
      return pinPattern.test(this.pin.value);
    }

    /** The set-up to be shown: the one that is under way, be it another tab's, or the end of one that was seen here. */
    get #current() {
      const { onboarding } = this.model.info ?? {};
      return onboarding && (!ended.has(onboarding.step) || this.seen.has(onboarding.id)) ? onboarding : null;
    }

    show() {
      const { ui, model, instance } = this;
      const { sharedService, accounts = [] } = model.info ?? {};
      const current = this.#current;
      const isRunning = Boolean(current) && !ended.has(current.step);
      if (isRunning) this.seen.add(current.id);
      this.choice.hidden = !sharedService || !accounts.length || isRunning;
      this.account.element.hidden = this.kind.value !== "number" || accounts.length < 2;
      this.account.offer(accounts.map(({ waba, name }) => ({ value: waba, label: name ? `${name} · ${waba}` : waba })), this.account.value || accounts[0]?.waba);
      const reason = !sharedService ? "shared-off" : isRunning ? "shared-busy" : this.#isPIN ? null : "shared-pin";
      this.reason.hidden = !reason;
      ui.fill(this.reason, reason && t(reason));
      // A busy button comes back by itself.
      if (!this.start.hasAttribute("aria-busy")) this.start.disabled = Boolean(reason) || !instance.isReady;
      this.#showProgress(current, isRunning);
    }

    #showProgress(current, isRunning) {
      const { ui } = this;
      const shown = JSON.stringify(current);
      if (shown === this.shown) return;
      this.shown = shown;
      this.progress.hidden = !current;
      if (!current) {
        this.now.replaceChildren();
        return;
      }
      this.cancel.hidden = !isRunning;
      ui.fill(this.list, this.#lines(current));
      ui.fill(this.page, current.step === "waiting" && current.url && [this.#link(current.url), current.expires && [" ", ui.make("span", { class: "hint" }, t("onb-until", ui.time(current.expires)))]]);
      ui.fill(this.now, isRunning && this.#text(current.step, current));
      if (isRunning || this.told === current.id) return;
      this.told = current.id;
      this.#tellEnd(current);
    }

    #lines(current) {
      const { ui } = this;
      const at = order.indexOf(current.step);
      if (at < 0) return [];
      return order.map((step, index) => {
        const state = index < at || current.step === "done" ? "done" : index === at ? "running" : "later";
        const line = ui.make("li", { class: "step" });
        line.dataset.state = state;
        const icon = { done: "check", running: "wait", later: "off" }[state];
        return ui.append(
          line, ui.make("span", { class: "step-mark" }, whatsapp.icon(icon)),
          ui.make("div", { class: "step-body" }, ui.make("span", {}, this.#text(step, current)), state !== "later" && ui.make("span", { class: "hidden-text" }, " – ", t(`step-${state}`))));
      });
    }

    #text(step, { step: present, done, total }) {
      const { ui } = this;
      if (step === "waiting") return t("waiting");
      if (step === "registering" && present === step) return t("onb-registering", ui.number(done ?? 0), ui.number(total ?? 0));
      return t(step === "registering" ? "onb-register" : `onb-${step}`);
    }

    #tellEnd({ step, done, error, errorText, problems = [] }) {
      const { ui, screen } = this;
      if (step === "cancelled") {
        screen.tell(t("onb-cancelled"));
      } else if (step === "failed") {
        screen.fail(t("onbfail", new whatsapp.Failure(String(error), { detail: errorText }).text));
      } else {
        this.pin.clear();
        screen.tell(t("onbdone", ui.number(done ?? 0)));
        ui.fill(this.page, problems.map(({ id, text }) => whatsapp.notice(ui, "warning", t("onb-problem", id, text))));
      }
    }

    /** The way to the page for those whose browser opened no tab. */
    #link(address) {
      const link = whatsapp.outLink(this.ui, address, t(this.isBlocked ? "popup" : "onb-page"));
      link.id = "test-innovaphone-whatsapp-setup-page";
      return link;
    }

    #click() {
      if (this.start.disabled) return;
      // Later the browser would take the tab for one that nobody wanted. The client itself opens none: it has the system's browser do it.
      const tab = isClient ? null : window.open("about:blank", "_blank");
      if (tab) tab.opener = null;
      whatsapp.busy(this.start, () => this.#begin(tab)).then(() => this.show());
    }

    async #begin(tab) {
      const { instance, screen, pin } = this;
      screen.fail(null);
      try {
        const kind = this.choice.hidden ? "full" : this.kind.value;
        const request = { kind, pin: instance.seal(pin.value) };
        if (kind === "number" && this.account.value) request.waba = this.account.value;
        const { id, url } = await instance.ask("StartOnboarding", request, patience);
        this.seen.add(id);
        this.isBlocked = !tab && !isClient;
        this.shown = null;
        if (tab) tab.location.replace(url);
        else if (isClient) window.open(`com.innovaphone.browsehttps:${url}`, "_blank");
      } catch (error) {
        tab?.close();
        if (!whatsapp.failField({ pin }, error)) screen.fail(t("onbfail", whatsapp.sentence(error)));
      }
    }

    async #cancel() {
      const current = this.#current;
      if (!current) return;
      try {
        await this.instance.ask("CancelOnboarding", { id: current.id });
      } catch (error) {
        this.screen.fail(whatsapp.sentence(error));
      }
    }
  };
})(innovaphone.whatsapp);
