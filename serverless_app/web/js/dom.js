/**
 * Elements without HTML strings: everything that the page shows goes through here as text nodes
 * and properties, so no title or file name can become markup.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Properties that begin with `on` are listeners; true sets an empty attribute; false,
 * null and undefined set none. Children are nodes or texts; null and false are left out.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === false || value == null) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

const PATHS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  add: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  remove: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  done: "M5 13l4 4L19 7",
  failed: "M12 3.5L22 20.5H2zM12 10v4.5M12 17.4v.1",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.1",
  groups: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  trending: "M3 17l6-6 4 4 8-8M15 7h6v6",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 20c1-4 4-6 8-6s7 2 8 6",
  fold: "M6 9l6 6 6-6",
};

/** A line icon; it says nothing to a screen reader, for a text beside it does. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon" })) {
    svg.setAttribute(key, value);
  }
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that does something here; `name` is what it is called when it shows only an icon. */
export function button(text, onclick, { look = "", symbol = null, name = null, ...more } = {}) {
  const properties = { type: "button", class: `button ${look}`.trim(), onclick, ...more };
  return el("button", { ...properties, "aria-label": name }, symbol && icon(symbol), text);
}

/** Say something to screen readers without moving the focus. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
