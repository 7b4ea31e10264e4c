// The first screen: the app object, the ways on, and whatever needs a look.
(function (whatsapp) {
  "use strict";

  const { text: t } = whatsapp;
  const pollInterval = 5_000;
  /** Faster answers need no sign that they are awaited. */
  const patience = 300;

  whatsapp.HomeScreen = class extends whatsapp.Screen {
    constructor(shell) {
      super(shell, { name: "home", title: t("pluginTitle"), hasWayBack: false });
      const { ui, model } = this;
      this.banners = ui.make("div", { class: "banners", role: "alert", testId: "problems" });
      this.tile = ui.make("div", { class: "object" });
      this.ways = ui.make("nav", { class: "ways", "aria-label": t("sections") });
      this.note = ui.make("p", { class: "hint", id: whatsapp.uniqueId() });
      this.add(this.banners, this.tile, this.ways, this.note);
      this.links = [
        new Way(this, "setup", t("setup"), t("setup-about"), "setup"),
        new Way(this, "configuration", t("config"), () => this.numberSummary(), "sliders"),
        new Way(this, "information", t("info"), t("info-about"), "info"),
      ];
      if (shell.item.fallback) this.recipe = new Way(this, "recipe", t("recipe"), t("recipe-about"), "key");
      for (const way of [...this.links, this.recipe].filter(Boolean)) this.ways.append(way.element);
      this.atEnd(model.onchange.attach(() => this.show()));
      this.atEnd(shell.instance.onstate.attach((state) => {
        this.show();
        // An object under another name of the App Platform is known by its password, which only the instance can compare.
        if (state === "ready" && model.object === null) model.readObject();
      }));
      if (model.pbx) {
        model.readObject();
        const late = setTimeout(() => {
          this.isLate = true;
          this.showTile();
        }, patience);
        this.atEnd(() => clearTimeout(late));
        // While something is amiss, what an administrator does about it in the PBX is to be seen here soon.
        const timer = setInterval(() => {
          // Nobody tells a plugin that it was closed.
          if (this.element.isConnected && (model.pbxFailure || (model.object && !model.isConnected))) model.readObject();
        }, pollInterval);
        this.atEnd(() => clearInterval(timer));
      }
      this.show();
    }

    numberSummary() {
      const { numbers, info } = this.model;
      if (!numbers) return t("config-about");
      if (!numbers.size) return t("config-none");
      const waiting = [...numbers.values()].filter((number) => number.state !== "ok").length;
      const summary = t("config-count", this.ui.number(numbers.size), this.ui.number(info?.numbersLimit ?? 20));
      return waiting ? t("config-count-waiting", summary, this.ui.number(waiting)) : summary;
    }

    show() {
      const { model, shell } = this;
      this.showProblems();
      if (model.pbx) this.showTile();
      const isUsable = shell.item.fallback ? true : Boolean(model.object) && model.isConnected;
      const { isReady } = shell.instance;
      const reason = isUsable ? (isReady ? null : t("ways-no-instance")) : t(model.object ? "ways-connect-first" : "ways-object-first");
      for (const way of this.links) way.enable(isUsable && isReady, this.note.id);
      this.note.hidden = isUsable && (isReady || shell.instance.state === "connecting");
      this.ui.fill(this.note, model.object === undefined && !shell.item.fallback ? null : reason);
    }

    problems() {
      const { model } = this;
      // An object that is still to be added cannot be connected.
      // Without the right password it cannot either, and that is said already.
      const isExpected = model.object !== null && model.object?.check !== "different";
      const reported = (model.info?.problems ?? []).filter(({ code }) => code !== "no-pbx" || isExpected);
      const problems = reported.map((problem) => ({
        kind: problem.severity === "error" ? "error" : "warning", key: problem.code, text: whatsapp.problemText(problem), goal: whatsapp.problems.get(problem.code),
        options: problem.code === "token-invalid" ? { account: problem.args?.[0] } : {},
      }));
      const own = (kind, key, text, goal = null, act = null) => problems.push({ kind, key, text, goal, act });
      if (model.pbxFailure) own("error", "pbx", whatsapp.sentence(model.pbxFailure));
      const { object } = model;
      if (object?.check === "different") own("error", "password", t("problem-password"));
      if (object?.further) own("warning", "further", t("problem-further", object.further + 1));
      if (object?.connectAllows === false) {
        own("warning", "connect", t("problem-connect", object.connectApp, object.sip), null, { label: t("allow"), run: () => this.allowConnect() });
      }
      return problems.sort((one, other) => (one.kind === other.kind ? 0 : one.kind === "error" ? -1 : 1));
    }

    showProblems() {
      const { ui, shell } = this;
      const problems = this.problems();
      const shown = JSON.stringify([problems.map(({ kind, key }) => [kind, key]), this.model.info?.problems.map(({ code, args }) => [code, args]), this.model.object?.further]);
      // Said again only when something has changed.
      if (shown === this.shownProblems) return;
      this.shownProblems = shown;
      this.banners.replaceChildren(...problems.map(({ kind, key, text, goal, options, act }) => {
        const way = goal && (goal !== "edit" || this.model.object) && ui.button(t("look"), { class: "button small", click: () => shell.go(goal, options) });
        // Several of these buttons have one name; what each is about describes it.
        const deed = act && ui.button(act.label, { class: "button small", testId: `act-${key}` });
        deed?.addEventListener("click", () => whatsapp.busy(deed, act.run));
        const line = whatsapp.notice(ui, kind, text, way || deed);
        const body = line.querySelector("div > div");
        body.id = whatsapp.uniqueId();
        (way || deed)?.setAttribute("aria-describedby", body.id);
        // The region itself is the alert; an alert in an alert would be read twice.
        line.removeAttribute("role");
        return line;
      }));
    }

    showTile() {
      const { ui, model, shell } = this;
      const { object } = model;
      const focused = this.tile.contains(document.activeElement);
      if (object === undefined) {
        if (model.pbxFailure) this.tile.replaceChildren();
        else if (this.isLate && !this.tile.firstChild) ui.fill(this.tile, ui.make("p", { class: "loading", role: "status" }, whatsapp.icon("wait"), t("loading")));
        return;
      }
      if (object === null) {
        const label = ui.make("span", { class: "tile-title" }, t("addapp"));
        ui.fill(this.tile, ui.make(
          "button", { type: "button", class: "tile add", testId: "add", click: () => shell.go("edit") }, whatsapp.icon("add"), label));
      } else {
        ui.fill(this.tile, this.objectTile(object), object.check === "different" && this.repairButton());
      }
      if (focused) this.tile.querySelector("button")?.focus();
    }

    objectTile(object) {
      const { ui, model, shell } = this;
      const connect = whatsapp.rules.connectOf(object.details?.apps, []).name;
      const { info } = model;
      const lics = object.details?.pseudo?.app?.lics ?? info?.lics;
      const fact = (label, value) => ui.make("span", { class: "fact" }, ui.make("span", { class: "fact-label" }, label), ui.make("span", {}, value));
      return ui.make(
        "button", { type: "button", class: "tile", testId: `obj-${object.sip}`, click: () => shell.go("edit") },
        ui.make("img", { class: "app-icon", src: `${model.places.files}/${whatsapp.rules.file}.png`, alt: "", width: 50, height: 50 }),
        ui.make(
          "span", { class: "tile-body" },
          ui.make("span", { class: "tile-title" }, object.details?.cn ?? object.title ?? object.sip), " ",
          ui.make(
            "span", { class: "facts" }, fact(t("type"), "whatsApp"), " ", fact(t("sip"), object.sip), " ", connect && fact(t("connectapp"), connect), " ",
            lics !== undefined && fact(t("licenses"), info ? whatsapp.licences(ui, info, lics) : ui.number(lics)))),
        " ", this.standing(object));
    }

    standing(object) {
      const { ui } = this;
      if (object.check === "different") return whatsapp.badge(ui, "error", t("st_pwd"));
      if (!object.connected) return whatsapp.badge(ui, "warning", t("st_off"));
      return whatsapp.badge(ui, "ok", t("st_ok"));
    }

    repairButton() {
      const button = this.ui.button(t("repair"), { class: "button primary", testId: "repair" }, "key");
      button.addEventListener("click", () => whatsapp.busy(button, () => this.repair()));
      return button;
    }

    async repair() {
      const steps = new whatsapp.Steps(this.ui);
      this.message.replaceChildren(this.part(t("progress"), steps.element));
      try {
        await new whatsapp.AppObjectWork(this.model, steps).repair();
      } catch {
        // The list of steps has said it.
      }
      await this.model.readObject();
    }

    async allowConnect() {
      const { object, pbx } = this.model;
      try {
        await pbx.grant({ h323: object.connectApp }, object.sip, true);
        await this.model.readObject();
      } catch (error) {
        this.fail(whatsapp.sentence(error));
      }
    }
  };

  /** A way to another screen. */
  class Way {
    constructor(screen, goal, title, about, icon) {
      const { ui, shell } = screen;
      // The name is the title alone; the rest describes it.
      const about_ = ui.make("span", { class: "way-about", id: whatsapp.uniqueId() }, about);
      const title_ = ui.make("span", { class: "way-title", id: whatsapp.uniqueId() }, title);
      this.about = about_;
      this.text = about;
      this.ui = ui;
      this.element = ui.make(
        "button",
        { type: "button", class: "way", testId: goal, "aria-labelledby": title_.id, "aria-describedby": about_.id, click: () => shell.go(goal) },
        whatsapp.icon(icon), ui.make("span", { class: "way-body" }, title_, about_));
    }

    enable(isEnabled, reason) {
      this.element.disabled = !isEnabled;
      this.element.setAttribute("aria-describedby", isEnabled ? this.about.id : reason);
      this.ui.fill(this.about, this.text);
    }
  }
})(innovaphone.whatsapp);
