// The Connect apps and zones that the instance sees, read once for all rows.
(function (whatsapp) {
  "use strict";

  const { Signal, rules } = whatsapp;

  whatsapp.Zones = class {
    #zones = new Map();

    constructor(instance) {
      this.instance = instance;
      /** `[{name, title, moderator, connected}]`; null while they are not known. */
      this.apps = null;
      this.failure = null;
      this.onchange = new Signal();
      this.read();
    }

    async read() {
      this.#zones.clear();
      try {
        const { apps } = await this.instance.ask("GetConnectApps");
        this.apps = apps.filter(({ name }) => !name.includes("~"));
        this.failure = null;
      } catch (error) {
        this.apps = null;
        this.failure = error;
      }
      this.onchange.notify();
    }

    /** The zones of an app: a list, null if it cannot be read now, undefined while it is being read. */
    of(app) {
      if (!app) return [];
      const key = app.toLowerCase();
      if (!this.#zones.has(key)) {
        this.#zones.set(key, undefined);
        this.#readZones(app, key);
      }
      return this.#zones.get(key);
    }

    async #readZones(app, key) {
      let zones = null;
      try {
        zones = (await this.instance.ask("GetZones", { app })).zones;
      } catch {
        // Then the name is typed instead.
      }
      this.#zones.set(key, zones);
      this.onchange.notify();
    }

    knows(app) {
      return this.apps === null || this.apps.some(({ name }) => rules.same(name, app));
    }
  };
})(innovaphone.whatsapp);
