// Tags as chips: Enter or a comma adds what was typed, the backspace key takes the last one away.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;
  const most = 10;
  const longest = 64;
  /** What an unquoted tag must not have (Connect, hashtags). */
  const quoted = /[\s.:;,<&'#)(]/;

  /** A tag as it is stored and written behind `#`: without the sign, in quotation marks where it has to be. Null if it is none. */
  whatsapp.tag = (typed) => {
    let tag = typed.trim().replace(/^#+\s*/, "");
    if (tag.length >= 2 && tag.startsWith('"') && tag.endsWith('"')) tag = tag.slice(1, -1).trim();
    if (!tag || [...tag].length > longest || /["\p{Cc}]/u.test(tag)) return null;
    return quoted.test(tag) ? `"${tag}"` : tag;
  };

  whatsapp.TagField = class {
    /** `changed` is called whenever the tags have. */
    constructor(ui, { value, changed, testId }) {
      this.ui = ui;
      this.changed = changed;
      this.field = new whatsapp.TextField(ui, { label: t("tags"), hint: t("tags-hint"), class: "tag-field cell-field", testId });
      this.chips = ui.make("ul", { class: "chips", "aria-label": t("tags-set") });
      const box = ui.make("div", { class: "chip-box" });
      this.input = this.field.control;
      this.input.replaceWith(box);
      box.append(this.chips, this.input);
      box.addEventListener("click", (event) => { if (event.target === box) this.input.focus(); });
      this.element = this.field.element;
      this.tags = [...value];
      this.input.addEventListener("keydown", (event) => this.#press(event));
      this.input.addEventListener("input", () => {
        if (this.input.value.includes(",") && !/^[^"]*"[^"]*$/.test(this.input.value)) this.take();
        else this.changed();
      });
      this.input.addEventListener("blur", () => { if (this.input.value.trim()) this.take(); });
      this.#draw();
    }

    get value() {
      return [...this.tags];
    }

    set value(tags) {
      this.tags = [...tags];
      this.input.value = "";
      this.field.fail(null);
      this.#draw();
    }

    /** Whether something is typed that is no tag yet. */
    get isPending() {
      return this.input.value.trim() !== "";
    }

    fail(text) {
      this.field.fail(text);
    }

    focus() {
      this.input.focus();
    }

    #press(event) {
      if (event.key === "Enter" && this.isPending) {
        event.preventDefault();
        event.stopPropagation();
        this.take();
      } else if (event.key === "Backspace" && this.input.value === "" && this.tags.length) {
        this.tags.pop();
        this.#draw();
        this.changed();
      }
    }

    /** Makes tags of what is typed; what cannot be one stays, with the reason. Says whether nothing is left. */
    take() {
      const parts = this.input.value.match(/"[^"]*"|[^,]+/g) ?? [];
      const left = [];
      this.field.fail(null);
      for (const part of parts.filter((each) => each.trim())) {
        const tag = whatsapp.tag(part);
        const isThere = tag && this.tags.some((each) => each.toLowerCase() === tag.toLowerCase());
        if (isThere) continue;
        if (tag && this.tags.length < most) {
          this.tags.push(tag);
          continue;
        }
        left.push(part);
        this.field.fail(tag ? t("tags-many", this.ui.number(most)) : t("tags-invalid", this.ui.number(longest)));
      }
      this.input.value = left.join(",");
      this.#draw();
      this.changed();
      return left.length === 0;
    }

    #draw() {
      const { ui } = this;
      ui.attribute(this.input, "placeholder", this.tags.length ? null : t("tags-add"));
      this.chips.hidden = !this.tags.length;
      this.chips.replaceChildren(...this.tags.map((tag, index) => {
        const remove = ui.make("button", { type: "button", class: "chip-remove", "aria-label": t("tags-remove", tag) }, whatsapp.icon("close"));
        remove.addEventListener("click", () => {
          this.tags.splice(index, 1);
          this.#draw();
          this.changed();
          this.input.focus();
        });
        return ui.make("li", { class: "chip" }, `#${tag}`, remove);
      }));
    }
  };
})(innovaphone.whatsapp);
