(function () {
  "use strict";

  const root = document.getElementById("signup");
  const data = root.dataset;
  const texts = JSON.parse(data.texts);
  const part = (id) => document.getElementById(id);
  const [status, problem, actions, begin, cancel, takeover, choices] = ["status", "problem", "actions", "begin", "cancel", "takeover", "choices"].map(part);

  // How long the dialog's own message may come after the code: a code lives for 30 seconds, and the exchange needs its share.
  const patience = 2000;
  // How long it may come after that, if the service needs it.
  const longPatience = 10000;

  let isLoaded = false;
  let isBusy = false;
  let isOver = false;
  let code = null;
  let session = null;
  let timer = null;
  // Counts the openings of the dialog: what an older one says does not count.
  let attempt = 0;
  let isDelivered = false;

  function say(text) { status.textContent = text || ""; }

  function complain(text) {
    problem.textContent = text || "";
    problem.hidden = !text;
  }

  function offer(isOffered) {
    actions.hidden = !isOffered;
    choices.hidden = !isOffered || data.kind !== "full";
    begin.disabled = !isLoaded || isBusy;
    cancel.disabled = isBusy && code !== null;
  }

  function leave(address, text) {
    isOver = true;
    say(text);
    offer(false);
    takeover.hidden = true;
    if (!address) return;
    const link = part("return-link");
    link.href = address;
    link.textContent = texts.return;
    part("return").hidden = false;
  }

  function show(state) {
    if (isOver) return;
    takeover.hidden = state.step !== "takeover";
    switch (state.step) {
      case "waiting":
        isBusy = false;
        code = null;
        session = null;
        say(isLoaded ? "" : texts.loading);
        complain(state.text);
        offer(true);
        break;
      case "working":
        isBusy = true;
        say(state.text ? "" : texts.working);
        complain(state.text);
        offer(false);
        timer = setTimeout(look, 3000);
        break;
      case "undecided":
        isBusy = true;
        say(texts.working);
        offer(false);
        if (session) post("session", { session: session }).then(show, offline);
        else timer = setTimeout(function () { post("session", { session: null }).then(show, offline); }, longPatience);
        break;
      case "takeover":
        isBusy = true;
        say("");
        complain("");
        offer(false);
        part("decline").focus();
        break;
      case "ready":
        leave(state.address, texts.back);
        complain("");
        location.replace(state.address);
        break;
      default:
        leave(state.address, "");
        complain(state.text);
    }
  }

  function offline() {
    isBusy = false;
    say("");
    complain(texts.offline);
  }

  function look() {
    timer = null;
    post("state", {}).then(show, offline);
  }

  async function post(verb, message) {
    const answer = await fetch(location.pathname.replace(/\/+$/, "") + "/" + verb, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.assign({ page: data.token }, message)),
    });
    const value = await answer.json();
    if (!answer.ok) return { step: answer.status === 404 || answer.status === 410 ? "failed" : "waiting", text: value.text };
    return value;
  }

  function isMeta(origin) {
    if (data.messageOrigin) return origin === data.messageOrigin;
    let url;
    try { url = new URL(origin); } catch (error) { return false; }
    return url.protocol === "https:" && url.port === "" && (url.hostname === "facebook.com" || url.hostname.endsWith(".facebook.com"));
  }

  function read(value) {
    if (typeof value !== "string") return value;
    try { return JSON.parse(value); } catch (error) { return null; }
  }

  window.addEventListener("message", function (event) {
    if (isOver || !isMeta(event.origin)) return;
    const message = read(event.data);
    if (!message || typeof message !== "object" || message.type !== "WA_EMBEDDED_SIGNUP" || attempt === 0) return;
    if (message.event === "CANCEL" || message.event === "ERROR") {
      if (code === null) post("session", { session: message }).then(show, offline);
      return;
    }
    if (typeof message.event !== "string" || !message.event.startsWith("FINISH")) return;
    const isLate = session === null && code !== null && timer !== null;
    session = message;
    // The code is there already and only waited for this.
    if (isLate) {
      clearTimeout(timer);
      timer = null;
      deliver();
    }
  });

  function deliver() {
    if (isDelivered) {
      post("session", { session: session }).then(show, offline);
      return;
    }
    isDelivered = true;
    say(texts.working);
    complain("");
    offer(false);
    post("code", { code: code, session: session }).then(show, offline);
  }

  function loggedIn(number, response) {
    if (isOver || number !== attempt || code !== null) return;
    const given = response && response.authResponse && response.authResponse.code;
    if (!given) {
      isBusy = false;
      say("");
      if (problem.hidden) complain(texts.closed);
      offer(true);
      begin.focus();
      return;
    }
    code = given;
    if (session) deliver();
    else timer = setTimeout(function () { timer = null; deliver(); }, patience);
  }

  begin.addEventListener("click", function () {
    if (isBusy || !isLoaded) return;
    isBusy = true;
    isDelivered = false;
    code = null;
    session = null;
    attempt += 1;
    const number = attempt;
    complain("");
    say(texts.open);
    offer(true);
    // A plain function: the SDK refuses asynchronous ones.
    window.FB.login(function (response) { loggedIn(number, response); }, {
      config_id: data.configuration,
      response_type: "code",
      override_default_response_type: true,
      extras: part("coexistence").checked && data.kind === "full"
        ? { setup: {}, featureType: "whatsapp_business_app_onboarding" }
        : { setup: {} },
    });
  });

  cancel.addEventListener("click", function () { post("cancel", {}).then(show, offline); });
  part("decline").addEventListener("click", function () { answer(false); });
  part("confirm").addEventListener("click", function () { answer(true); });

  function answer(isConfirmed) {
    takeover.hidden = true;
    say(texts.working);
    post("takeover", { confirm: isConfirmed }).then(show, offline);
  }

  window.fbAsyncInit = function () {
    window.FB.init({ appId: data.app, version: data.version, cookie: false, xfbml: false, autoLogAppEvents: false });
    isLoaded = true;
    if (isOver || isBusy) return;
    say("");
    offer(true);
    begin.focus();
  };

  function load() {
    const script = document.createElement("script");
    script.src = data.sdk;
    script.async = true;
    script.addEventListener("error", function () { say(""); complain(texts.blocked); });
    document.head.appendChild(script);
  }

  show(JSON.parse(data.state));
  load();
})();
