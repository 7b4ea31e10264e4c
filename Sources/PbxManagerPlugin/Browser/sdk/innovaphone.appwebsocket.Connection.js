// A small stand-in for the SDK script of the same name: an AppWebsocket with login, tagged requests and reconnect.
var innovaphone = window.innovaphone || {};
innovaphone.appwebsocket = innovaphone.appwebsocket || {};

innovaphone.appwebsocket.Connection = innovaphone.appwebsocket.Connection || (function () {
  "use strict";

  const firstDelay = 500;
  const longestDelay = 32_000;

  class Connection {
    #socket = null;
    #state = "closed";
    #delay = firstDelay;
    #timer = null;
    #sessionKey = null;
    #login = {};
    #tags = new Map();
    #made = 0;

    /**
     * Connects at once. With a password it logs in by itself, else `getlogin(app, challenge)` is asked, and answers by `login`.
     * `onerror` returns true to give up, otherwise the connection is tried again.
     */
    constructor(url, app, password, domain, onconnected, onmessage, onerror, onclosed, getlogin) {
      this.url = url;
      this.app = app;
      this.domain = domain ?? "";
      this.onconnected = onconnected ?? (() => {});
      this.onmessage = onmessage ?? (() => {});
      this.onerror = onerror ?? (() => {});
      this.onclosed = onclosed ?? (() => {});
      this.getlogin = password ? (_, challenge) => this.login(this.#passwordLogin(password, challenge)) : getlogin;
      if (!this.getlogin) throw new TypeError("A connection needs a password or a function that gets a login.");
      const connection = this;
      /** A tag of its own: what answers it, goes to `onmessage`. */
      this.Src = class {
        constructor(receive, src) {
          this.src = src ?? `src${connection.#made++}`;
          this.onmessage = receive;
          if (connection.#tags.has(this.src)) console.error(`The tag ${this.src} is used twice.`);
          connection.#tags.set(this.src, this);
        }

        send(message) {
          message.src = this.src;
          connection.send(message);
        }

        close() {
          connection.#tags.delete(this.src);
        }

        encrypt(seed, text) {
          return connection.encrypt(seed, text);
        }
      };
      this.#connect();
    }

    connect() {
      if (this.#state === "closed") this.#connect();
    }

    connected() {
      return this.#state === "connected";
    }

    user() {
      return this.#login.sip;
    }

    dn() {
      return this.#login.dn;
    }

    /** Ends the connection; with an error it is reported and tried again. */
    close(error) {
      clearTimeout(this.#timer);
      if (this.#state !== "closed") {
        this.#state = "closed";
        const socket = this.#socket;
        this.#socket = null;
        socket?.close();
        if (!error) this.onclosed();
        else if (this.onerror(error)) return;
      }
      if (!error) return;
      this.#timer = setTimeout(() => this.connect(), this.#delay);
      this.#delay = Math.min(2 * this.#delay, longestDelay);
    }

    /** Goes on with a login that somebody else computed; `key` is the session key. */
    login({ app, domain, sip, guid, dn, info, digest, key }) {
      if (this.#state !== "challenged") {
        console.warn("A login came when none was asked for.");
        return;
      }
      this.#login = { sip, dn };
      this.domain = domain;
      this.#sessionKey = key ?? null;
      this.#transmit({ mt: "AppLogin", app, domain, sip, guid, dn, info, digest, pbxObj: this.app });
    }

    /** Sends after the login only; before it the message is lost, and the console says so. */
    send(message) {
      if (this.#state === "connected") this.#transmit(message);
      else console.warn(`${message.mt} was not sent: there is no connection.`);
    }

    /** Sends a request; the first message with its tag goes to `result`. */
    sendSrc(message, result, object) {
      const src = new this.Src((answer) => {
        src.close();
        result(answer, object);
      });
      src.send(message);
    }

    /** Sends a request, and asks on for as long as the answer says `more`; each answer goes to `result`. */
    sendSrcMore(message, result) {
      const src = new this.Src((answer) => {
        if (typeof answer.more === "string" || typeof answer.more === "number") src.send({ ...message, more: answer.more });
        else if (answer.more !== true) src.close();
        result(answer);
      });
      src.send({ ...message });
    }

    encrypt(seed, text) {
      if (!this.#sessionKey) throw new Error("The login came without a session key, so nothing can be encrypted.");
      return innovaphone.crypto.encrypt(`${seed}:${this.#sessionKey}`, text);
    }

    decrypt(seed, digits) {
      if (!this.#sessionKey) throw new Error("The login came without a session key, so nothing can be decrypted.");
      return innovaphone.crypto.decrypt(`${seed}:${this.#sessionKey}`, digits);
    }

    hash(seed, text) {
      return innovaphone.crypto.sha256(`${seed}:${this.#sessionKey}:${text}`);
    }

    #connect() {
      this.#state = "connecting";
      const socket = new WebSocket(this.url);
      this.#socket = socket;
      const current = (act) => (event) => { if (this.#socket === socket) act(event); };
      socket.onopen = current(() => {
        this.#state = "opened";
        this.#transmit({ mt: "AppChallenge" });
      });
      socket.onmessage = current((event) => this.#receive(JSON.parse(event.data)));
      // A failed connection raises both events; the second finds it closed already.
      socket.onerror = current(() => this.close("WEBSOCKET_ERROR"));
      socket.onclose = current(() => this.close("REMOTE_CLOSE"));
    }

    #transmit(message) {
      this.#socket.send(JSON.stringify(message));
    }

    #receive(message) {
      if (message.mt === "AppChallengeResult") {
        this.#state = "challenged";
        this.getlogin(this.app, String(message.challenge));
      } else if (message.mt === "AppLoginResult") {
        if (!message.ok) {
          this.close("LOGIN_FAILURE");
          return;
        }
        this.#state = "connected";
        this.#delay = firstDelay;
        this.onconnected(this.domain, this.#login.sip, this.#login.dn, message.domain);
      } else if (this.#state === "connected") {
        const tag = this.#tags.get(message.src);
        if (tag) tag.onmessage(message);
        else this.onmessage(message);
      }
    }

    #passwordLogin(password, challenge) {
      const { app, domain } = this;
      const guid = "0".repeat(32);
      const { sha256 } = innovaphone.crypto;
      return {
        app, domain, sip: app, guid, dn: "Admin",
        digest: sha256([app, domain, app, guid, "Admin", challenge, password].join(":")),
        key: sha256(`innovaphoneAppSessionKey:${challenge}:${password}`),
      };
    }
  }

  return Connection;
})();
