// The config templates that give users the app: a list with a filter, and what is inherited from where.
(function (whatsapp) {
  "use strict";

  const { rules, text: t } = whatsapp;
  /** From so many on there is a filter. */
  const filterFrom = 10;

  whatsapp.TemplateList = class {
    constructor(ui) {
      this.ui = ui;
      this.templates = [];
      this.rows = [];
      this.status = ui.make("p", { class: "hint", role: "status" }, t("loading"));
      this.list = ui.make("div", { class: "template-list", role: "group", "aria-label": t("templates") });
      this.filter = new whatsapp.TextField(ui, { label: t("filter"), testId: "filter", type: "search" });
      this.filter.element.hidden = true;
      this.filter.control.addEventListener("input", () => this.#showFiltered());
      this.filter.control.addEventListener("keydown", (event) => {
        // Enter in the filter would submit the form, and Escape leave it; here it empties the filter.
        if (event.key === "Enter") event.preventDefault();
        if (event.key === "Escape" && this.filter.value) event.stopPropagation();
      });
      this.element = ui.make("div", { class: "templates" }, ui.make("p", { class: "hint" }, t("templates-hint")), this.filter.element, this.status, this.list);
    }

    progress(read, all) {
      this.ui.fill(this.status, t("templates-reading", this.ui.number(read), this.ui.number(all)));
    }

    fail(text, again) {
      this.ui.fill(this.status, text, " ", this.ui.button(t("retry"), { class: "button small", click: again }));
    }

    /** Shows the templates; `sip` is the object's name, null for a new one. */
    offer(templates, sip) {
      const { ui } = this;
      this.templates = templates;
      this.rows = templates.map((template, index) => {
        const isGranted = sip !== null && rules.has(template.apps, sip);
        const field = new whatsapp.CheckField(ui, { label: template.cn, value: isGranted, testId: `temp-${template.cn}`, class: "template" });
        field.control.addEventListener("change", () => this.#showInherited());
        return { template, index, field, isGranted };
      });
      this.filter.element.hidden = templates.length < filterFrom;
      this.list.replaceChildren(...this.rows.map(({ field }) => field.element));
      this.#showInherited();
      this.#showFiltered();
    }

    /** What is ticked or no longer ticked, by the templates' names. */
    changes() {
      const changed = this.rows.filter(({ field, isGranted }) => field.value !== isGranted);
      const names = (rows) => rows.map(({ template }) => template.cn);
      return { add: names(changed.filter(({ field }) => field.value)), remove: names(changed.filter(({ field }) => !field.value)) };
    }

    #showInherited() {
      for (const { template, field } of this.rows) {
        const from = field.value ? null : this.#giver(template, new Set());
        field.advise(from && t("inherited", from));
      }
    }

    /** The nearest parent that has the app; parents may have parents, and a hostile list even itself. */
    #giver(template, visited) {
      for (const name of template.parents) {
        const parent = this.rows.find((row) => row.template.cn === name || row.template.guid === name);
        if (!parent || visited.has(parent)) continue;
        visited.add(parent);
        if (parent.field.value) return parent.template.cn;
        const further = this.#giver(parent.template, visited);
        if (further) return further;
      }
      return null;
    }

    #showFiltered() {
      const wanted = this.filter.value.toLocaleLowerCase();
      let shown = 0;
      for (const { template, field } of this.rows) {
        field.element.hidden = !template.cn.toLocaleLowerCase().includes(wanted);
        if (!field.element.hidden) shown++;
      }
      const { ui } = this;
      if (!this.rows.length) ui.fill(this.status, t("templates-none"));
      else if (wanted) ui.fill(this.status, t("templates-shown", ui.number(shown), ui.number(this.rows.length)));
      else this.status.replaceChildren();
    }
  };
})(innovaphone.whatsapp);
