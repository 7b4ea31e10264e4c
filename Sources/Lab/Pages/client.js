// The client's part towards a plugin: answers the window messages of `start`, as myApps does for its apps.

/** Relays the requests of consumers of one client API; `request(message)` promises the answer. */
export class Client {
  #api;
  #provider;

  constructor({ api, request }) {
    this.#api = api;
    window.addEventListener("message", async (event) => {
      if (event.source !== window || typeof event.data !== "string") return;
      const message = JSON.parse(event.data);
      if (message.mt === "ConsumeApi" && message.api === api) this.#tellProviders();
      if (message.mt !== "ApiRequest" || message.api !== api) return;
      const { provider, src } = message;
      const result = { mt: "ApiResult", api, provider, src };
      if (provider !== this.#provider?.name) return this.#post({ ...result, errorText: `There is no provider ${provider}.` });
      try {
        this.#post({ ...result, msg: await request(message.msg) });
      } catch (error) {
        this.#post({ ...result, errorText: error.message });
      }
    });
  }

  /** From now on there is a provider of the API. */
  provide(name, title) {
    this.#provider = { name, title };
    this.#tellProviders();
  }

  setLanguage(lang) {
    this.#post({ mt: "SetLang", lang });
  }

  setScheme(scheme) {
    this.#post({ mt: "SetScheme", scheme });
  }

  #tellProviders() {
    if (this.#provider) this.#post({ mt: "ApiUpdate", apis: { [this.#api]: { [this.#provider.name]: { title: this.#provider.title } } } });
  }

  // The window that holds a page of its own is that page.
  #post(message) {
    window.postMessage(JSON.stringify(message), location.origin);
  }
}
