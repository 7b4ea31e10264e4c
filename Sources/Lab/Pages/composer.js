// A box to write in: Enter sends, Shift+Enter begins a new line.

import { icon, make } from "/dom.js";

/**
 * `send(text)` is a promise; the text stays in the box until it is fulfilled, and what went wrong is said below it.
 *
 * `leading` stands before the box, `extra` above it. Returns `{element, box, focus(), attempt(action)}`; `attempt` runs another
 * promise with the same rules, and gives it the text that is in the box, which it empties if the promise is fulfilled with true.
 */
export function composer({ label, placeholder, button, send, cancel, extra, leading }) {
  const box = make("textarea", { rows: "1", "aria-label": label, placeholder, maxlength: "20000", autocomplete: "off" });
  const submit = make("button", { type: "submit", class: "send", "aria-label": button, title: `${button} (Enter)` }, icon("send"));
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  let isSending = false;

  async function trySending() {
    if (!box.value.trim()) return;
    await attempt(async (text) => {
      await send(text);
      return true;
    });
  }

  async function attempt(action) {
    if (isSending) return;
    const text = box.value.trim();
    isSending = true;
    submit.disabled = true;
    element.dataset.sending = "";
    try {
      const isUsed = await action(text);
      problem.hidden = true;
      // What was typed meanwhile stays.
      if (isUsed && box.value.trim() === text) box.value = "";
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      isSending = false;
      submit.disabled = false;
      delete element.dataset.sending;
      fit();
    }
  }

  function fit() {
    box.rows = Math.min(6, box.value.split("\n").length);
  }

  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && cancel) return cancel();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    trySending();
  });
  const element = make(
    "form",
    {
      class: "composer",
      submit: (event) => {
        event.preventDefault();
        trySending();
      },
    },
    extra,
    make(
      "div",
      { class: "composer-row" },
      leading,
      box,
      submit,
      cancel ? make("button", { type: "button", class: "plain", "aria-label": "Cancel", title: "Cancel (Esc)", click: cancel }, icon("close")) : null,
    ),
    problem,
  );
  return { element, box, focus: () => box.focus(), attempt };
}
