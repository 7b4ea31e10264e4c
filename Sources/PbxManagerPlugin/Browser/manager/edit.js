// The form of the app object: to add it, and to change it.
(function (whatsapp) {
  "use strict";

  const { rules, text: t } = whatsapp;
  const longestName = 100;
  const mostLicences = 9999;

  whatsapp.EditScreen = class extends whatsapp.Screen {
    #isWorking = false;
    #isDone = false;

    constructor(shell) {
      super(shell, { name: "edit", title: t(shell.model.object ? "editapp" : "addapp") });
      const { ui, model } = this;
      this.object = model.object ?? null;
      const details = this.object?.details;
      this.fields = {
        cn: new whatsapp.TextField(ui, { label: t("title"), max: longestName, value: details?.cn ?? "WhatsApp", testId: "cn" }),
        sip: new whatsapp.TextField(ui, { label: t("sip"), max: 31, hint: t("sip-hint"), value: this.object?.sip ?? "whatsapp", testId: "sip" }),
        connect: new whatsapp.SelectField(ui, { label: t("connectapp"), testId: "connect" }),
        moderator: new whatsapp.SelectField(ui, { label: t("connectmod"), hint: t("connectmod-hint"), testId: "moderator" }),
        lics: new whatsapp.TextField(ui, {
          label: t("licenses"), max: 4, inputMode: "numeric", hint: t("licenses-hint"), value: String(details?.pseudo?.app?.lics ?? 1), testId: "lics",
        }),
        grantConnect: new whatsapp.CheckField(ui, { label: t("grantconnect"), hint: t("grantconnect-hint"), value: true, testId: "grant" }),
      };
      this.templates = new whatsapp.TemplateList(ui);
      this.#build();
      this.before = this.#input();
      this.loading = this.#load();
    }

    #build() {
      const { ui, fields } = this;
      const type = ui.make("div", { class: "field" }, ui.make("span", { class: "label" }, t("type")), ui.make("span", { class: "fixed" }, "whatsApp"));
      this.moderatorHelp = ui.make("div", { class: "field-help" });
      fields.moderator.element.append(this.moderatorHelp);
      this.ok = ui.button(t("ok"), { type: "submit", class: "button primary", testId: "ok" });
      this.cancel = ui.button(t("cancel"), { testId: "cancel", click: () => this.leave() });
      this.remove = this.object && ui.button(t("del"), { class: "button danger quiet", testId: "del", click: () => this.#delete() }, "trash");
      this.form = ui.make(
        "form", { class: "form", novalidate: true },
        this.part(t("edit-object"), ui.make("div", { class: "grid" }, type, fields.cn.element, fields.sip.element, fields.lics.element)),
        this.part(t("edit-connect"), ui.make("div", { class: "grid" }, fields.connect.element, fields.moderator.element), fields.grantConnect.element),
        this.part(t("templates"), this.templates.element),
        ui.make("div", { class: "actions" }, this.remove, ui.make("span", { class: "spring" }), this.cancel, this.ok));
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#submit();
      });
      fields.connect.control.addEventListener("change", () => this.#showModerator());
      fields.lics.control.addEventListener("input", () => this.#showLicences());
      this.progress = ui.make("div", { class: "progress" });
      this.add(this.form, this.progress);
      this.#showLicences();
    }

    // MARK: What the PBX offers

    async #load() {
      const { pbx, model } = this.shell;
      try {
        this.connectApps = (await pbx.appObjects()).filter(rules.isConnect).map((object) => ({ sip: rules.sipOf(object), title: object.title, guid: object.guid }));
        const granted = rules.connectOf(this.object?.details?.apps, this.connectApps);
        this.connectBefore = granted.name;
        this.knownModerators = granted.isModerator ? [rules.moderator(granted.name)] : [];
        this.#offerConnect(granted.name ?? (this.connectApps.length === 1 ? this.connectApps[0].sip : ""));
        if (this.object) this.fields.grantConnect.value = model.object?.connectAllows !== false || this.object.connectAllows === null;
        this.before = this.#input();
        const templates = await whatsapp.readTemplates(pbx, (read, all) => this.templates.progress(read, all));
        this.allTemplates = templates;
        this.templates.offer(templates, this.object?.sip ?? null);
        await this.#findModerators();
        if (!this.#isTouched) this.before = this.#input();
        this.fail(null);
      } catch (error) {
        this.fail(whatsapp.sentence(error));
        this.templates.fail(whatsapp.sentence(error), () => { this.loading = this.#load(); });
      }
    }

    get #isTouched() {
      return JSON.stringify({ ...this.#input(), moderator: "" }) !== JSON.stringify({ ...this.before, moderator: "" });
    }

    #offerConnect(chosen) {
      const { fields } = this;
      const choices = this.connectApps.map(({ sip, title }) => ({ value: sip, label: whatsapp.titled(title, sip) }));
      const gone = chosen && !this.connectApps.some(({ sip }) => rules.same(sip, chosen));
      if (gone) choices.push({ value: chosen, label: t("connect-gone", chosen) });
      fields.connect.offer([{ value: "", label: t("choose") }, ...choices], chosen);
      fields.connect.advise(this.connectApps.length ? null : t("connect-none"));
      this.#showModerator();
    }

    /** Finds out which Connect apps have the mode; nowhere is documented where a PBX says it, so everywhere is looked. */
    async #findModerators() {
      const { pbx } = this.shell;
      const found = new Set(this.knownModerators);
      const names = (await pbx.list("GetApps", { limit: 20 }).catch(() => [])).map(rules.sipOf);
      for (const { sip, guid } of this.connectApps) {
        const moderator = rules.moderator(sip);
        if (rules.has(names, moderator)) found.add(moderator);
        else if (this.allTemplates?.some(({ apps }) => rules.has(apps, moderator))) found.add(moderator);
        else if (rules.mentions((await pbx.find({ guid }))?.pseudo?.app, "moderator")) found.add(moderator);
      }
      this.knownModerators = [...found];
      this.areModeratorsKnown = true;
      this.#showModerator();
    }

    #showModerator() {
      const { fields, ui } = this;
      const connect = fields.connect.value;
      const moderator = rules.moderator(connect);
      const isThere = connect !== "" && rules.has(this.knownModerators ?? [], moderator);
      const choices = [{ value: "", label: t("choose") }];
      if (isThere) choices.push({ value: moderator, label: moderator });
      fields.moderator.offer(choices, isThere ? moderator : "");
      const isMissing = connect !== "" && !isThere && this.areModeratorsKnown;
      fields.moderator.fail(null);
      fields.moderator.advise(isMissing ? t("nomoderator") : t("connectmod-hint"));
      if (!isMissing) {
        this.moderatorHelp.replaceChildren();
        return;
      }
      const again = ui.button(t("checkagain"), { class: "button small", testId: "checkagain" });
      again.addEventListener("click", () => whatsapp.busy(again, () => this.#findModerators().catch((error) => this.fail(whatsapp.sentence(error)))));
      const anyway = ui.button(t("useanyway"), { class: "button small", testId: "useanyway", click: () => {
        this.knownModerators = [...(this.knownModerators ?? []), moderator];
        this.#showModerator();
        fields.moderator.focus();
      } });
      ui.fill(this.moderatorHelp, again, anyway);
    }

    #showLicences() {
      const { lics } = this.fields;
      lics.advise(lics.value === "0" ? t("licenses-zero") : t("licenses-hint"));
    }

    // MARK: What was typed

    #input() {
      const { fields } = this;
      return {
        cn: fields.cn.value, sip: fields.sip.value, connect: fields.connect.value, moderator: fields.moderator.value, lics: fields.lics.value,
        grantConnect: fields.grantConnect.value, templates: this.templates.changes(this.fields.sip.value),
      };
    }

    get isDirty() {
      return !this.#isDone && !this.#isWorking && JSON.stringify(this.#input()) !== JSON.stringify(this.before);
    }

    leave() {
      if (!this.#isWorking) super.leave();
    }

    #isValid() {
      const { fields } = this;
      const needed = (field) => (field.value ? null : t("required"));
      const sipFault = rules.sipFault(fields.sip.value);
      const isCount = /^\d{1,4}$/.test(fields.lics.value) && Number(fields.lics.value) <= mostLicences;
      return whatsapp.validate([
        [fields.cn, needed(fields.cn)],
        [fields.sip, sipFault && t(sipFault)],
        [fields.lics, isCount ? null : t("licenses-invalid")],
        [fields.connect, needed(fields.connect)],
        [fields.moderator, needed(fields.moderator)],
      ]);
    }

    // MARK: Doing it

    async #submit() {
      // What is not read yet cannot be kept.
      await whatsapp.busy(this.ok, () => this.loading);
      if (this.#isWorking || !this.#isValid()) return;
      if (this.object && !(this.object.details && this.allTemplates)) {
        this.fail(t("failure-NO_PBX"));
        return;
      }
      const { templates, ...values } = this.#input();
      const wish = { ...values, lics: Number(values.lics), templates, allTemplates: this.allTemplates ?? [], connectBefore: this.connectBefore };
      if (this.object && wish.sip !== this.object.sip && !(await this.#confirmRename(wish))) return;
      await this.#work((work) => (this.object ? work.edit(wish) : work.create(wish)), this.object ? "saved" : "added");
    }

    #confirmRename({ sip }) {
      const { ui, shell, object } = this;
      const list = ["rename-templates", "rename-numbers", "rename-users"].map((id) => ui.make("li", {}, t(id, object.sip, sip)));
      return whatsapp.confirm(ui, shell.root, { title: t("rename-title", object.sip, sip), body: ui.make("ul", {}, list), testId: "rename" });
    }

    async #delete() {
      const { ui, shell, object } = this;
      const name = object.details?.cn ?? object.title ?? object.sip;
      const body = [ui.make("p", {}, t("confirmdel", name)), ui.make("p", {}, t("confirmdel-more"))];
      if (!(await whatsapp.confirm(ui, shell.root, { title: t("del-title"), body, isDangerous: true, testId: "delete" }))) return;
      await this.#work((work) => work.remove(), "deleted");
    }

    async #work(act, outcome) {
      const { ui, shell, model } = this;
      const steps = new whatsapp.Steps(ui);
      this.fail(null);
      this.#lock(true);
      ui.fill(this.progress, this.part(t("progress"), steps.element));
      this.progress.scrollIntoView({ block: "nearest" });
      try {
        await act(new whatsapp.AppObjectWork(model, steps));
        this.#isDone = true;
      } catch (error) {
        this.#lock(false);
        if (error.field === "object") {
          this.#isDone = true;
          shell.go("home", { error: error.text });
          return;
        }
        if (!whatsapp.failField(this.fields, error)) this.fail(whatsapp.sentence(error));
        return;
      }
      await model.readObject();
      if (steps.isClean) shell.go("home", { done: t(`done-${outcome}`) });
      else this.#showOutcome(outcome);
    }

    #lock(isWorking) {
      this.#isWorking = isWorking;
      this.form.inert = isWorking;
      this.ui.mark(this.form, "locked", isWorking);
      this.ok.setAttribute("aria-busy", String(isWorking));
    }

    /** The object is made, but not everything around it: stays here with what can be tried again. */
    #showOutcome(outcome) {
      const { ui } = this;
      this.#isWorking = false;
      this.form.hidden = true;
      this.ui.append(this.message, whatsapp.notice(ui, "warning", t(`partly-${outcome}`)));
      const go = ui.button(t("continue"), { class: "button primary", testId: "continue", click: () => this.leave() });
      ui.append(this.progress, ui.make("div", { class: "actions" }, go));
      this.heading.focus();
    }
  };

})(innovaphone.whatsapp);
