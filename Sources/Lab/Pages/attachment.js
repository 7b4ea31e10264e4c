// What is in a message besides its text: pictures, films, sounds, documents, places, contact cards.

import { icon, initials, make } from "/dom.js";

const units = ["bytes", "KB", "MB", "GB"];

/** `12 KB`, `3.4 MB`. */
export function sizeText(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1).replace(".0", "")} ${units[unit]}`;
}

/** `PDF`, from the name or else from the type. */
function kindText({ name, mimeType }) {
  const ending = /\.([a-z0-9]{1,5})$/iu.exec(name ?? "")?.[1] ?? /\/(?:x-)?([a-z0-9]{1,9})(?:;|$)/iu.exec(mimeType)?.[1] ?? "file";
  return ending.toUpperCase();
}

const fallbackNames = { document: "Document", image: "Picture", video: "Video", voice: "Sound" };

/** A row with an icon, a name and facts, which saves the file. */
function fileRow(file, symbol = "document") {
  const name = file.name ?? fallbackNames[symbol];
  return make(
    "a",
    { class: "file", href: file.url, download: file.name ?? "", "aria-label": `Save ${name}, ${sizeText(file.size)}` },
    make("span", { class: "file-icon" }, icon(symbol)),
    make("span", { class: "file-words" }, make("strong", {}, name), make("span", {}, `${kindText(file)} · ${sizeText(file.size)}`)),
    icon("download"),
  );
}

/** A picture that becomes a row when it cannot be shown. */
function picture(file, label, className) {
  const image = make("img", { src: file.url, alt: label, class: className, loading: "lazy" });
  image.addEventListener("error", () => (image.closest("a") ?? image).replaceWith(fileRow(file, "image")), { once: true });
  return image;
}

/** Heights of a voice note's bars, the same for the same file. */
function bars(sha256) {
  return [...sha256.slice(0, 28)].map((digit) => 4 + parseInt(digit, 16));
}

function voiceBar(file) {
  const audio = make("audio", { src: file.url, preload: "metadata" });
  const button = make("button", { type: "button", class: "voice-play", "aria-label": "Play voice message" }, icon("play"));
  const wave = make("span", { class: "wave", "aria-hidden": "true" }, bars(file.sha256).map((height) => make("span", { "data-height": String(height) })));
  for (const bar of wave.children) bar.style.height = `${bar.dataset.height}px`;
  const time = make("span", { class: "voice-time" }, sizeText(file.size));
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const update = () => {
    const isLong = Number.isFinite(audio.duration) && audio.duration > 0;
    const part = isLong ? audio.currentTime / audio.duration : 0;
    [...wave.children].forEach((bar, index) => bar.toggleAttribute("data-played", index < part * wave.children.length));
    if (isLong) time.textContent = clock(audio.currentTime > 0 ? audio.currentTime : audio.duration);
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", audio.paused ? "Play voice message" : "Pause voice message");
  };
  for (const event of ["loadedmetadata", "timeupdate", "play", "pause", "ended"]) audio.addEventListener(event, update);
  // What cannot be played can still be saved.
  audio.addEventListener("error", () => element.replaceWith(fileRow(file, "voice")), { once: true });
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    if (audio.paused) audio.play().catch(() => {});
    else audio.pause();
  });
  const element = make("div", { class: "voice" }, button, wave, time, audio);
  return element;
}

function film(file) {
  const video = make("video", { src: file.url, controls: true, preload: "metadata", playsinline: true, "aria-label": "Video" });
  video.addEventListener("error", () => video.replaceWith(fileRow(file, "video")), { once: true });
  return video;
}

function place({ latitude, longitude, name, address }) {
  const degrees = (value, positive, negative) => `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
  return make(
    "div",
    { class: "place" },
    make("div", { class: "map", "aria-hidden": "true" }, icon("place")),
    name ? make("strong", {}, name) : null,
    address ? make("span", {}, address) : null,
    make("span", { class: "small" }, `${degrees(latitude, "N", "S")}, ${degrees(longitude, "E", "W")}`),
  );
}

function card(contact) {
  const name = contact.name?.formatted_name ?? "";
  const facts = [
    [contact.org?.title, contact.org?.company].filter(Boolean).join(", "),
    ...(contact.phones ?? []).map((each) => each.phone),
    ...(contact.emails ?? []).map((each) => each.email),
  ].filter(Boolean);
  return make(
    "div",
    { class: "contact" },
    make("span", { class: "avatar", "aria-hidden": "true" }, initials(name)),
    make("span", { class: "file-words" }, make("strong", {}, name), facts.map((fact) => make("span", {}, fact))),
  );
}

/** The nodes of what is in a message, none for a text. */
export function attachmentNodes(message) {
  if (message.location) return [place(message.location)];
  if (message.contacts) return message.contacts.map(card);
  const file = message.file;
  if (!file) return [];
  const label = message.text ? `Picture: ${message.text}` : "Picture";
  switch (message.type) {
    case "image":
    case "edit":
      return [make("a", { class: "picture", href: file.url, target: "_blank", rel: "noopener", "aria-label": `Open ${label}` }, picture(file, label, ""))];
    case "sticker":
      return [picture(file, "Sticker", "sticker")];
    case "video":
      return [film(file)];
    case "audio":
      return file.voice ? [voiceBar(file)] : [make("audio", { src: file.url, controls: true, preload: "metadata" }), fileRow(file, "voice")];
    default:
      return [fileRow(file)];
  }
}
