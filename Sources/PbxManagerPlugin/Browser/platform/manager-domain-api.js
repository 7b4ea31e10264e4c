// The hidden app of the mini App Platform. It has no screen: it offers the client API com.innovaphone.manager to the apps of the client
// that holds it, and hands what they ask to the service, over a connection that the PBX logs in for it.
(function () {
  "use strict";

  const api = "com.innovaphone.manager";
  const firstDelay = 500;
  const longestDelay = 32_000;
  const patience = 20_000;
  /** The PBX object that the app was opened with. */
  const name = new URLSearchParams(location.search).get("name") ?? "";
  const client = window.opener ?? window.parent;

  let socket = null;
  let isLoggedIn = false;
  let delay = firstDelay;
  let tags = 0;
  /** Where the client is: known from its answer with a login, which only the PBX's own client can have. */
  let origin = null;
  const pending = new Map();
  /** What was asked before there was a connection. */
  let waiting = [];

  function post(message, target = "*") {
    client.postMessage(JSON.stringify(message), target);
  }

  // MARK: The client

  window.addEventListener("message", (event) => {
    if (event.source !== client || typeof event.data !== "string") return;
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    if (message.mt === "Login" && message.pbxObj === name && message.src === loginTag()) logIn(message, event.origin);
    else if (message.mt === "ApiRequest" && message.api === api) request(message, event.origin);
  });

  function request({ consumer, src, msg }, from) {
    const answer = (fields) => post({ mt: "ApiResult", api, consumer, src, ...fields }, from);
    if (typeof msg?.mt !== "string") return;
    const ask = { msg, from, answer };
    if (isLoggedIn) send(ask);
    else waiting.push({ ...ask, timer: setTimeout(() => giveUp(ask), patience) });
  }

  function giveUp({ answer, msg }) {
    waiting = waiting.filter((ask) => ask.answer !== answer);
    answer({ msg: { mt: `${msg.mt}Result`, error: "The App Platform does not answer. Is the service running?" } });
  }

  function send({ msg, from, answer }) {
    // Whoever could not log us in gets nothing of what the login opens.
    if (from !== origin) return;
    const tag = `request-${++tags}`;
    pending.set(tag, { answer, msg, from });
    socket.send(JSON.stringify({ ...msg, api, src: tag }));
  }

  // MARK: The connection

  const loginTag = () => `login-${tags}`;

  function connect() {
    const current = new WebSocket(location.href.replace(/^http/, "ws").replace(/\.htm(\?.*)?(#.*)?$/, ""));
    socket = current;
    const now = (act) => (event) => { if (socket === current) act(event); };
    current.onopen = now(() => current.send(JSON.stringify({ mt: "AppChallenge" })));
    current.onmessage = now((event) => receive(JSON.parse(event.data)));
    current.onclose = now(lost);
  }

  function lost() {
    isLoggedIn = false;
    socket = null;
    for (const ask of pending.values()) giveUp(ask);
    pending.clear();
    setTimeout(connect, delay);
    delay = Math.min(2 * delay, longestDelay);
  }

  function receive(message) {
    if (message.mt === "AppChallengeResult") {
      tags++;
      post({ mt: "getLogin", src: loginTag(), app: name, challenge: String(message.challenge) });
    } else if (message.mt === "AppLoginResult") {
      if (!message.ok) {
        socket.close();
        return;
      }
      isLoggedIn = true;
      delay = firstDelay;
      // The client may have been without us for a while.
      post({ mt: "RegisterApi", api }, origin);
      const asked = waiting;
      waiting = [];
      for (const ask of asked) {
        clearTimeout(ask.timer);
        send(ask);
      }
    } else if (pending.has(message.src)) {
      const { answer } = pending.get(message.src);
      pending.delete(message.src);
      const { src, api: _, ...msg } = message;
      answer({ msg });
    }
  }

  function logIn({ app, domain, sip, guid, dn, info, digest, pbxObj }, from) {
    if (socket?.readyState !== WebSocket.OPEN || isLoggedIn) return;
    origin = from;
    socket.send(JSON.stringify({ mt: "AppLogin", app, domain, sip, guid, dn, info, digest, pbxObj }));
  }

  connect();
  post({ mt: "Alive" });
})();
