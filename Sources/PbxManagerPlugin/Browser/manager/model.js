// What the plugin knows: the instance's own words, its numbers, and the app object in the PBX.
(function (whatsapp) {
  "use strict";

  const { rules, Signal } = whatsapp;
  /** The challenge with which PBX and instance are compared (Settings plugin, password check). */
  const challenge = "1234";

  whatsapp.Model = class {
    constructor({ instance, pbx, manager, places }) {
      Object.assign(this, { instance, pbx, manager, places });
      /** The newest GetInfo; null until there was one. */
      this.info = null;
      /** The numbers by ID; null until they were read. */
      this.numbers = null;
      /** The app object: undefined until the PBX was asked, null if there is none. */
      this.object = undefined;
      /** Why the PBX could not be asked. */
      this.pbxFailure = null;
      /** Called with `info`, `numbers` or `object`. */
      this.onchange = new Signal();
      instance.subscribe("SubscribeInfo", (message) => this.#receiveInfo(message));
      instance.subscribe("SubscribeNumbers", (message) => this.#receiveNumbers(message));
      if (pbx) instance.onstate.attach((state) => { if (state === "ready" && this.object) this.#checkPassword(); });
    }

    #receiveInfo(message) {
      if (message.error) return;
      this.info = message;
      this.onchange.notify("info");
    }

    #receiveNumbers(message) {
      if (message.error) return;
      switch (message.mt) {
        case "SubscribeNumbersResult":
          this.#takeAll(message);
          break;
        case "NumberInfo":
          this.numbers.set(message.number.id, message.number);
          break;
        case "NumberDeletedInfo":
          this.numbers.delete(message.id);
          break;
      }
      this.onchange.notify("numbers");
    }

    /** Takes over the whole list, page after page. What is on a later page stays meanwhile: somebody may be changing it. */
    async #takeAll({ numbers: first, more }) {
      const seen = new Set();
      const old = this.numbers ?? new Map();
      const take = (numbers) => {
        for (const number of numbers) {
          seen.add(number.id);
          this.numbers.set(number.id, number);
        }
      };
      this.numbers = new Map(more ? old : []);
      take(first);
      try {
        let page = { numbers: first, more };
        while (page.more && page.numbers.length) {
          page = await this.instance.ask("GetNumbers", { after: page.numbers.at(-1).id });
          take(page.numbers);
        }
        if (!more) return;
        for (const id of old.keys()) if (!seen.has(id)) this.numbers.delete(id);
        this.onchange.notify("numbers");
      } catch (error) {
        // With the next connection the list is read again.
        if (error.code !== "LOST") console.error(error);
      }
    }

    /** Takes over a number that an answer brought, unless a push was faster. */
    noteNumber(number) {
      const present = this.numbers?.get(number.id);
      if (!this.numbers || (present && present.rev > number.rev)) return;
      this.numbers.set(number.id, number);
      this.onchange.notify("numbers");
    }

    /** The app object's SIP name, from whomever knows it. */
    get sip() {
      return this.object?.sip ?? this.info?.object?.sip ?? this.info?.instance ?? "";
    }

    /** Whether the PBX is connected with the object. */
    get isConnected() {
      return Boolean(this.object?.connected || this.info?.object?.connected);
    }

    /** Asks the PBX for the app object and its standing. */
    async readObject() {
      try {
        const found = await this.#findObject();
        const details = found ? await this.pbx.find({ guid: found.guid }) : null;
        this.object = found && { ...found, details, check: this.object?.guid === found.guid ? this.object.check : "unknown", connectAllows: null };
        this.pbxFailure = null;
        this.onchange.notify("object");
        if (!found) return;
        await Promise.all([this.#checkPassword(), this.#readConnect()]);
      } catch (error) {
        this.pbxFailure = error;
        this.onchange.notify("object");
      }
    }

    async #findObject() {
      const { folder } = this.places;
      const entry = (object) => ({ ...object, sip: rules.sipOf(object), connected: object.connected === true });
      const near = (await this.pbx.appObjects(`${folder}/`)).filter((object) => rules.isOurs(object.url, folder));
      if (near.length) return { ...entry(near[0]), further: near.length - 1 };
      for (const object of await this.pbx.appObjects()) {
        if (rules.isOurs(object.url, folder)) return { ...entry(object), further: 0 };
        if (!rules.isOursElsewhere(object.url, folder)) continue;
        // The App Platform may have another name there; the password tells whether it is ours.
        await this.instance.ready().catch(() => {});
        if ((await this.passwordStanding(rules.sipOf(object))) === "ok") return { ...entry(object), further: 0 };
      }
      return null;
    }

    /** `ok`, `different`, or `unknown` while it cannot be found out. */
    async passwordStanding(sip) {
      if (!this.instance.isReady) return "unknown";
      try {
        const { app, domain, digest } = await this.pbx.request("GetAppLogin", { app: sip, challenge });
        const fields = { app, challenge, digest, ...(domain === undefined ? {} : { domain }) };
        const { ok } = await this.instance.request(null, "AppCheckLogin", fields);
        return ok ? "ok" : "different";
      } catch {
        return "unknown";
      }
    }

    async #checkPassword() {
      const { object } = this;
      const check = await this.passwordStanding(object.sip);
      if (this.object?.guid !== object.guid) return;
      this.object.check = check;
      this.onchange.notify("object");
    }

    async #readConnect() {
      const { object } = this;
      const name = rules.connectOf(object.details?.apps, []).name;
      if (!name) return;
      const connect = await this.pbx.find({ h323: name });
      if (this.object?.guid !== object.guid || !connect) return;
      this.object.connectApp = name;
      this.object.connectAllows = rules.has(rules.names(connect.apps), object.sip);
      this.onchange.notify("object");
    }
  };
})(innovaphone.whatsapp);
