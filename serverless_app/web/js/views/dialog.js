/** A modal dialog with a heading and a way out: the browser keeps the focus inside and gives it back. */

import { button, el } from "../dom.js";

/** Opens at once. `close(value)` ends it; the promise `closed` gives that value, or undefined. */
export class Dialog {
  closed;
  #element;
  #value;

  constructor(title, ...content) {
    const close = button("", () => this.close(), {
      look: "plain round",
      symbol: "close",
      name: "Close",
    });
    const heading = el("h2", { id: "dialog-title" }, title);
    this.#element = el(
      "dialog",
      { class: "dialog", "aria-labelledby": "dialog-title" },
      el("div", { class: "heading" }, heading, close),
      content,
    );
    document.body.append(this.#element);
    this.closed = new Promise((resolve) => {
      this.#element.addEventListener("close", () => {
        this.#element.remove();
        resolve(this.#value);
      });
    });
    addEventListener("hashchange", () => this.close(), { once: true });
    this.#element.showModal();
    this.#element.querySelector("input, textarea, .primary")?.focus();
  }

  close(value) {
    if (!this.#element.open) return;
    this.#value = value;
    this.#element.close();
  }
}
