// A box to write in: Enter sends, Shift+Enter begins a new line.

import { icon, make } from "/dom.js";
import { filePicker, upload } from "/files.js";

/**
 * `send(text, files)` is a promise; the text stays in the box until it is fulfilled, and what went wrong is said below it.
 *
 * With `attaches` there is a button for files; they go to the lab first, and `files` are the keys to use them with. `text` is what
 * stands in the box at first, `leading` stands before the box, `extra` above it. Returns `{element, box, focus(), attempt(action)}`;
 * `attempt` runs another promise with the same rules, and gives it the text that is in the box, which it empties if the promise is
 * fulfilled with true.
 */
export function composer({ label, placeholder, button, send, cancel, extra, leading, attaches = false, text: first = "" }) {
  const box = make("textarea", { rows: "1", "aria-label": label, placeholder, maxlength: "20000", autocomplete: "off" });
  const submit = make("button", { type: "submit", class: "send", "aria-label": button, title: `${button} (Enter)` }, icon("send"));
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const picker = attaches ? filePicker() : null;
  let isSending = false;
  box.value = first;

  async function trySending() {
    const files = picker?.files ?? [];
    if (!box.value.trim() && files.length === 0) return;
    await attempt(async (text) => {
      const keys = [];
      for (const file of files) keys.push(await upload(file));
      await send(text, keys);
      // What was chosen meanwhile stays.
      picker?.clear(files);
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
    picker?.list,
    make(
      "div",
      { class: "composer-row" },
      leading,
      picker?.element,
      box,
      submit,
      cancel ? make("button", { type: "button", class: "plain", "aria-label": "Cancel", title: "Cancel (Esc)", click: cancel }, icon("close")) : null,
    ),
    problem,
  );
  if (picker) takeFiles(element, box, picker);
  fit();
  return { element, box, focus: () => box.focus(), attempt };
}

/** Files can also be pasted into the box, and dropped on the form. */
function takeFiles(element, box, picker) {
  box.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    picker.add(event.clipboardData.files);
  });
  element.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  element.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    picker.add(event.dataTransfer.files);
  });
}
