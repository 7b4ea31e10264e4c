// What stands in the box below a post: a reply, a change of an own post, or the question whether it is to go.

import { composer } from "/composer.js";
import { make } from "/dom.js";
import { call } from "/stream.js";
import { postNodes } from "/text.js";

/** Fills the box, and focuses a field or button in it. */
export function show(box, element, focused) {
  box.replaceChildren(element);
  focused.focus();
  element.scrollIntoView({ block: "nearest" });
}

/** Empties the box; a focus that was in it goes to the post, without moving what is read. */
export function close(box) {
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren();
  if (hadFocus) box.previousElementSibling?.querySelector(".actions button")?.focus({ preventScroll: true });
}

/** Says in the box what went wrong. */
export function complain(box, error) {
  box.replaceChildren(make("p", { class: "problem", role: "alert" }, error.message));
}

/** The text of a post as somebody would type it. */
function typedText(html) {
  const box = make("div", {}, postNodes(html));
  for (const line of box.querySelectorAll("br")) line.replaceWith("\n");
  for (const block of box.querySelectorAll("p, li")) block.append("\n");
  return box.textContent.trim();
}

/** A box to write an own post anew in. */
export function openEdit(box, post) {
  const leave = () => close(box);
  const writing = composer({
    label: "Edit your post", placeholder: "Text…", button: "Save", cancel: leave, text: typedText(post.text),
    send: async (text) => {
      await call("update", { id: post.id, author: post.author, text });
      leave();
    },
  });
  writing.element.toggleAttribute("data-private", post.private);
  show(box, writing.element, writing.box);
}

/** The question whether an own post is to go. */
export function openDelete(box, post) {
  const leave = () => close(box);
  const words = post.isRoot ? "Delete the whole discussion?" : "Delete this post?";
  const keep = make("button", { type: "button", click: leave }, "Keep");
  const drop = async () => {
    try {
      await call("delete", { id: post.id, author: post.author });
    } catch (error) {
      complain(box, error);
    }
  };
  const question = make(
    "div",
    { class: "question", role: "group", "aria-label": words, keydown: (event) => event.key === "Escape" && leave() },
    make("span", {}, words), make("button", { type: "button", class: "dangerous", click: drop }, "Delete"), keep,
  );
  show(box, question, keep);
}
