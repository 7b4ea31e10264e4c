// The plugin's connection to the instance of the connector.
(function (whatsapp) {
  "use strict";

  const { Failure, Signal } = whatsapp;

  whatsapp.Instance = class {
    #connection;
    #pending = new Set();
    #subscriptions = [];
    #encrypted = 0;
    #hasKey = false;

    /** `getLogin(challenge)` promises the fields of AppLogin. */
    constructor(address, domain, getLogin) {
      /** `connecting`, `ready`, `lost` (tried again by itself) or `refused` (a login was refused; tried again too). */
      this.state = "connecting";
      /** Says that the state has changed. */
      this.onstate = new Signal();
      /** What the instance says without having been asked, but for subscriptions. */
      this.onmessage = new Signal();
      this.getLogin = getLogin;
      this.#connection = new innovaphone.appwebsocket.Connection(
        address, "-", null, domain, () => this.#connected(), (message) => this.onmessage.notify(message), (error) => this.#lost(error), () => this.#lost(null),
        (_, challenge) => this.#login(challenge));
    }

    async #login(challenge) {
      const connection = this.#connection;
      try {
        const login = await this.getLogin(challenge);
        this.#hasKey = Boolean(login.key);
        connection.login(login);
      } catch (error) {
        this.failure = error;
        connection.close("NO_LOGIN");
      }
    }

    #connected() {
      this.failure = null;
      this.#enter("ready");
      for (const subscription of this.#subscriptions) subscription.begin();
    }

    #lost(error) {
      for (const abandon of [...this.#pending]) abandon(new Failure("LOST"));
      this.#enter(error === "LOGIN_FAILURE" ? "refused" : "lost");
      // Nothing else but a closed page ends the attempts.
      return false;
    }

    #enter(state) {
      if (state === this.state) return;
      this.state = state;
      this.onstate.notify(state);
    }

    get isReady() {
      return this.state === "ready";
    }

    /** Resolves as soon as there is a connection; fails after so many milliseconds. */
    ready(limit = 15_000) {
      if (this.isReady) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const end = (act) => {
          clearTimeout(timer);
          detach();
          act();
        };
        const timer = setTimeout(() => end(() => reject(new Failure("NO_INSTANCE"))), limit);
        const detach = this.onstate.attach((state) => { if (state === "ready") end(resolve); });
      });
    }

    /** Asks the instance, and promises its answer; an answer with an error fails. */
    request(api, mt, fields = {}, limit = 30_000) {
      if (!this.isReady) return Promise.reject(new Failure("NO_INSTANCE"));
      return new Promise((resolve, reject) => {
        const end = (act, value) => {
          if (!this.#pending.delete(abandon)) return;
          clearTimeout(timer);
          src.close();
          act(value);
        };
        const abandon = (error) => end(reject, error);
        const src = new this.#connection.Src((answer) => {
          const { error, errorText: detail, field } = answer;
          if (error) end(reject, new Failure(String(error), { detail, field, result: answer }));
          else end(resolve, answer);
        });
        const timer = setTimeout(() => abandon(new Failure("NO_INSTANCE")), limit);
        this.#pending.add(abandon);
        src.send(api ? { api, mt, ...fields } : { mt, ...fields });
      });
    }

    /** Asks our own API. */
    ask(mt, fields, limit) {
      return this.request("WhatsAppAdmin", mt, fields, limit);
    }

    /** Subscribes for as long as the plugin lives, again after each reconnect; results and pushes go to the function. */
    subscribe(mt, receive) {
      const subscription = {
        src: null,
        begin: () => {
          subscription.src ??= new this.#connection.Src(receive);
          subscription.src.send({ api: "WhatsAppAdmin", mt });
        },
      };
      this.#subscriptions.push(subscription);
      if (this.isReady) subscription.begin();
    }

    /** A secret as it travels, readable for the instance only. */
    seal(text) {
      // Without a session key the instance could not read it, and would answer with something unhelpful.
      if (!this.#hasKey) throw new Failure("NO_KEY");
      const key = `${Date.now().toString(36)}.${++this.#encrypted}.${whatsapp.password(8)}`;
      return { value: this.#connection.encrypt(key, text), key };
    }
  };
})(innovaphone.whatsapp);
