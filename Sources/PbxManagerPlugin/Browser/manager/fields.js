// Labelled controls. The label is the accessible name and nothing else; hints and errors are tied to the control as descriptions.
(function (whatsapp) {
  "use strict";

  const t = whatsapp.text;

  /** What all fields have in common. The control is made by each kind. */
  class Field {
    constructor(ui, control, { label, hint = null, testId = null, class: kind = "" }) {
      this.ui = ui;
      this.control = control;
      control.id = testId ? `test-innovaphone-whatsapp-${testId}` : whatsapp.uniqueId();
      this.hint = ui.make("p", { class: "hint", id: whatsapp.uniqueId() }, hint);
      this.hint.hidden = !hint;
      this.fault = ui.make("p", { class: "fault", id: whatsapp.uniqueId() });
      this.fault.hidden = true;
      this.label = ui.make("label", { class: "label", for: control.id }, label);
      this.element = ui.make("div", { class: `field ${kind}` }, this.label, control, this.hint, this.fault);
      this.#describe();
      control.addEventListener("input", () => this.fail(null));
    }

    #describe() {
      const described = [this.hint, this.fault].filter((each) => !each.hidden).map((each) => each.id).join(" ");
      this.ui.attribute(this.control, "aria-describedby", described || null);
    }

    get value() {
      return this.control.value.trim();
    }

    set value(value) {
      this.control.value = value;
    }

    get isDisabled() {
      return this.control.disabled;
    }

    set isDisabled(isDisabled) {
      this.control.disabled = isDisabled;
    }

    /** Sets or takes away the hint. */
    advise(text) {
      this.hint.hidden = !text;
      this.ui.fill(this.hint, text);
      this.#describe();
    }

    /** Sets or takes away the error. */
    fail(text) {
      if (!text && this.fault.hidden) return;
      this.fault.hidden = !text;
      this.ui.fill(this.fault, text && whatsapp.icon("error"), text && this.ui.make("span", {}, text));
      this.ui.attribute(this.control, "aria-invalid", text ? "true" : null);
      this.#describe();
    }

    focus() {
      this.control.focus();
    }
  }

  /** A line of text. */
  whatsapp.TextField = class extends Field {
    constructor(ui, { value = "", max = null, type = "text", inputMode = null, ...rest }) {
      super(ui, ui.make("input", { type, class: "input", maxlength: max, inputmode: inputMode, autocomplete: "off", spellcheck: "false" }), rest);
      this.value = value;
    }
  };

  /** A secret, hidden until somebody wants to see it. It comes from nowhere and is kept nowhere. */
  whatsapp.SecretField = class extends Field {
    constructor(ui, { max = null, inputMode = null, clean = null, placeholder = null, ...rest }) {
      const control = ui.make("input", {
        type: "password", class: "input", maxlength: max, inputmode: inputMode, autocomplete: "new-password", spellcheck: "false", placeholder,
      });
      super(ui, control, rest);
      const toggle = ui.make("button", { type: "button", class: "reveal", "aria-pressed": "false", "aria-describedby": control.id }, t("show"));
      toggle.addEventListener("click", () => {
        const isShown = control.type === "password";
        control.type = isShown ? "text" : "password";
        ui.attribute(toggle, "aria-pressed", String(isShown));
        ui.fill(toggle, t(isShown ? "hide" : "show"));
      });
      // A field that describes a button would read the secret out; the label says whose button it is.
      this.label.id = whatsapp.uniqueId();
      toggle.setAttribute("aria-describedby", this.label.id);
      const line = ui.make("div", { class: "input-line" });
      control.replaceWith(line);
      line.append(control, toggle);
      this.toggle = toggle;
      if (clean) {
        control.addEventListener("input", () => {
          const cleaned = clean(control.value);
          if (cleaned !== control.value) control.value = cleaned;
        });
      }
    }

    set isDisabled(isDisabled) {
      this.control.disabled = isDisabled;
      this.toggle.disabled = isDisabled;
    }

    /** Forgets what was typed. */
    clear() {
      this.control.value = "";
    }
  };

  /** One of several choices: `[{value, label, isDisabled?}]`. */
  whatsapp.SelectField = class extends Field {
    #options = "";

    constructor(ui, { options = [], value = "", ...rest }) {
      super(ui, ui.make("select", { class: "input" }), rest);
      this.offer(options, value);
    }

    /** Replaces the choices; without a value the present one stays, if it is still there. */
    offer(options, value = this.control.value) {
      const shown = JSON.stringify(options);
      if (shown !== this.#options) {
        this.#options = shown;
        const { ui } = this;
        this.control.replaceChildren(...options.map((each) => ui.make("option", { value: each.value, disabled: each.isDisabled }, each.label)));
      }
      this.control.value = value;
      if (this.control.selectedIndex < 0 && options.length) this.control.value = "";
    }

    has(value) {
      return [...this.control.options].some((option) => option.value === value);
    }
  };

  /** Several lines. */
  whatsapp.AreaField = class extends Field {
    constructor(ui, { value = "", max = null, rows = 3, ...rest }) {
      super(ui, ui.make("textarea", { class: "input", maxlength: max, rows }), rest);
      this.value = value;
    }

    get value() {
      return this.control.value;
    }

    set value(value) {
      this.control.value = value;
    }
  };

  /** Yes or no. */
  whatsapp.CheckField = class extends Field {
    constructor(ui, { value = false, ...rest }) {
      super(ui, ui.make("input", { type: "checkbox", class: "check" }), { ...rest, class: `check-field ${rest.class ?? ""}` });
      // The box stands before its label.
      this.element.prepend(this.control);
      this.value = value;
      this.control.addEventListener("change", () => this.fail(null));
    }

    get value() {
      return this.control.checked;
    }

    set value(value) {
      this.control.checked = value;
    }
  };

  /** Shows an error at the field it is about. Says whether there is one among the fields (`{name: field}`). */
  whatsapp.failField = (fields, error) => {
    const field = fields[error.field];
    if (!field) return false;
    field.fail(whatsapp.sentence(error));
    field.focus();
    return true;
  };

  /** Checks fields by `[field, fault]`, the fault a text or null, and focuses the first bad one. Says whether all are fine. */
  whatsapp.validate = (faults) => {
    for (const [field, fault] of faults) field.fail(fault);
    const first = faults.find(([, fault]) => fault);
    first?.[0].focus();
    return !first;
  };
})(innovaphone.whatsapp);
