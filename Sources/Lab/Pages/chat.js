// What a chat shows, out of its messages: days, bubbles and remarks, with later changes put into the messages that they are about.

import { dayText } from "/text.js";

const kinds = {
  image: "📷 Photo", video: "🎬 Video", audio: "🎤 Voice message", document: "📄 Document", sticker: "Sticker", location: "📍 Location",
  contacts: "👤 Contact", unsupported: "A message that WhatsApp does not pass on", unknown: "A message that WhatsApp does not pass on",
  request_welcome: "Chat opened", order: "🛒 Order",
};
/** What is said about the chat, not in it. */
const remarks = new Set(["system", "request_welcome"]);

/** A message in words. */
export function wordsOf(message) {
  if (message.type === "text" || message.type === "reaction") return message.text;
  if (["button", "interactive"].includes(message.type) && message.text) return message.text;
  const kind = message.type === "audio" && !message.file?.voice ? "🎵 Audio" : kinds[message.type] ?? `[${message.type}]`;
  return message.text ? `${kind}\n${message.text}` : kind;
}

/** Reactions, newest texts and deletions by the wamid that they are about. */
function changesIn(messages) {
  const changes = { reactions: new Map(), edits: new Map(), revoked: new Set() };
  for (const message of messages) {
    const target = message.quoting;
    if (message.type === "edit") changes.edits.set(target, message);
    if (message.type === "revoke") changes.revoked.add(target);
    if (message.type !== "reaction" || message.status === "failed") continue;
    changes.reactions.set(target, { ...changes.reactions.get(target), [message.direction]: message.text });
  }
  return changes;
}

/**
 * The items of a chat in order: `{key, day}` for a day or a remark, `{key, message, quoted, reactions, …}` for a bubble.
 *
 * `transfers` are the files on their way, `reacting` is the wamid of the message whose reactions are offered.
 */
export function chatItems(messages, { now, transfers, reacting }) {
  const { reactions, edits, revoked } = changesIn(messages);
  const items = [];
  let day = null;
  for (const message of messages) {
    const { wamid, type, quoting } = message;
    if (["reaction", "edit", "revoke"].includes(type) && quoting) continue;
    const text = dayText(message.at, now);
    if (text !== day) items.push({ key: `day ${text} ${wamid}`, day: text });
    day = text;
    if (remarks.has(type)) {
      items.push({ key: wamid, day: message.text || kinds[type] });
      continue;
    }
    const quoted = quoting ? messages.find((other) => other.wamid === quoting) : null;
    items.push({
      key: wamid,
      message: edits.has(wamid) ? { ...message, text: edits.get(wamid).text } : message,
      quoted: quoted ? { own: quoted.direction === "fromCustomer", text: wordsOf(quoted) } : null,
      reactions: reactions.get(wamid),
      isReacting: reacting === wamid,
      isRevoked: revoked.has(wamid),
      isEdited: edits.has(wamid),
      progress: transfers.find((each) => each.file && each.file === message.file?.id),
    });
  }
  return items;
}
