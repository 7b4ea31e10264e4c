// The menu behind the paper clip, and the row of emojis for reactions.

import { icon, make } from "/dom.js";

const kinds = [
  { type: "image", label: "Photo", symbol: "image" },
  { type: "video", label: "Video", symbol: "video" },
  { type: "voice", label: "Voice note", symbol: "voice" },
  { type: "document", label: "Document", symbol: "document" },
  { type: "sticker", label: "Sticker", symbol: "sticker" },
  { type: "location", label: "Location", symbol: "place" },
  { type: "contacts", label: "Contact", symbol: "contact" },
];
/** The types of message that carry a caption. */
export const captioned = new Set(["image", "video", "document"]);

export const reactions = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Moves the focus along the children with the arrow keys; Escape calls `close`. */
function arrowKeys(container, close) {
  container.addEventListener("keydown", (event) => {
    const buttons = [...container.querySelectorAll("button")];
    const index = buttons.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (step && index >= 0) {
      event.preventDefault();
      buttons[(index + step + buttons.length) % buttons.length].focus();
    }
  });
}

/** Which message a file of the computer becomes. */
function typeOf(file) {
  if (["image/jpeg", "image/png"].includes(file.type)) return "image";
  if (["video/mp4", "video/3gpp"].includes(file.type)) return "video";
  return file.type.startsWith("audio/") ? "audio" : "document";
}

/**
 * The paper clip and its menu: `pick(type)` is called for a sample, `pickFile(type, file)` for a file of the computer.
 *
 * Returns `{button, menu}`.
 */
export function picker({ pick, pickFile }) {
  const button = make("button", {
    type: "button", class: "plain clip", "aria-label": "Attach", title: "Attach a photo, a document, a place …", "aria-haspopup": "menu",
    "aria-expanded": "false", "aria-controls": "attach-menu", click: () => (menu.hidden ? open() : close()),
  }, icon("clip"));
  const input = make("input", { type: "file", class: "hidden-text", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", () => {
    const file = input.files[0];
    input.value = "";
    if (file) pickFile(typeOf(file), file);
  });
  const item = ({ label, symbol, type }, act) =>
    make("button", {
      type: "button", role: "menuitem", tabindex: "-1", "data-type": type,
      click: () => {
        close();
        act();
      },
    }, make("span", { class: "disc" }, icon(symbol)), label);
  const menu = make(
    "div",
    { class: "menu", id: "attach-menu", role: "menu", "aria-label": "Attach", hidden: true },
    kinds.map((kind) => item(kind, () => pick(kind.type))),
    item({ label: "Your file …", symbol: "folder", type: "file" }, () => input.click()),
  );

  function open() {
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    menu.querySelector("button").focus();
  }

  function close() {
    if (menu.hidden) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  arrowKeys(menu, close);
  // A click elsewhere closes it and leaves the focus where it went.
  document.addEventListener("pointerdown", (event) => {
    if (menu.hidden || menu.contains(event.target) || button.contains(event.target)) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
  });
  return { button, menu: make("div", {}, menu, input) };
}

/** The emojis for a message; the one that is set takes itself back. */
export function reactionBar({ current, choose, close }) {
  const bar = make(
    "div",
    { class: "reaction-bar", role: "group", "aria-label": "React" },
    reactions.map((emoji) =>
      make("button", {
        type: "button", "aria-label": `React with ${emoji}`, "aria-pressed": String(emoji === current),
        click: (event) => {
          event.stopPropagation();
          choose(emoji === current ? null : emoji);
        },
      }, emoji),
    ),
  );
  arrowKeys(bar, close);
  return bar;
}
