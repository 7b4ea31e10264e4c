// Builds and arranges nodes. No text ever becomes HTML here.

/** An element with attributes (`class`, `aria-…`; functions become listeners) and children (nodes or texts; null is left out). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** One of the symbols of the page. */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const use = document.createElementNS(namespace, "use");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

const arranged = new WeakMap();

/**
 * Brings a container's children into the order of the items, and keeps the elements that are there: what somebody types
 * or has focused stays untouched.
 *
 * `create(item)` returns `{element, update(item)}`; `update` is called at once and at every later arrangement.
 */
export function arrange(container, items, key, create) {
  const old = arranged.get(container) ?? new Map();
  const nodes = new Map();
  for (const item of items) {
    const name = key(item);
    const node = old.get(name) ?? create(item);
    node.update(item);
    nodes.set(name, node);
  }
  for (const [name, node] of old) if (!nodes.has(name)) node.element.remove();
  let next = container.firstChild;
  for (const node of nodes.values()) {
    if (node.element === next) next = next.nextSibling;
    else container.insertBefore(node.element, next);
  }
  arranged.set(container, nodes);
}

/** A node for `arrange` that is drawn anew whenever its item has changed. */
export function drawn(element, draw) {
  let shown = null;
  return {
    element,
    update(item) {
      const wanted = JSON.stringify(item);
      if (wanted === shown) return;
      shown = wanted;
      element.replaceChildren(...[draw(item)].flat().filter((child) => child !== null));
    },
  };
}

/** A row of radio buttons that look like chips; `people` have `key`, `name` and `label`. */
export function choice(container, group, people, chosen, choose) {
  container.replaceChildren(
    ...people.map((person) =>
      make(
        "label",
        { class: "person", "data-key": person.key },
        make("input", {
          type: "radio", name: group, value: person.key, "aria-label": person.label, checked: person.key === chosen,
          change: () => choose(person.key),
        }),
        make("span", { class: "person-name", "aria-hidden": "true" }, person.name),
      ),
    ),
  );
}

/** The letters of an avatar. */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase();
}

/** Keeps a scrolled list at its end while `change` fills it, if it was there before or `always`. */
export function keepingEnd(scroller, change, always = false) {
  const wasAtEnd = always || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  change();
  if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
}
