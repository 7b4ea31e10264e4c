// The simulated sign-up dialog: somebody chooses account and number; the page that opened it gets a window message and a code.

import { make } from "/dom.js";

const byID = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const page = query.get("origin") ?? "";
const channel = query.get("channel") ?? "";
const login = { client_id: query.get("client_id") ?? "", config_id: query.get("config_id") ?? "" };

let choices = null;
let step = "account";
let result = null;
let isOver = false;

function say(text) {
  byID("notice").textContent = text ?? "";
  byID("notice").hidden = !text;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// MARK: Towards the page that opened the dialog

function tell(message) {
  window.opener?.postMessage(message, page);
}

function tellSignup(event, data) {
  const message = { type: "WA_EMBEDDED_SIGNUP", event, data };
  tell(choices?.sendsObjects ? message : JSON.stringify(message));
}

function tellLogin(code) {
  tell({ labLogin: channel, code });
}

/** What the page gets, in the order that is wanted. */
function messages() {
  const signup = () => tellSignup(result.event, result.data);
  const code = () => tellLogin(result.code);
  return { beforeCode: [signup, code], afterCode: [code, signup], never: [code] }[choices.order];
}

async function post(name, fields) {
  const response = await fetch(`/meta/dialog/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function finish() {
  if (isOver) return;
  isOver = true;
  try {
    await post("finish", { code: result.code });
  } catch (error) {
    isOver = false;
    say(error.message);
    return;
  }
  for (const message of messages()) {
    message();
    await pause(100);
  }
  window.close();
}

function cancel(details = {}) {
  if (isOver) return;
  isOver = true;
  tellSignup("CANCEL", { current_step: step === "account" ? "BUSINESS_ACCOUNT_SELECTION" : "PHONE_NUMBER_SETUP", ...details });
  tellLogin(null);
}

// Who closes the window on its last page has finished; who closes it before has cancelled. Later than here, messages arrive nowhere.
window.addEventListener("beforeunload", () => {
  if (isOver || !choices) return;
  if (step !== "last") return cancel();
  isOver = true;
  navigator.sendBeacon("/meta/dialog/finish", new Blob([JSON.stringify({ code: result.code })], { type: "application/json" }));
  for (const message of messages()) message();
});

// MARK: Steps

function option(group, value, title, detail, attributes = {}) {
  const id = `${group}-${value}`;
  return make(
    "div", { class: "option" },
    make("input", { type: "radio", name: group, id, value, "aria-describedby": detail ? `${id}-detail` : null, ...attributes }),
    make("label", { for: id }, title),
    detail ? make("span", { class: "small", id: `${id}-detail` }, detail) : null);
}

const chosen = (group) => document.querySelector(`input[name="${group}"]:checked`)?.value;
const account = () => choices.accounts.find(({ id }) => id === chosen("account"));

function showAccounts() {
  const asked = extras().setup?.business?.waba_id;
  byID("accounts").append(
    ...choices.accounts.map(({ id, name, joined }, index) =>
      option("account", id, name, `${id}${joined ? ", has joined already" : ""}`, { checked: asked ? id === asked : index === 0 })));
}

function showNumbers() {
  const legend = byID("numbers").querySelector("legend");
  const numbers = account().numbers.map(({ id, display, name, verified, businessApp }) => {
    const isClosed = businessApp && !takesBusinessApp();
    const details = [name, id];
    if (!verified) details.push("not verified yet");
    if (businessApp) details.push(isClosed ? "in use in the WhatsApp Business app, which the page has not asked for" : "stays in the WhatsApp Business app");
    return option("number", id, `+${display}`, details.join(", "), { disabled: isClosed });
  });
  const others = [option("number", "new", "Add a new number", null), option("number", "none", "Choose no number now", null)];
  byID("numbers").replaceChildren(legend, ...numbers, ...others);
  const first = byID("numbers").querySelector("input:not(:disabled)");
  first.checked = true;
  showNewNumber();
}

function showNewNumber() {
  byID("new-number").hidden = chosen("number") !== "new";
}

function extras() {
  try {
    return JSON.parse(query.get("extras") ?? "{}") ?? {};
  } catch {
    return {};
  }
}

const takesBusinessApp = () => extras().featureType === "whatsapp_business_app_onboarding";

function show(name) {
  step = name;
  say(null);
  for (const each of ["account", "number", "last"]) byID(`step-${each}`).hidden = each !== name;
  byID("next").hidden = name === "last";
  byID("finish").hidden = name !== "last";
  byID("back").hidden = name !== "number";
  byID("cancel").hidden = name === "last";
  byID("fail").hidden = name === "last";
  if (name === "last") byID("last-title").focus();
  else byID(`step-${name}`).querySelector("input:checked")?.focus();
}

async function next() {
  if (step === "account") {
    showNumbers();
    show("number");
    return;
  }
  const number = chosen("number");
  const fields = { ...login, account: account().id };
  const { featureType } = extras();
  if (typeof featureType === "string") fields.featureType = featureType;
  if (number === "new") fields.newNumber = { display: byID("new-display").value, name: byID("new-name").value.trim() };
  else if (number !== "none") fields.number = number;
  byID("next").disabled = true;
  try {
    result = await post("prepare", fields);
    byID("last-text").textContent = `${choices.app} may use the account ${account().name} from now on.`;
    show("last");
  } catch (error) {
    say(error.message);
  } finally {
    byID("next").disabled = false;
  }
}

byID("next").addEventListener("click", next);
byID("back").addEventListener("click", () => show("account"));
byID("finish").addEventListener("click", finish);
byID("cancel").addEventListener("click", () => {
  cancel();
  window.close();
});
byID("fail").addEventListener("click", () => {
  cancel({ error_message: "The sign-up ended with an error.", error_code: "524126", session_id: channel, timestamp: String(Math.floor(Date.now() / 1_000)) });
  window.close();
});
byID("numbers").addEventListener("change", showNewNumber);

async function begin() {
  // A real app has a list of the pages that may use it; here it is all of this machine.
  if (!/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/u.test(page)) throw new Error("The page that opened the dialog is not of this machine.");
  const response = await fetch(`/meta/dialog/choices?${new URLSearchParams(login)}`);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  choices = answer;
  byID("about").textContent = `${choices.app} wants to use a WhatsApp Business account of yours. Stands in for Meta's dialog; nothing leaves this machine.`;
  showAccounts();
  byID("actions").hidden = false;
  show("account");
}

begin().catch((error) => say(error.message));
