// The plugin on a page of its own: who knows the instance's password gets everything that needs no PBX.
// Nothing but the web socket acts, and there are no cookies, so no other page can do anything in somebody's name.
(function () {
  "use strict";

  const { crypto, lib1, whatsapp } = innovaphone;
  const t = whatsapp.text;
  const folder = location.href.replace(/[?#].*$/, "").replace(/\/settings\/?$/, "");
  const [domain, instance] = folder.split("/").slice(-2).map(decodeURIComponent);
  const address = `${folder}/innovaphone.whatsappmanager`;

  const start = {
    lang: new URLSearchParams(location.search).get("lang") ?? (navigator.language || "en").slice(0, 2),
    scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  };
  start.onlangchanged = new lib1.Event(start);
  start.onschemechanged = new lib1.Event(start);

  const languages = new lib1.Languages(innovaphone.whatsappmanagertexts, start.lang);
  const ui = new whatsapp.Ui(languages);
  const place = document.getElementById("settings");
  /** Parts of the page outside the plugin that speak and look as it does. */
  const frames = new Set();

  /** What AppLogin needs, from the password (AppWebsocket, digest without info). */
  function login(challenge, password) {
    const fields = { app: "-", domain, sip: "-", guid: "0".repeat(32), dn: "Admin" };
    return {
      ...fields,
      digest: crypto.sha256([...Object.values(fields), challenge, password].join(":")),
      key: crypto.sha256(`innovaphoneAppSessionKey:${challenge}:${password}`),
    };
  }

  function frame(...content) {
    const element = ui.make("div", {}, ...content);
    element.classList.add("innovaphone-whatsapp-plugin");
    frames.add(element);
    adapt();
    return element;
  }

  /** Shows language and scheme everywhere outside the plugin. */
  function adapt() {
    document.documentElement.lang = languages.current;
    document.documentElement.dataset.scheme = start.scheme;
    document.title = ui.read(t("pluginTitle"));
    for (const element of frames) {
      element.dataset.scheme = start.scheme;
      ui.refresh(element);
    }
  }

  function showBar() {
    const speak = ui.button(t("language-other"), { class: "button small", testId: "language", click: () => {
      start.lang = languages.current === "en" ? "de" : "en";
      languages.activate(start.lang);
      start.onlangchanged.notify();
      adapt();
    } });
    const scheme = ui.button(() => t(start.scheme === "dark" ? "scheme-light" : "scheme-dark"), { class: "button small", testId: "scheme", click: () => {
      start.scheme = start.scheme === "dark" ? "light" : "dark";
      start.onschemechanged.notify();
      adapt();
    } });
    document.getElementById("bar").append(frame(ui.make("div", { class: "actions", role: "group" }, logout, speak, scheme)));
  }

  const logout = ui.button(t("logout"), { class: "button small", testId: "logout", click: () => showLogin() });

  /** Asks for the password, and shows the plugin as soon as the instance accepts it. */
  function showLogin() {
    // Whatever the plugin holds, connection and password included, ends with the page.
    if (place.firstChild) {
      location.reload();
      return;
    }
    logout.hidden = true;
    const field = new whatsapp.SecretField(ui, { label: t("login-password"), hint: t("login-hint"), testId: "password" });
    const button = ui.button(t("login"), { type: "submit", class: "button primary", testId: "login" });
    const message = ui.make("div", { class: "message" });
    const form = ui.make(
      "form", { class: "part login", novalidate: true, "aria-label": t("login-title") },
      ui.make("img", { class: "app-icon", src: `${folder}/innovaphone-whatsapp.png`, alt: "", width: 50, height: 50 }),
      ui.make("h1", { class: "heading" }, t("pluginTitle")), ui.make("p", {}, t("login-lead", instance, domain)), message, field.element,
      ui.make("div", { class: "actions" }, button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const password = field.control.value;
      if (!whatsapp.validate([[field, password ? null : t("required")]])) return;
      whatsapp.busy(button, async () => {
        const outcome = await tryLogin(password, () => message.replaceChildren(whatsapp.notice(ui, "warning", t("login-unreachable"))));
        message.replaceChildren();
        if (outcome === "ok") showPlugin(password);
        else whatsapp.validate([[field, t("login-failed")]]);
      });
    });
    place.append(frame(ui.make("div", { class: "screen" }, form)));
    field.focus();
  }

  /** Promises `ok` or `refused`; as long as the instance does not answer, it is tried again. */
  function tryLogin(password, unreachable) {
    return new Promise((resolve) => {
      const connection = new innovaphone.appwebsocket.Connection(
        address.replace(/^http/, "ws"), "-", null, domain,
        () => {
          connection.close();
          resolve("ok");
        },
        null,
        (error) => {
          if (error === "LOGIN_FAILURE") {
            resolve("refused");
            return true;
          }
          unreachable();
          return false;
        },
        null, (_, challenge) => connection.login(login(challenge, password)));
    });
  }

  function showPlugin(password) {
    const item = {
      fallback: true, uri: address, httpsUri: address, apUri: `${domain}/${instance}/innovaphone.whatsappmanager`, domain,
      login: async (challenge) => login(challenge, password),
      logout: () => location.reload(),
    };
    const page = new plugin.innovaphone.whatsappmanager(start, item, null);
    frames.delete(place.firstChild);
    place.replaceChildren(page.container);
    logout.hidden = false;
  }

  showBar();
  showLogin();
})();
