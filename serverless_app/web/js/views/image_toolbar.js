/**
 * How a group's images are listed. Only what the table's keys can answer is offered: dates with
 * the two orders of time, the beginning of the title with the order of titles.
 */

import { el } from "../dom.js";
import { linkHere, replace } from "../router.js";

const ORDERS = [
  ["newest", "Newest"],
  ["oldest", "Oldest"],
  ["title", "Title"],
];
const TYPING = 250;

export class ImageToolbar {
  #radios = ORDERS.map(([value, text]) => this.#radio(value, text));
  #from = input("date", "From", (value) => this.#set({ from: value }));
  #to = input("date", "To", (value) => this.#set({ to: value }));
  #prefix = input("search", "Title begins with", (value) => this.#later({ prefix: value }));
  #timer;
  #dates = el("div", { class: "filters" }, this.#from.element, this.#to.element);
  #titles = el("div", { class: "filters" }, this.#prefix.element);
  #orders = el("fieldset", { class: "segments" }, el("legend", { class: "unseen" }, "Order"));
  element = el("div", { class: "toolbar" }, this.#orders, this.#dates, this.#titles);

  constructor() {
    this.#orders.append(...this.#radios.map(({ element }) => element));
  }

  update({ order = "newest", from = "", to = "", prefix = "" }) {
    for (const { radio } of this.#radios) radio.checked = radio.value === order;
    this.#dates.hidden = order === "title";
    this.#titles.hidden = order !== "title";
    for (const [field, value] of [
      [this.#from, from],
      [this.#to, to],
      [this.#prefix, prefix],
    ]) {
      if (document.activeElement !== field.input) field.input.value = value;
    }
  }

  #radio(value, text) {
    const onchange = () => this.#set({ order: value, from: null, to: null, prefix: null });
    const radio = el("input", { type: "radio", name: "order", value, onchange });
    return { radio, element: el("label", {}, radio, el("span", {}, text)) };
  }

  #set(changes) {
    replace(linkHere(changes));
  }

  #later(changes) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#set(changes), TYPING);
  }
}

/** Dates are taken when they are whole, texts as they are typed. */
function input(type, label, take) {
  const name = type === "date" ? "onchange" : "oninput";
  const field = el("input", { type, [name]: () => take(field.value), autocomplete: "off" });
  return { input: field, element: el("label", { class: "filter" }, el("span", {}, label), field) };
}
