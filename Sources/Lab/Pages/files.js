// Files: chosen, sent to the lab, and shown. What is in a file is never read here; the lab serves it so that nothing in it runs.

import { icon, make } from "/dom.js";

const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const units = ["bytes", "kB", "MB", "GB"];

/** `1 byte`, `812 bytes`, `1.2 MB`. */
export function sizeText(bytes) {
  if (bytes === 1) return "1 byte";
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Sends a file's bytes to the lab; returns the key to use it with. */
export async function upload(file) {
  const query = new URLSearchParams({ name: file.name, type: file.type });
  let response;
  try {
    response = await fetch(`/lab/api/files?${query}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
  } catch {
    throw new Error(`${file.name} could not be sent. Is it still there, and the demo still running?`);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `${file.name} could not be sent.`);
  return answer.file;
}

/** A picture, a sound to play, or a row with name and size. The file has `name`, `mime` and `size`. */
export function fileView(address, file) {
  if (pictures.has(file.mime)) {
    const picture = make("img", { src: address, alt: file.name, loading: "lazy" });
    const link = make("a", { class: "picture", href: address, target: "_blank", rel: "noopener noreferrer", title: `${file.name}, ${sizeText(file.size)}` }, picture);
    // What only calls itself a picture is a file like any other.
    picture.addEventListener("error", () => link.replaceWith(row(address, file)));
    return link;
  }
  if (file.mime.startsWith("audio/")) {
    const sound = make("audio", { src: address, controls: true, preload: "metadata", "aria-label": file.name });
    return make("div", { class: "sound" }, sound, row(address, file));
  }
  return row(address, file);
}

function row(address, file) {
  const words = `Download ${file.name}, ${sizeText(file.size)}`;
  return make(
    "a",
    { class: "file", href: address, download: file.name, "aria-label": words, title: words },
    icon("file"), make("span", { class: "file-name" }, file.name), make("span", { class: "small" }, sizeText(file.size)),
  );
}

/**
 * A button to choose files with, and the list of what was chosen.
 *
 * Returns `{element, list, files, add(files), clear(files)}`.
 */
export function filePicker() {
  let files = [];
  const input = make("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
  const button = make("button", { type: "button", class: "plain", "aria-label": "Attach files", title: "Attach files", click: () => input.click() }, icon("attach"));
  const element = make("span", {}, button, input);
  const list = make("ul", { class: "chosen", "aria-label": "Files to attach", hidden: true });

  function draw() {
    list.hidden = files.length === 0;
    list.replaceChildren(
      ...files.map((file) =>
        make(
          "li",
          {},
          icon("file"), make("span", { class: "file-name" }, file.name), make("span", { class: "small" }, sizeText(file.size)),
          make("button", { type: "button", class: "plain", "aria-label": `Do not attach ${file.name}`, click: () => drop([file]) }, icon("close")),
        ),
      ),
    );
  }

  function drop(gone) {
    files = files.filter((file) => !gone.includes(file));
    draw();
    button.focus();
  }

  function add(more) {
    files = [...files, ...more];
    draw();
  }

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
    button.focus();
  });
  return {
    element, list, add,
    get files() { return files; },
    clear(sent) {
      files = files.filter((file) => !sent.includes(file));
      draw();
    },
  };
}
