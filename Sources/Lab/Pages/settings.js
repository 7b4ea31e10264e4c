// The Settings page: stands in for the PBX Manager, shows the plugins of the App Platform as tiles and opens them.

import { Client } from "/client.js";
import { make } from "/dom.js";
import { HiddenApp } from "/hiddenapp.js";
import { call } from "/stream.js";

const byID = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const language = query.get("lang") === "de" ? "de" : "en";
const preferred = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
const scheme = ["dark", "light"].includes(query.get("scheme")) ? query.get("scheme") : preferred;

// `start` reads them from the address.
query.set("lang", language);
query.set("scheme", scheme);
history.replaceState(null, "", `?${query}`);

let client = null;
let connection = null;
let hiddenApp = null;
let start = null;
const titles = [];

function say(text) {
  byID("notice").textContent = text ?? "";
  byID("notice").hidden = !text;
}

// MARK: Language and scheme

function showScheme(value) {
  document.documentElement.dataset.scheme = value;
}

function choose(name, id, apply) {
  byID(id).addEventListener("change", ({ target }) => {
    query.set(name, target.value);
    history.replaceState(null, "", `?${query}`);
    apply(target.value);
  });
}

byID("language").value = language;
byID("scheme").value = scheme;
showScheme(scheme);
choose("lang", "language", (value) => {
  client?.setLanguage(value);
  for (const { node, text } of titles) node.textContent = text(value);
});
choose("scheme", "scheme", (value) => {
  showScheme(value);
  client?.setScheme(value);
});

// MARK: What a plugin finds

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = make("script", { src: address, load: resolve, error: () => reject(new Error(`${address} cannot be loaded.`)) });
    // One after the other, as they build on each other.
    script.async = false;
    document.head.append(script);
  });
}

/** The object of a name such as `a.b.c`. */
const named = (root, name) => name.split(".").reduce((object, part) => object?.[part], root);

function connect({ pbx, password, domain }) {
  return new Promise((resolve) => {
    connection = new innovaphone.appwebsocket.Connection(
      pbx, "-", password, domain,
      () => {
        say(null);
        resolve();
      },
      () => {},
      (error) => {
        say(error === "LOGIN_FAILURE" ? "The PBX refused the login." : "The PBX does not answer; it is tried again by itself.");
        return false;
      },
      () => {});
  });
}

/** Asks the App Platform: by its hidden app, or the lab's own through the PBX. */
function manage(api, message) {
  if (hiddenApp) return hiddenApp.request(message);
  return new Promise((resolve, reject) => {
    if (!connection.connected()) {
      reject(new Error("There is no connection to the App Platform."));
      return;
    }
    connection.sendSrc({ ...message, api }, (answer) => resolve(answer));
  });
}

// MARK: Plugins

/** What the PBX Manager hands to a plugin. The lab has no TLS, so `httpsUri` is plain http too. */
function itemOf({ protocol, host, ap, apDn }, { uri, png }) {
  const base = `${protocol}//${host}/`;
  return { ap, apDn, uri: base + uri, httpsUri: base + uri, apUri: uri, png: base + png };
}

async function tile(controls, control) {
  const item = itemOf(controls, control);
  const texts = `${controls.protocol}//${controls.host}/${control.lang}.js`;
  await loadScript(texts);
  const languages = named(window, control.lang.slice(control.lang.lastIndexOf("/") + 1));
  const text = (value) => languages?.[value]?.pluginTitle ?? languages?.en?.pluginTitle ?? item.uri;
  const node = make("span", {}, text(byID("language").value));
  titles.push({ node, text });
  return make("li", {}, make("button", { type: "button", class: "tile", click: () => open(item) }, make("img", { src: item.png, alt: "", width: 50, height: 50 }), node));
}

