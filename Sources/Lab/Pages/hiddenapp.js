// A hidden app in a frame, as myApps holds it: gets it its login, and asks the client API that it provides.

import { make } from "/dom.js";

export class HiddenApp {
  #frame;
  #origin;
  #asked = new Map();
  #tags = 0;

  /** `login(challenge)` promises the fields of a login that the PBX made. */
  constructor({ page, name, api, login }) {
    this.api = api;
    this.#origin = new URL(page).origin;
    this.#frame = make("iframe", { src: `${page}?name=${encodeURIComponent(name)}`, hidden: true, title: "App Platform", "aria-hidden": "true" });
    /** Resolves once the app provides its API. */
    this.ready = new Promise((resolve) => {
      window.addEventListener("message", async ({ source, origin, data }) => {
        if (source !== this.#frame.contentWindow || origin !== this.#origin) return;
        const message = JSON.parse(data);
        switch (message.mt) {
          case "getLogin":
            if (message.app === name) this.#post({ ...(await login(message.challenge)), mt: "Login", src: message.src });
            break;
          case "RegisterApi":
            if (message.api === api) resolve();
            break;
          case "ApiResult":
            this.#asked.get(message.src)?.(message.msg);
            this.#asked.delete(message.src);
            break;
        }
      });
    });
    document.body.append(this.#frame);
  }

  /** Promises the answer to a request of a consumer. */
  request(msg) {
    return new Promise((resolve) => {
      const src = `request-${++this.#tags}`;
      this.#asked.set(src, resolve);
      this.#post({ mt: "ApiRequest", api: this.api, consumer: "settings", src, msg });
    });
  }

  #post(message) {
    this.#frame.contentWindow.postMessage(JSON.stringify(message), this.#origin);
  }
}
