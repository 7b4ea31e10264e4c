// Guides through the check that private posts stay private: two posts by a colleague, one of which must not be seen here.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;

  whatsapp.PrivatePostCheck = class {
    constructor(screen) {
      this.screen = screen;
      this.ui = screen.ui;
      this.instance = screen.instance;
      this.body = this.ui.make("div", { class: "check-posts" });
      this.element = screen.part(t("posts"), this.ui.make("p", { class: "hint" }, t("posts-about")), this.body);
      this.element.id = "test-innovaphone-whatsapp-posts";
    }

    end() {
      clearInterval(this.timer);
    }

    show(standing) {
      if (!standing) return;
      const shown = JSON.stringify(standing);
      if (shown === this.shown) return;
      const hadFocus = this.body.contains(document.activeElement);
      this.shown = shown;
      clearInterval(this.timer);
      this.ui.fill(this.body, standing.state === "running" ? this.#running(standing) : this.#resting(standing));
      if (hadFocus) this.body.querySelector("button")?.focus();
    }

    #resting({ state, at, reason }) {
      const { ui } = this;
      const kind = { verified: "ok", failed: "error" }[state] ?? "warning";
      const badge = whatsapp.badge(ui, kind, t(`posts-${state}`));
      const detail = state === "failed" && ui.make("p", {}, t(`posts-${reason}`));
      const when = at && ui.make("span", { class: "hint" }, ui.time(at));
      const start = this.#button(t(state === "unverified" ? "posts-start" : "posts-again"), "StartPrivatePostCheck", "posts-start", state !== "verified");
      return [ui.make("p", { class: "standing" }, badge, " ", when), detail, ui.make("div", { class: "actions left" }, start)];
    }

    #running({ zones = [], until, foreignText, ownText, ownSeen }) {
      const { ui, screen } = this;
      const rest = ui.make("p", { class: "hint", role: "timer" });
      const tick = () => {
        const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
        ui.fill(rest, t("posts-rest", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`));
      };
      tick();
      this.timer = setInterval(tick, 1_000);
      const seen = ui.make("p", { class: "standing", role: "status" }, whatsapp.badge(ui, ownSeen ? "ok" : "wait", t(ownSeen ? "posts-own-seen" : "posts-own-waiting")));
      return [
        ui.make(
          "ol", { class: "guide-list" },
          ui.make("li", {}, t("posts-step-open", zones.join(", "))),
          ui.make("li", {}, t("posts-step-foreign"), whatsapp.copyable(ui, foreignText, t("posts-text"))),
          ui.make("li", {}, t("posts-step-own", screen.model.sip), whatsapp.copyable(ui, ownText, t("posts-text")), seen),
          ui.make("li", {}, t("posts-step-confirm"))),
        rest,
        ui.make(
          "div", { class: "actions left" }, this.#button(t("posts-confirm"), "ConfirmPrivatePostCheck", "posts-confirm", true),
          this.#button(t("cancel"), "CancelPrivatePostCheck", "posts-cancel", false)),
      ];
    }

    #button(label, mt, testId, isPrimary) {
      const button = this.ui.button(label, { class: isPrimary ? "button primary" : "button", testId });
      button.addEventListener("click", () => whatsapp.busy(button, async () => {
        try {
          const { privatePosts } = await this.instance.ask(mt);
          this.show(privatePosts);
        } catch (error) {
          const hasNumber = [...(this.screen.model.numbers?.values() ?? [])].some((number) => number.active);
          this.screen.fail(error.code === "BAD_REQUEST" && !hasNumber ? t("posts-no-number") : whatsapp.sentence(error));
        }
      }));
      return button;
    }
  };
})(innovaphone.whatsapp);
