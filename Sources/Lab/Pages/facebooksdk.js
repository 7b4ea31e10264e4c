// Stands in for the Facebook SDK as far as the sign-up needs it: FB.init and FB.login, which opens the lab's dialog.

(() => {
  const lab = new URL(document.currentScript.src).origin;
  let settings = null;

  /** Waits for the dialog's answer, or for its end without one. */
  function awaitAnswer(dialog, channel, callback) {
    let isOver = false;
    const end = (code) => {
      if (isOver) return;
      isOver = true;
      clearInterval(watch);
      window.removeEventListener("message", hear);
      callback(code ? { authResponse: { userID: null, expiresIn: null, code }, status: "connected" } : { authResponse: null, status: "unknown" });
    };
    const hear = ({ origin, data }) => {
      // A window that is gone is no source any more; the channel is known to it alone.
      if (origin === lab && data?.labLogin === channel) end(data.code);
    };
    window.addEventListener("message", hear);
    // What the dialog said last may still be on its way when it is closed.
    const watch = setInterval(() => dialog.closed && setTimeout(end, 300), 200);
  }

  window.FB = {
    init(options) {
      settings = { ...options };
    },

    login(callback, options = {}) {
      if (!settings?.appId) throw new Error("FB.login() called before FB.init().");
      const { config_id: configuration, response_type: type, override_default_response_type: overrides, extras } = options;
      if (!configuration || type !== "code" || overrides !== true) throw new Error("The lab's FB.login() needs config_id, response_type code and override_default_response_type.");
      const channel = crypto.randomUUID();
      const query = new URLSearchParams({
        client_id: settings.appId, config_id: configuration, origin: location.origin, channel, extras: JSON.stringify(extras ?? {}),
      });
      const dialog = window.open(`${lab}/meta/dialog?${query}`, "lab-signup", "popup,width=620,height=720");
      if (dialog) awaitAnswer(dialog, channel, callback);
      else callback({ authResponse: null, status: "unknown" });
    },
  };

  // As the SDK does, once the page has run.
  setTimeout(() => window.fbAsyncInit?.());
})();
