// The PBX's objects as they are, and what can be done to them by hand.

import { arrange, drawn, make } from "/dom.js";
import { call, follow } from "/stream.js";
import { indentedJSON } from "/text.js";

const byID = (id) => document.getElementById(id);
const kinds = { app: "App", config: "Config template" };

function say(text) {
  byID("notice").textContent = text ?? "";
  byID("notice").hidden = !text;
}

async function change(fields) {
  try {
    await call("objects", fields);
    say(null);
    return true;
  } catch (error) {
    say(error.message);
    return false;
  }
}

/** A box to tick by hand. */
function tick(label, isOn, fields) {
  return make(
    "label", { class: "tick" },
    make("input", { type: "checkbox", checked: isOn, change: ({ target }) => change({ ...fields, on: target.checked }) }), label);
}

const has = (names, name) => names.some((each) => each.toLowerCase() === name.toLowerCase());

/** The apps that the connector's object may use: Connect and its mode. */
const useOfConnect = ({ isConnect, name, modes }) => (isConnect ? [name, ...modes.map((mode) => `${name}~${mode}`)] : []);

function byHand(object, connector, connects) {
  const actions = [];
  if (object.isConnect) {
    actions.push(tick("Mode moderator", has(object.modes, "moderator"), { action: "mode", object: object.name, mode: "moderator" }));
    if (connector) actions.push(tick(`Apps: ${connector}`, has(object.apps, connector), { action: "grant", object: object.name, app: connector }));
  }
  if (object.type === "config" && connector) {
    actions.push(tick(`Apps: ${connector}`, has(object.apps, connector), { action: "grant", object: object.name, app: connector }));
  }
  if (object.name === connector) {
    for (const app of connects) actions.push(tick(`Apps: ${app}`, has(object.apps, app), { action: "grant", object: object.name, app }));
    actions.push(make(
      "button",
      { type: "button", click: () => change({ action: "password", object: object.name, password: `typo-${Math.random().toString(36).slice(2, 10)}` }) },
      "Set another password"));
  }
  return actions.length ? make("div", { class: "by-hand", role: "group", "aria-label": `${object.cn} by hand` }, actions) : null;
}

function draw({ object, connector, connects }) {
  const { pseudo, ...properties } = object.properties;
  const rows = [...Object.entries(properties), ...(pseudo ? [["pseudo", pseudo]] : [])];
  return [
    make("h2", {}, object.cn, " ", make("span", { class: "badge" }, object.type ? kinds[object.type] ?? "Object" : "User")),
    byHand(object, connector, connects),
    make("dl", {}, rows.flatMap(([name, value]) => [
      make("dt", {}, name), make("dd", {}, typeof value === "object" ? make("pre", {}, indentedJSON(JSON.stringify(value))) : make("code", {}, String(value))),
    ])),
  ];
}

/** The connector and Connect first; among them nothing moves. */
function rank(object, connector) {
  if (object.name === connector) return 0;
  return object.isConnect ? 1 : object.type === "app" ? 2 : 3;
}

byID("new-object").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const { licences, ...texts } = Object.fromEntries([...form.elements].filter((each) => each.name && each.type !== "checkbox").map((each) => [each.name, each.value]));
  const boxes = Object.fromEntries([...form.elements].filter((each) => each.type === "checkbox").map((each) => [each.name, each.checked]));
  if (!(await change({ action: "create", ...texts, ...boxes, licences: Number(licences) }))) return;
  form.reset();
  byID("creation").open = false;
  byID("creation").querySelector("summary").focus();
});

follow({
  onState() {},
  onWire() {},
  onConnected: () => say(null),
  onLost: () => say("The demo does not answer; it is tried again by itself."),
  onObjects({ objects, connector, isConnected }) {
    byID("connection").textContent = connector
      ? `The PBX has the app object ${connector} for the connector, and ${isConnected ? "is connected to its service" : "has no connection to its service"}.`
      : "The PBX has no app object for the connector yet.";
    const connects = objects.flatMap(useOfConnect);
    const items = objects.map((object) => ({ object, connector, connects })).sort((one, other) => rank(one.object, connector) - rank(other.object, connector));
    arrange(byID("objects"), items, ({ object }) => object.guid, () => drawn(make("li", { class: "object" }), draw));
  },
});
