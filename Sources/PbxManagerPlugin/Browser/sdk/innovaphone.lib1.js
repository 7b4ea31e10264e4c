// A small stand-in for the SDK script of the same name: texts, script loading, and the window messages between an app and
// its client. It has only the calls that Settings plugins use, and complains where the original is silent.
var innovaphone = window.innovaphone || {};

innovaphone.lib1 = innovaphone.lib1 || (function () {
  "use strict";

  /** Listeners of one kind of event; each is called with the sender and the arguments. */
  class Event {
    constructor(sender) {
      this.sender = sender;
      this.listeners = [];
    }

    attach(listener) {
      if (typeof listener !== "function") throw new TypeError("A listener has to be a function.");
      this.listeners.push(listener);
    }

    detach(listener) {
      this.listeners = this.listeners.filter((each) => each !== listener);
    }

    notify(args) {
      for (const listener of [...this.listeners]) listener(this.sender, args);
    }
  }

  /** The texts of all languages, one of which is current. Catalan and Basque fall back to Spanish, all others to English. */
  class Languages {
    constructor(texts, language) {
      this.texts = texts;
      this.onlangchanged = new Event(this);
      this.current = this.nearest(language);
    }

    nearest(language) {
      if (this.texts[language]) return language;
      if (["ca", "eu"].includes(language) && this.texts.es) return "es";
      return "en";
    }

    supported(language) {
      return this.texts[language] !== undefined;
    }

    activate(language) {
      this.current = this.nearest(language);
      this.onlangchanged.notify(this.current);
    }

    /** The text with `$0`, `$1` … replaced; an unknown id shows itself in braces. */
    text(id, args) {
      const text = this.texts[this.current][id] ?? this.texts.en[id];
      if (text === undefined) {
        console.error(`There is no text "${id}".`);
        return id ? `{${id}}` : "";
      }
      return args ? text.replace(/\$(\d)/g, (place, index) => (index < args.length ? String(args[index]) : place)) : text;
    }

    create(node, property, id, args) {
      const update = () => { (node.container ?? node)[property || "textContent"] = this.text(id, args); };
      update();
      this.onlangchanged.attach(update);
      return { update, remove: () => this.onlangchanged.detach(update) };
    }
  }

  const loading = new Map();

  /** The object that a name such as `a.b.c` stands for, whatever its case; undefined if there is none. */
  function find(name) {
    let current = window;
    for (const part of name.split(".")) {
      const key = Object.keys(current).find((each) => each === part) ?? Object.keys(current).find((each) => each.toLowerCase() === part.toLowerCase());
      if (key === undefined || !current[key]) return undefined;
      current = current[key];
    }
    return current;
  }

  /** Loads `<path>/<object>.js` unless its object is there already. A script that cannot be loaded is said on the console. */
  function loadObjectScript(path, onload) {
    if (typeof onload !== "function") throw new TypeError("loadObjectScript needs a function to call.");
    if (find(path.slice(path.lastIndexOf("/") + 1))) {
      onload();
      return;
    }
    let script = loading.get(path);
    if (!script) {
      script = document.createElement("script");
      script.src = `${path}.js`;
      script.addEventListener("error", () => {
        loading.delete(path);
        console.error(`${path}.js could not be loaded.`);
      });
      script.addEventListener("load", () => loading.delete(path));
      loading.set(path, script);
      document.head.append(script);
    }
    script.addEventListener("load", () => onload());
  }

  function loadObjectScripts(paths, onload) {
    let missing = paths.length;
    if (missing === 0) onload();
    for (const path of paths) loadObjectScript(path, () => { if (--missing === 0) onload(); });
  }

  function loadCss(address) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    document.head.append(link);
  }

  /** The client's side of an app: language, scheme and client APIs, told by window messages of the window that holds this one. */
  class Start {
    constructor() {
      const query = new URLSearchParams(location.search);
      this.lang = query.get("lang") ?? (navigator.language || "en").split("-")[0].toLowerCase();
      this.scheme = query.get("scheme") ?? "dark";
      this.name = query.get("name") ?? undefined;
      this.title = query.get("title") ?? undefined;
      this.args = Object.fromEntries([...query].filter(([name]) => !["lang", "scheme", "name", "title"].includes(name)));
      this.url = location.href.replace(/^http/, "ws").replace(/\/[^/]*$/, "");
      this.originalUrl = location.href.replace(/\/[^/]*$/, "");
      this.apis = {};
      this.onlangchanged = new Event(this);
      this.onschemechanged = new Event(this);
      this.onargschanged = new Event(this);
      this.onapiupdate = new Event(this);
      this.onapiresult = new Event(this);
      this.sources = 0;
      window.addEventListener("message", (event) => this.receive(event));
      this.postClientMessage({ mt: "Alive" });
    }

    postClientMessage(message) {
      window.parent.postMessage(JSON.stringify(message), "*");
    }

    receive(event) {
      if (typeof event.data !== "string" || (event.source !== window.parent && event.source !== window.opener)) return;
      const message = JSON.parse(event.data);
      switch (message.mt) {
        case "SetLang":
          this.lang = message.lang;
          this.onlangchanged.notify();
          break;
        case "SetScheme":
          this.scheme = message.scheme;
          this.onschemechanged.notify();
          break;
        case "SetArgs":
          this.args = message.args;
          this.onargschanged.notify();
          break;
        case "ApiUpdate":
          this.apis = message.apis;
          this.onapiupdate.notify(message);
          break;
        case "ApiResult":
          this.onapiresult.notify(message);
          break;
      }
    }

    /** The consumer's side of a client API. Answers come as `{provider, src, msg, errorText}`. */
    consumeApi(api) {
      return new ApiConsumer(this, api);
    }
  }

  class ApiConsumer {
    constructor(start, api) {
      this.api = api;
      this.start = start;
      this.model = {};
      this.providers = [];
      this.onupdate = new Event(this);
      this.onmessage = new Event(this);
      const consumer = this;
      /** Requests with a tag of their own; their answers go to the function. */
      this.Src = class {
        constructor(onmessage) {
          this.src = `apisrc-${++start.sources}`;
          this.receive = (_, answer) => { if (answer.src === this.src) onmessage(answer); };
          consumer.onmessage.attach(this.receive);
        }

        send(message, provider, title) {
          consumer.send(message, provider, this.src, title);
        }

        close() {
          consumer.onmessage.detach(this.receive);
        }
      };
      start.onapiupdate.attach(() => this.update());
      start.onapiresult.attach((_, { api: name, provider, src, msg, errorText }) => {
        if (name === api) this.onmessage.notify({ provider, src, msg: msg ?? {}, errorText });
      });
      this.update();
      start.postClientMessage({ mt: "ConsumeApi", api });
    }

    update() {
      this.model = this.start.apis[this.api] ?? {};
      this.providers = Object.keys(this.model);
      this.onupdate.notify();
    }

    send(message, provider, src, title) {
      if (!provider) console.warn(`A request to ${this.api} names no provider.`);
      this.start.postClientMessage({ mt: "ApiRequest", api: this.api, provider, src, title, msg: message });
    }

    sendSrc(message, provider, result, object) {
      const src = new this.Src((answer) => {
        src.close();
        result(answer, object);
      });
      src.send(message, provider);
    }
  }

  function start(languageFile, languages, onload) {
    const made = new Start();
    if (onload) onload(made);
    return made;
  }

  return { Event, Languages, loadObjectScript, loadObjectScripts, loadCss, start, Start: (onload) => start(null, null, onload) };
})();
