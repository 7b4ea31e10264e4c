// How to make the app object by hand, for a PBX in whose Settings the plugin does not appear.
(function (whatsapp) {
  "use strict";

  const { rules, text: t } = whatsapp;

  whatsapp.RecipeScreen = class extends whatsapp.Screen {
    constructor(shell) {
      super(shell, { name: "recipe", title: t("recipe"), lead: t("recipe-lead") });
      const { ui } = this;
      const sip = this.model.sip || "whatsapp";
      // The page may have been opened under an inner address; the PBX needs the public one.
      const { info, places } = this.model;
      const url = info ? info.webhook.url.replace(/\/webhook.*$/, `/${rules.file}`) : places.url;
      const rows = (entries) => ui.make("dl", { class: "values" }, entries.map(([name, value]) => [ui.make("dt", {}, name), ui.make("dd", {}, value)]));
      const code = (value, label) => whatsapp.copyable(ui, value, label);
      this.add(
        this.part(t("recipe-object"), ui.make("p", {}, t("recipe-object-about")), rows([
          [t("recipe-field-type"), "App"],
          [t("recipe-field-longname"), code("WhatsApp", t("recipe-field-longname"))],
          [t("recipe-field-name"), [code(sip, t("recipe-field-name")), ui.make("p", { class: "hint" }, t("recipe-name-hint"))]],
          [t("recipe-field-password"), t("recipe-password")],
          [t("recipe-field-hide"), t("recipe-tick")],
          [t("recipe-field-critical"), t("recipe-tick")],
        ])),
        this.part(t("recipe-app"), ui.make("p", {}, t("recipe-app-about")), rows([
          ["URL", code(url, "URL")],
          ["Hidden", t("recipe-tick")],
          ["Websocket", t("recipe-tick")],
          ["Services", t("recipe-tick")],
          [t("licenses"), t("recipe-licenses")],
          [t("recipe-field-others"), t("recipe-untick")],
        ])),
        this.part(t("recipe-grants"), ui.make("p", {}, t("recipe-grants-about")), rows([
          [t("recipe-grants-own", sip), [code("connect", "connect"), code(rules.moderator("connect"), rules.moderator("connect"))]],
          [t("recipe-grants-connect"), code(sip, t("sip"))],
          [t("recipe-grants-users"), [code(sip, t("sip")), ui.make("p", { class: "hint" }, t("recipe-users-hint"))]],
        ]), ui.make("p", { class: "hint" }, t("recipe-moderator"))),
        this.part(t("recipe-check"), ui.make("p", {}, t("recipe-check-about"))),
        ui.make("div", { class: "actions left no-print" }, ui.button(t("print"), { testId: "print", click: () => window.print() })));
    }
  };
})(innovaphone.whatsapp);
