// A list of what is being done, each line with its outcome; what failed can be tried again from there.
(function (whatsapp) {
  "use strict";

  const t = whatsapp.text;
  const icons = { running: "wait", done: "check", warning: "alert", failed: "error" };

  whatsapp.Steps = class {
    #failures = 0;

    constructor(ui) {
      this.ui = ui;
      this.element = ui.make("ol", { class: "steps", role: "status", "aria-label": t("progress") });
    }

    /** Whether everything went well. */
    get isClean() {
      return this.#failures === 0;
    }

    #line(label) {
      const { ui } = this;
      const line = ui.make("li", { class: "step" });
      const mark = ui.make("span", { class: "step-mark" });
      const body = ui.make("div", { class: "step-body" }, ui.make("span", {}, label));
      const state = ui.make("span", { class: "hidden-text" });
      const detail = ui.make("div", { class: "step-detail" });
      body.append(state, detail);
      line.append(mark, body);
      this.element.append(line);
      return (name, ...content) => {
        line.dataset.state = name;
        mark.replaceChildren(whatsapp.icon(icons[name]));
        ui.fill(state, " – ", t(`step-${name}`));
        ui.fill(detail, ...content);
        ui.attribute(detail, "role", name === "failed" ? "alert" : null);
      };
    }

    /** Does what all the rest depends on; its failure is shown, and thrown again. */
    async run(label, act) {
      const show = this.#line(label);
      show("running");
      try {
        const value = await act();
        show("done");
        return value;
      } catch (error) {
        show("failed", whatsapp.sentence(error));
        this.#failures++;
        throw error;
      }
    }

    /** Does what the rest does not depend on. If it fails, the line offers to try again. Promises whether it went well. */
    async attempt(label, act) {
      const show = this.#line(label);
      const once = async () => {
        show("running");
        try {
          const warning = await act();
          if (warning) show("warning", warning);
          else show("done");
          return !warning;
        } catch (error) {
          const retry = this.ui.button(t("retry"), { class: "button small", click: again });
          show("failed", this.ui.make("p", {}, whatsapp.sentence(error)), retry);
          return false;
        }
      };
      const again = async () => {
        if (await once()) this.#failures--;
      };
      const isDone = await once();
      if (!isDone) this.#failures++;
      return isDone;
    }
  };
})(innovaphone.whatsapp);
