// The plugin's constructor: the PBX Manager, or the fallback page, makes one of it.
var plugin = window.plugin || {};
plugin.innovaphone = plugin.innovaphone || {};

plugin.innovaphone.whatsappmanager = plugin.innovaphone.whatsappmanager || function (start, item, app) {
  "use strict";
  this.createNode("div", null, null, "item-node");
  innovaphone.whatsapp.begin(this.container, start, item, app);
};
plugin.innovaphone.whatsappmanager.prototype = innovaphone.ui1.nodePrototype;

(function (whatsapp) {
  "use strict";

  const { Ui, text: t } = whatsapp;
  /** Faster answers need no sign that they are awaited. */
  const patience = 300;

  /** Loads texts and styles, then shows the plugin in the element. */
  whatsapp.begin = (root, start, item, app) => {
    root.classList.add("innovaphone-whatsapp-plugin");
    root.dataset.scheme = start.scheme;
    start.onschemechanged?.attach(() => { root.dataset.scheme = start.scheme; });
    innovaphone.lib1.loadCss(`${item.uri}.css`);
    innovaphone.lib1.loadObjectScript(`${item.uri}texts`, () => {
      const languages = new innovaphone.lib1.Languages(innovaphone.whatsappmanagertexts, start.lang);
      new Shell(root, start, item, app, languages).go("home");
    });
  };

  /** The frame around the screens, and what they share. */
  class Shell {
    constructor(root, start, item, app, languages) {
      this.root = root;
      this.item = item;
      this.ui = new Ui(languages);
      root.lang = languages.current;
      start.onlangchanged?.attach(() => this.#speak(start.lang));
      const places = whatsapp.rules.places(item);
      this.manager = item.fallback ? null : new whatsapp.Manager(start, item, places.path);
      this.pbx = item.fallback ? null : new whatsapp.Pbx(app);
      const getLogin = item.fallback ? (challenge) => item.login(challenge) : (challenge) => this.manager.login(challenge);
      const domain = item.fallback ? item.domain : app.domain;
      this.instance = new whatsapp.Instance(item.uri.replace(/^http/, "ws"), domain, getLogin);
      this.model = new whatsapp.Model({ instance: this.instance, pbx: this.pbx, manager: this.manager, places });
      this.state = this.ui.make("div", { class: "frame-state" });
      this.place = this.ui.make("div", { class: "place" });
      root.append(this.state, this.place);
      this.instance.onstate.attach(() => this.#showState());
      this.model.onchange.attach(() => this.#showState());
      this.isLate = false;
      setTimeout(() => {
        this.isLate = true;
        this.#showState();
      }, patience);
    }

    #speak(language) {
      this.ui.languages.activate(language);
      this.root.lang = this.ui.language;
      this.ui.refresh(this.root);
    }

    /** Goes to a screen; asks first if input would be lost. */
    async go(name, { done = null, error = null, ...options } = {}) {
      const old = this.screen;
      if (old?.isDirty) {
        // A second attempt while the question is open is the same attempt.
        if (this.isAsking) return;
        this.isAsking = true;
        const mayLeave = await whatsapp.confirm(this.ui, this.root, { title: t("leave-title"), body: t("leave-text"), testId: "leave" });
        this.isAsking = false;
        if (!mayLeave) return;
      }
      old?.end();
      const kinds = {
        home: whatsapp.HomeScreen, edit: whatsapp.EditScreen, setup: whatsapp.SetupScreen, configuration: whatsapp.ConfigurationScreen,
        information: whatsapp.InformationScreen, recipe: whatsapp.RecipeScreen,
      };
      this.screen = new kinds[name](this, options);
      this.place.replaceChildren(this.screen.element);
      this.root.scrollTop = 0;
      if (done) this.screen.tell(done);
      if (error) this.screen.fail(error);
      // At first the focus belongs to whoever opened the plugin.
      if (old) this.screen.heading.focus();
      this.#showState();
    }

    #showState() {
      const { ui, instance, model } = this;
      const isFirst = instance.isReady ? !model.info : instance.state === "connecting" && !model.info;
      const state = isFirst ? (this.isLate ? "loading" : "quiet") : instance.state;
      if (state === this.shownState) return;
      this.shownState = state;
      const again = this.item.logout && ui.button(t("login-again"), { class: "button small", click: () => this.item.logout() });
      const contents = {
        loading: ui.make("p", { class: "loading", role: "status" }, whatsapp.icon("wait"), t("loading")),
        lost: whatsapp.notice(ui, "warning", t("noinstance")),
        connecting: whatsapp.notice(ui, "warning", t("noinstance")),
        refused: whatsapp.notice(ui, "error", t(this.item.fallback ? "refused-password" : "refused"), again),
      };
      this.state.replaceChildren(...(contents[state] ? [contents[state]] : []));
    }
  }
})(innovaphone.whatsapp);