async function open(item) {
  try {
    await new Promise((resolve, reject) => {
      innovaphone.lib1.loadObjectScript(item.uri, resolve);
      for (const script of document.querySelectorAll("script")) {
        if (script.src === `${item.uri}.js`) script.addEventListener("error", () => reject(new Error("The plugin cannot be loaded. Is the service running?")));
      }
    });
    const Plugin = named(window.plugin, item.uri.slice(item.uri.lastIndexOf("/") + 1));
    const made = new Plugin(start, item, connection);
    byID("plugin").replaceChildren(made.container);
    show(true);
    say(null);
  } catch (error) {
    say(error.message);
  }
}

function show(isPlugin) {
  byID("place").hidden = !isPlugin;
  byID("tiles").hidden = isPlugin;
  byID("about").hidden = isPlugin;
  document.body.dataset.shows = isPlugin ? "plugin" : "tiles";
}

byID("back").addEventListener("click", () => {
  byID("plugin").replaceChildren();
  show(false);
  byID("tiles").querySelector("button")?.focus();
});

function values(rows) {
  return rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
}

/** The password changes with every new app object, so it is read when somebody wants to see it. */
byID("own").addEventListener("toggle", async () => {
  if (!byID("own").open) return;
  const { instance: { page, password } } = await (await fetch("/lab/api/settings")).json();
  byID("instance").replaceChildren(...values([
    ["Settings page", page ? make("a", { href: page, target: "_blank", rel: "noopener" }, page) : "The service does not run yet."],
    ["Instance password", make("code", {}, password)],
  ]));
});

function showAccount({ waba, token, appSecret, numbers }) {
  const rows = [
    ["WhatsApp Business Account ID", waba], ["Access token", token], ["App secret", appSecret],
    ...numbers.map(({ id, display }) => [`Mobile Number ID of +${display}`, id]),
  ];
  byID("account").replaceChildren(...values(rows.map(([name, value]) => [name, make("code", {}, value)])));
}

// MARK: The service's own App Platform

const getSettings = async () => (await fetch("/lab/api/settings")).json();

/** Waits until somebody has added the App Platform to the PBX. */
function addPlatform({ managerPassword }) {
  byID("add-platform").hidden = false;
  byID("manager-password-hint").textContent = managerPassword;
  return new Promise((resolve) => {
    byID("add-platform-button").addEventListener("click", async ({ target }) => {
      target.disabled = true;
      try {
        await call("platform", { managerPassword: byID("manager-password").value });
        say(null);
        byID("add-platform").hidden = true;
        resolve();
      } catch (error) {
        say(error.message);
      }
      target.disabled = false;
    });
  });
}

/** Opens the hidden app of the App Platform as soon as the PBX offers it. */
async function openPlatform(settings) {
  if (!settings.platform.isRegistered) await addPlatform(settings.platform);
  let { platform } = await getSettings();
  for (let left = 100; !platform.isConnected; left--) {
    if (left === 0) throw new Error("The App Platform is not connected to the PBX. Reload the page when the service runs.");
    await new Promise((resolve) => setTimeout(resolve, 100));
    ({ platform } = await getSettings());
  }
  hiddenApp = new HiddenApp({
    page: platform.page, name: platform.name, api: settings.managerAPI,
    login: (challenge) => new Promise((resolve) => connection.sendSrc({ mt: "AppGetLogin", app: platform.name, challenge }, resolve)),
  });
  await hiddenApp.ready;
}

async function begin() {
  const settings = await getSettings();
  showAccount(settings.account);
  if (!settings.scripts.length) {
    say("This lab was started without the scripts that plugins build on.");
    return;
  }
  for (const script of settings.scripts) await loadScript(script);
  client = new Client({ api: settings.managerAPI, request: (message) => manage(settings.managerAPI, message) });
  start = innovaphone.lib1.start(null, null);
  await connect(settings);
  if (settings.platform) await openPlatform(settings);
  const controls = await manage(settings.managerAPI, { mt: "ManagerControls" });
  client.provide(controls.ap, controls.apDn);
  if (!controls.controls.length) {
    say("The App Platform offers no plugins yet. Reload the page when the service runs.");
    return;
  }
  for (const control of controls.controls) byID("tiles").append(await tile(controls, control));
}

begin().catch((error) => say(error.message));
