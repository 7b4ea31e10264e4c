// Texts of others, made into nodes: the HTML of posts, the marks of WhatsApp, moments.

import { make } from "/dom.js";

const tags = new Set(["b", "i", "u", "br", "p", "ul", "ol", "li", "a"]);
/** What is left out together with its content. */
const dropped = new Set(["script", "style", "title", "textarea", "iframe", "template"]);
const schemes = new Set(["http:", "https:", "mailto:", "tel:"]);
const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function link(address, children) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!schemes.has(url.protocol)) return null;
  return make("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, children);
}

function unescaped(text) {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));/giu, (whole, hex, decimal, name) => {
    if (name) return entities[name.toLowerCase()] ?? whole;
    const point = hex ? parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
  });
}

const tokens = /<!--[^]*?-->|<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^'">])*)>|[^<]+|</giu;

/**
 * The HTML of a post as nodes: the tags that Connect knows, links to known schemes, and everything else as its text.
 *
 * The text is read here and never given to the browser as HTML, so nothing in it can run or load.
 */
export function postNodes(html) {
  const root = { name: "", children: [] };
  const open = [root];
  let skipping = null;
  for (const [token, slash, tag, attributes] of html.matchAll(tokens)) {
    const name = tag?.toLowerCase();
    const top = open[open.length - 1];
    if (skipping) {
      if (slash && name === skipping) skipping = null;
    } else if (!tag) {
      if (!token.startsWith("<!--")) top.children.push(unescaped(token));
    } else if (dropped.has(name)) {
      skipping = slash ? null : name;
    } else if (name === "br") {
      top.children.push(make("br"));
    } else if (!tags.has(name)) {
      continue;
    } else if (!slash) {
      const address = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')/iu.exec(attributes);
      open.push({ name, address: unescaped(address?.[1] ?? address?.[2] ?? ""), children: [] });
    } else if (open.some((each) => each.name === name)) {
      // What was left open inside ends here too.
      while (open[open.length - 1].name !== name) close(open);
      close(open);
    }
  }
  while (open.length > 1) close(open);
  return root.children;
}

/** Makes the innermost open element and puts it into the one around it. */
function close(open) {
  const { name, address, children } = open.pop();
  const element = name === "a" ? link(address, children) : make(name, {}, children);
  open[open.length - 1].children.push(...(element ? [element] : children));
}

const marks =
  /```([^]+?)```|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\3(?![\p{L}\p{N}])|(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)'])/gu;
const markTags = { "*": "b", _: "i", "~": "s" };

/** A WhatsApp message with its marks: bold, italic, strikethrough, monospace, links. */
export function messageNodes(text) {
  const result = [];
  let end = 0;
  for (const match of text.matchAll(marks)) {
    const [whole, block, inline, mark, marked, address] = match;
    result.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (block ?? inline) result.push(make("code", {}, block ?? inline));
    else if (mark) result.push(make(markTags[mark], {}, messageNodes(marked)));
    else result.push(link(address, [address]) ?? address);
  }
  result.push(text.slice(end));
  return result.filter((node) => node !== "");
}

const format = (options) => new Intl.DateTimeFormat("en-GB", options);
const clock = format({ hour: "2-digit", minute: "2-digit" });
const preciseClock = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = format({ weekday: "short", day: "numeric", month: "short" });

/** `14:05`. */
export const timeText = (at) => clock.format(at);
/** `14:05:09`. */
export const preciseTimeText = (at) => preciseClock.format(at);
/** `Mon 21 Sept, 14:05:09`. */
export const fullText = (at) => `${day.format(at).replace(",", "")}, ${preciseClock.format(at)}`;
/** `Today`, or `Mon 21 Sept`. */
export const dayText = (at, now) => (day.format(at) === day.format(now) ? "Today" : day.format(at).replace(",", ""));
/** `14:05` today, `Mon 21 Sept, 14:05` on other days. */
export const momentText = (at, now) => (day.format(at) === day.format(now) ? timeText(at) : `${dayText(at, now)}, ${timeText(at)}`);

/** `23:59:12`. */
export function durationText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value) => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `Anna`, `Anna and Ben`, `Anna, Ben and Carla`. */
export function listText(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

/** JSON in lines. The text is only indented, so that large numbers and repeated names stay as they were on the wire. */
export function indentedJSON(text) {
  let result = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const token of text.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gu) ?? []) {
    const last = result[result.length - 1];
    if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      result += last === "{" || last === "[" ? token : line() + token;
    } else if (token === ",") result += token;
    else if (token === ":") result += ": ";
    else {
      if (last === "{" || last === "[" || last === ",") result += line();
      result += token;
      if (token === "{" || token === "[") depth += 1;
    }
  }
  return result;
}
