/**
 * The button under a list that fetches its next page. A failure is said there, and what is already
 * shown stays.
 */

import { button, el } from "../dom.js";
import { failedLine } from "./states.js";

export class More {
  element = el("div", { class: "more" });
  #load;

  /** `load` fetches and shows the next page. */
  constructor(load) {
    this.#load = load;
  }

  /** `next` is how the button is called; nothing when the list is complete. */
  show(next) {
    const go = () => this.run();
    this.element.replaceChildren(...(next ? [button(next, go)] : []));
  }

  async run() {
    const go = this.element.querySelector("button");
    go?.setAttribute("aria-disabled", "true");
    try {
      await this.#load();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.element.replaceChildren(failedLine(error, () => this.run()));
    }
  }
}
