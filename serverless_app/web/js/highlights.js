/**
 * A highlight from the search API: HTML in which only `<mark>` is markup. The page does not take
 * the API's word for it: the text is split at `<mark>` and `</mark>`, everything else becomes text.
 */

import { el } from "./dom.js";

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const LARGEST = 0x10ffff;

/** Nodes for one highlighted text: texts and `<mark>` elements, nothing else. */
export function highlighted(html) {
  const nodes = [];
  let inside = false;
  for (const part of html.split(/(<\/?mark>)/)) {
    if (part === "<mark>") inside = true;
    else if (part === "</mark>") inside = false;
    else if (part) nodes.push(inside ? el("mark", {}, decode(part)) : decode(part));
  }
  return nodes;
}

/** Character references, decoded once. */
function decode(text) {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name) return NAMED[name] ?? whole;
    const point = decimal ? parseInt(decimal, 10) : parseInt(hexadecimal, 16);
    return point <= LARGEST ? String.fromCodePoint(point) : whole;
  });
}
