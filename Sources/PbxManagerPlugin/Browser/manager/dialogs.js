// Questions in front of everything else. The keyboard stays inside, and returns to where it was.
(function (whatsapp) {
  "use strict";

  const t = whatsapp.text;
  const focusable = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)";

  /** Keeps the focus within an element, from the last control to the first and back. */
  function keepFocus(element, event) {
    const controls = [...element.querySelectorAll(focusable)];
    const [first, last] = [controls[0], controls.at(-1)];
    if (event.shiftKey && document.activeElement === first) last.focus();
    else if (!event.shiftKey && document.activeElement === last) first.focus();
    else return;
    event.preventDefault();
  }

  /**
   * Asks for a confirmation; promises true for OK, false for Cancel and Escape.
   *
   * `parent` is the plugin's element: the dialog takes language and colours from there.
   */
  whatsapp.confirm = (ui, parent, { title, body, isDangerous = false, testId = "confirm" }) => new Promise((resolve) => {
    const before = document.activeElement;
    const heading = ui.make("h2", { id: whatsapp.uniqueId(), class: "dialog-title" }, title);
    const content = ui.make("div", { id: whatsapp.uniqueId(), class: "dialog-body" }, body);
    const close = (value) => {
      dialog.close();
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(value);
    };
    const cancel = ui.button(t("cancel"), { testId: `${testId}-cancel`, click: () => close(false) });
    const ok = ui.button(t("ok"), { class: `button ${isDangerous ? "danger" : "primary"}`, testId: `${testId}-ok`, click: () => close(true) });
    const dialog = ui.make(
      "dialog", { class: "dialog", role: "alertdialog", "aria-labelledby": heading.id, "aria-describedby": content.id },
      heading, content, ui.make("div", { class: "actions" }, cancel, ok));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Tab") keepFocus(dialog, event);
    });
    parent.append(dialog);
    dialog.showModal();
    // What cannot be undone is never one keystroke away.
    (isDangerous ? cancel : ok).focus();
  });

  /** A link out of the plugin. Inside the installed myApps client the system's browser opens it. */
  whatsapp.outLink = (ui, address, label) => {
    const href = /myApps\//.test(navigator.userAgent) ? `com.innovaphone.browsehttps:${address}` : address;
    return ui.make("a", { class: "link", href, target: "_blank", rel: "noopener noreferrer" }, ui.make("span", {}, label), whatsapp.icon("link"));
  };

  /** A value with a button that copies it. */
  whatsapp.copyable = (ui, value, label) => {
    const done = ui.make("span", { class: "copied", role: "status" });
    const button = ui.iconButton("copy", t("copy", label));
    button.addEventListener("click", async () => {
      await copy(value);
      ui.fill(done, t("copied"));
      setTimeout(() => done.replaceChildren(), 2_000);
    });
    return ui.make("span", { class: "copyable" }, ui.make("code", { class: "code" }, value), button, done);
  };

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // On plain http, and in frames without the permission, only the old way is there.
      const area = document.createElement("textarea");
      const before = document.activeElement;
      area.value = text;
      area.setAttribute("readonly", "");
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      before?.focus();
    }
  }
})(innovaphone.whatsapp);
