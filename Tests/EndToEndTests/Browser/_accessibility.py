"""What every screen owes to those who cannot see it well, or have no mouse: rules that are read off the page."""

from playwright.sync_api import Page

# Returns a sentence for each offence. Only what is visible counts.
RULES = r"""
root => {
  const offences = [];
  const visible = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const all = [...root.querySelectorAll("*")].filter(visible);
  const shown = element => element.outerHTML.slice(0, 140);
  const textOf = ids => ids.split(/\s+/).map(id => document.getElementById(id)?.textContent ?? "").join(" ").trim();

  const named = element => {
    if (element.getAttribute("aria-labelledby")) return textOf(element.getAttribute("aria-labelledby"));
    if (element.getAttribute("aria-label")) return element.getAttribute("aria-label").trim();
    if (element.labels?.length) return [...element.labels].map(label => label.textContent).join(" ").trim();
    return element.matches("button, a, summary") ? element.textContent.trim() : "";
  };
  for (const element of all.filter(each => each.matches("button, a[href], input, select, textarea, summary"))) {
    if (!named(element)) offences.push(`without a name: ${shown(element)}`);
    if (element.tabIndex < 0) offences.push(`not reachable with Tab: ${shown(element)}`);
    if (element.tabIndex > 0) offences.push(`out of the visual order: ${shown(element)}`);
  }
  for (const element of all.filter(each => each.matches("input:not([type=checkbox]), select, textarea"))) {
    if (!element.labels?.length) offences.push(`without a label of its own: ${shown(element)}`);
  }
  for (const element of all.filter(each => each.onclick || (each.getAttribute("role") === "button" && !each.matches("button"))))
    offences.push(`acts as a button and is none: ${shown(element)}`);

  const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
  for (const id of new Set(ids.filter((each, index) => ids.indexOf(each) !== index))) offences.push(`the id ${id} is there twice`);
  for (const element of all.filter(each => each.matches("label"))) if (!element.control) offences.push(`label of nothing: ${shown(element)}`);
  for (const name of ["aria-describedby", "aria-labelledby"])
    for (const element of all.filter(each => each.hasAttribute(name)))
      for (const id of element.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) offences.push(`${name} leads nowhere: ${shown(element)}`);
  for (const element of all.filter(each => each.getAttribute("aria-invalid") === "true"))
    if (!textOf(element.getAttribute("aria-describedby") ?? "")) offences.push(`invalid without a reason: ${shown(element)}`);
  for (const element of all.filter(each => each.matches("th"))) if (!element.scope) offences.push(`th without scope: ${shown(element)}`);
  for (const element of all.filter(each => each.matches("img, svg")))
    if (!element.hasAttribute("alt") && element.getAttribute("aria-hidden") !== "true") offences.push(`picture without a text: ${shown(element)}`);
  const headings = all.filter(each => each.matches("h1"));
  if (headings.length !== 1) offences.push(`${headings.length} main headings`);

  const parse = text => {
    const numbers = text.match(/[\d.]+/g).map(Number);
    // color(srgb r g b / a) counts to one, rgb(r g b / a) to 255.
    return text.startsWith("color(") ? [...numbers.slice(0, 3).map(each => each * 255), numbers[3] ?? 1] : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const behind = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const layer = parse(getComputedStyle(each).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, [r, g, b, a]) => [r, g, b].map((value, index) => value * a + below[index] * (1 - a)), [255, 255, 255]);
  };
  const luminance = colour => {
    const [r, g, b] = colour.map(each => each / 255).map(each => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const element of all) {
    const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const isField = element.matches("input, select, textarea");
    if ((!hasText && !isField) || element.matches("option")) continue;
    // What is only read aloud has no colour.
    if (getComputedStyle(element).clipPath !== "none" || element.closest("[inert]")) continue;
    const [light, dark] = [luminance(parse(getComputedStyle(element).color).slice(0, 3)), luminance(behind(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) offences.push(`contrast ${contrast.toFixed(2)}: ${shown(element)}`);
  }
  return offences;
}
"""


def offences(page: Page, root: str = "#plugin") -> list[str]:
    """What of the rules the part of the page breaks; it is wider than the window, too, if it is."""
    found = page.locator(root).first.evaluate(RULES)
    width = page.evaluate("document.scrollingElement.scrollWidth")
    if width > page.viewport_size["width"]:
        found.append(f"the page is {width} pixels wide")
    return found
