// One number in the configuration: its values, what was changed of them, and what somebody else changed meanwhile.
(function (whatsapp) {
  "use strict";

  const { rules, text: t } = whatsapp;
  const longestMessage = 4096;
  const states = { ok: "ok", "no-app": "warning", "no-zone": "warning", unlicensed: "warning", "token-invalid": "error", "not-registered": "error" };
  const editable = ["app", "zone", "tags", "licensed", "closedMessage", "readReceipts", "typing", "edits"];
  const copy = (number) => Object.fromEntries(editable.map((name) => [name, structuredClone(number[name])]));
  const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  whatsapp.NumberRow = class {
    #isSaving = false;

    /** `screen` is the configuration. */
    constructor(screen, number) {
      Object.assign(this, { screen, ui: screen.ui, model: screen.model, zones: screen.zones });
      /** The number as this row knows it; `newer` is what came while something was changed here. */
      this.base = number;
      this.newer = null;
      this.#makeFields();
      this.#makeElement();
      this.#fill(copy(number));
      this.#suggest();
      this.show();
    }

    #makeFields() {
      const { ui, base: { id } } = this;
      const edited = () => this.edited();
      const cell = "cell-field";
      this.fields = {
        app: new whatsapp.SelectField(ui, { label: t("app"), class: cell, testId: `app-${id}` }),
        zone: new whatsapp.SelectField(ui, { label: t("zone"), class: cell, testId: `zone-${id}` }),
        typedZone: new whatsapp.TextField(ui, { label: t("zone"), class: cell, max: 128, testId: `typedzone-${id}` }),
        tags: new whatsapp.TagField(ui, { value: [], changed: edited, testId: `tags-${id}` }),
        licensed: new whatsapp.CheckField(ui, { label: t("licensed"), class: cell, testId: `licensed-${id}` }),
        closedMessage: new whatsapp.AreaField(ui, { label: t("closedmsg"), hint: t("closedmsg-hint"), max: longestMessage, rows: 2, testId: `closed-${id}` }),
        readReceipts: new whatsapp.CheckField(ui, { label: t("readreceipts"), testId: `receipts-${id}` }),
        typing: new whatsapp.CheckField(ui, { label: t("typing"), testId: `typing-${id}` }),
        edits: new whatsapp.SelectField(ui, {
          label: t("edits"), testId: `edits-${id}`, options: ["nothing", "correction"].map((value) => ({ value, label: t(`edits-${value}`) })),
        }),
      };
      for (const [name, field] of Object.entries(this.fields)) if (name !== "tags") field.control.addEventListener("input", edited);
    }

    #makeElement() {
      const { ui, base: number, fields } = this;
      this.state = ui.make("div", { class: "number-state" });
      this.title = ui.make("span", { class: "number-id", id: whatsapp.uniqueId() });
      // All rows have these buttons; whose they are describes them.
      const described = { "aria-describedby": this.title.id };
      this.save = ui.button(t("save"), { class: "button primary", testId: `save-${number.id}`, ...described });
      this.save.addEventListener("click", () => whatsapp.busy(this.save, () => this.#save()));
      this.discard = ui.button(t("discard"), { testId: `discard-${number.id}`, ...described, click: () => this.#discard() });
      this.bar = ui.make("div", { class: "save-bar" }, ui.make("span", { class: "save-note" }, t("unsaved")), this.discard, this.save);
      this.notes = ui.make("div", { class: "number-notes" });
      const remove = ui.iconButton("trash", t("delete-number", number.id), { testId: `delete-${number.id}`, click: () => this.#delete() });
      const who = ui.make("th", { class: "number-who", scope: "row" }, ui.make("span", { class: "cell-label" }, t("numberid")),
        this.title, this.name = ui.make("span", { class: "number-name" }), this.state);
      const cells = [
        ui.make("td", {}, fields.app.element), ui.make("td", {}, fields.zone.element, fields.typedZone.element), ui.make("td", {}, fields.tags.element),
        ui.make("td", { class: "cell-check" }, fields.licensed.element), ui.make("td", { class: "cell-delete" }, remove),
      ];
      const more = ui.make("td", { colspan: 6 }, ui.make(
        "div", { class: "number-more" }, fields.closedMessage.element,
        ui.make("div", { class: "number-options" }, fields.readReceipts.element, fields.typing.element, fields.edits.element)), this.notes, this.bar);
      this.element = ui.make(
        "tbody", { class: "number", testId: `number-${number.id}` }, ui.make("tr", {}, who, cells), ui.make("tr", { class: "number-second" }, more));
      this.element.addEventListener("keydown", (event) => this.#press(event));
    }

    #press(event) {
      if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])") && this.isDirty) {
        event.preventDefault();
        this.save.click();
      } else if (event.key === "Escape" && this.isDirty) {
        // Takes back this row's changes only; a second time leaves the screen.
        event.preventDefault();
        event.stopPropagation();
        this.#discard();
      }
    }

    // MARK: Values

    #fill(values) {
      const { fields } = this;
      this.zone = values.zone;
      this.#offer(values.app);
      for (const name of ["tags", "licensed", "closedMessage", "readReceipts", "typing", "edits"]) fields[name].value = values[name];
      for (const field of Object.values(fields)) field.fail(null);
    }

    /** A number that was never configured gets what most want; nothing is stored before somebody saves it. */
    #suggest() {
      const { apps } = this.zones;
      const { base, fields, model } = this;
      if (this.isTouched || (base.app && base.zone)) return;
      if (!base.app && apps?.length === 1) this.#offer(apps[0].name);
      if (!base.zone && fields.app.value && model.sip) this.zone = model.sip;
      this.#offer(fields.app.value);
    }

    get values() {
      const { fields } = this;
      const values = Object.fromEntries(["app", "tags", "licensed", "closedMessage", "readReceipts", "typing", "edits"].map((name) => [name, fields[name].value]));
      return { ...values, zone: this.isZoneTyped ? fields.typedZone.value : fields.zone.value };
    }

    /** What differs from what is stored. */
    get changes() {
      const { values, base } = this;
      return Object.fromEntries(editable.filter((name) => !equal(values[name], base[name])).map((name) => [name, values[name]]));
    }

    get isDirty() {
      return Object.keys(this.changes).length > 0 || this.fields.tags.isPending;
    }

    #offer(app) {
      const { fields, zones } = this;
      const known = (zones.apps ?? []).map(({ name, title }) => ({ value: name, label: whatsapp.titled(title, name) }));
      if (app && !known.some(({ value }) => rules.same(value, app))) known.push({ value: app, label: zones.apps ? t("app-gone", app) : app });
      const chosen = known.find(({ value }) => rules.same(value, app))?.value ?? "";
      fields.app.offer([{ value: "", label: t("choose") }, ...known], chosen);
      this.#offerZones();
    }

    #offerZones() {
      const { fields, zones, zone } = this;
      const list = zones.of(fields.app.value);
      this.isZoneTyped = list === null;
      fields.typedZone.element.hidden = !this.isZoneTyped;
      fields.zone.element.hidden = this.isZoneTyped;
      if (this.isZoneTyped) {
        if (document.activeElement !== fields.typedZone.control) fields.typedZone.value = zone;
        return;
      }
      const known = (list ?? []).map(({ name, title }) => ({ value: name, label: whatsapp.titled(title, name) }));
      if (zone && !known.some(({ value }) => rules.same(value, zone))) known.push({ value: zone, label: list ? t("zone-gone", zone) : zone });
      fields.zone.offer([{ value: "", label: t("choose") }, ...known], known.find(({ value }) => rules.same(value, zone))?.value ?? "");
    }

    /** Something was typed or chosen here. */
    edited() {
      this.isTouched = true;
      this.zone = this.values.zone;
      this.#offerZones();
      this.show();
    }

    /** The lists of apps and zones, the licences or the app object have changed. */
    refresh() {
      const { app } = this.values;
      this.#offer(app);
      this.#suggest();
      this.show();
    }

    /** The instance has another state of the number. */
    update(number) {
      if (number.rev === this.base.rev) {
        this.base = number;
      } else if (!this.isTouched || !this.isDirty || this.#isSaving) {
        // A save's own push may be faster than its answer; then nothing typed is lost, because nothing is typed meanwhile.
        if (!this.#isSaving) this.#take(number);
      } else if (!this.newer || number.rev > this.newer.rev) {
        this.newer = number;
      }
      this.show();
    }

    #take(number) {
      this.base = number;
      this.newer = null;
      this.isTouched = false;
      this.#fill(copy(number));
    }

    #discard() {
      this.#take(this.newer ?? this.base);
      this.show();
      this.fields.app.focus();
    }

    // MARK: Saving

    async #save() {
      const { fields, screen, model, base } = this;
      this.failure = null;
      if (fields.tags.isPending && !fields.tags.take()) {
        fields.tags.focus();
        return;
      }
      const { changes } = this;
      if (!Object.keys(changes).length) return;
      const sent = this.values;
      this.#isSaving = true;
      try {
        const { number } = await screen.instance.ask("UpdateNumber", { id: base.id, rev: base.rev, ...changes });
        this.#takeBehind(number, sent);
        model.noteNumber(number);
        screen.tell(t("number-saved", number.display || number.id));
      } catch (error) {
        if (error.code === "CONFLICT" && error.result?.number) this.newer = error.result.number;
        else if (error.code === "NOT_FOUND" && !error.field) this.failure = t("number-gone");
        else if (!whatsapp.failField(this.#faultFields, error)) this.failure = whatsapp.sentence(error);
      } finally {
        this.#isSaving = false;
      }
      // The button that had the focus is gone.
      if (!this.isDirty && document.activeElement === document.body) this.fields.app.focus();
      // What came meanwhile was not looked at.
      const present = model.numbers?.get(base.id);
      if (present && present.rev > this.base.rev) this.update(present);
      this.show();
    }

    /** Takes over the outcome of a save, below what was typed since it was sent. */
    #takeBehind(number, sent) {
      const now = this.values;
      const typed = Object.fromEntries(editable.filter((name) => !equal(now[name], sent[name])).map((name) => [name, now[name]]));
      this.#take(number);
      if (!Object.keys(typed).length) return;
      this.#fill({ ...copy(number), ...typed });
      this.isTouched = true;
    }

    get #faultFields() {
      return { ...this.fields, zone: this.isZoneTyped ? this.fields.typedZone : this.fields.zone };
    }

    async #delete() {
      const { ui, screen, base } = this;
      const name = base.display || base.id;
      const body = [
        ui.make("p", {}, t("delnumber", name)), ui.make("p", {}, t("delnumber-posts")),
        ui.make("p", {}, t("delnumber-meta"), " ", whatsapp.outLink(ui, "https://business.facebook.com/latest/whatsapp_manager/phone_numbers", t("delnumber-link"))),
      ];
      if (!(await whatsapp.confirm(ui, screen.shell.root, { title: t("delnumber-title"), body, isDangerous: true, testId: "deletenumber" }))) return;
      try {
        await screen.instance.ask("DeleteNumber", { id: base.id });
        screen.tell(t("number-deleted", name));
      } catch (error) {
        this.failure = whatsapp.sentence(error);
        this.show();
      }
    }

    // MARK: What is seen

    show() {
      const { ui, base: number, fields, model } = this;
      ui.fill(this.title, number.id);
      ui.fill(this.name, [number.display, number.name].filter(Boolean).join(" · "));
      const quality = number.quality && ui.make("span", { class: "hint" }, t("quality", number.quality));
      ui.fill(this.state, whatsapp.badge(ui, states[number.state] ?? "warning", stateText(number)), quality);
      this.#showLicence();
      const { zone, app } = this.values;
      const isOdd = zone && model.sip && !rules.same(zone, model.sip);
      for (const field of [fields.zone, fields.typedZone]) field.advise(isOdd ? t("zonehint", model.sip) : null);
      if (this.isZoneTyped) fields.typedZone.advise(isOdd ? t("zonehint", model.sip) : t("zone-unread"));
      fields.app.advise(app && !this.zones.knows(app) ? t("app-gone-hint") : null);
      const { isDirty } = this;
      this.bar.hidden = !isDirty;
      ui.mark(this.element, "dirty", isDirty);
      this.#showNotes();
    }

    #showLicence() {
      const { base: number, fields, model: { info, numbers } } = this;
      if (!info) return;
      const granted = [...(numbers?.values() ?? [])].filter((each) => each.licensed).length;
      const isFull = !info.testmode && granted >= info.lics && !number.licensed && !fields.licensed.value;
      fields.licensed.isDisabled = isFull;
      fields.licensed.advise(isFull ? t("licfull", this.ui.number(info.lics)) : null);
    }

    #showNotes() {
      const { ui, base } = this;
      const notes = [];
      const isSuggested = !this.isTouched && (!base.app || !base.zone) && this.isDirty;
      if (isSuggested) notes.push(whatsapp.notice(ui, "info", t("suggested")));
      if (this.newer) {
        const reload = ui.button(t("reload"), { class: "button small", testId: `reload-${base.id}`, click: () => this.#discard() });
        const keep = ui.button(t("keep-mine"), { class: "button small", testId: `keep-${base.id}`, click: () => this.#keepMine() });
        notes.push(whatsapp.notice(ui, "warning", t("conflict"), reload, keep));
      }
      if (this.failure) notes.push(whatsapp.notice(ui, "error", this.failure));
      const shown = JSON.stringify([isSuggested, this.newer?.rev, this.failure]);
      if (shown === this.shownNotes) return;
      this.shownNotes = shown;
      this.notes.replaceChildren(...notes);
    }

    /** Goes on with what was typed, on top of what somebody else stored. */
    #keepMine() {
      const mine = this.changes;
      const { newer } = this;
      this.#take(newer);
      this.isTouched = true;
      this.#fill({ ...copy(newer), ...mine });
      this.show();
      this.save.focus();
    }
  };

  function stateText(number) {
    if (number.state === "no-app" || number.state === "no-zone") return t("inactive");
    return number.state in states ? t(`state-${number.state}`) : number.state;
  }
})(innovaphone.whatsapp);
