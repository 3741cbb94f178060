/** A grid of image cards that follows a Collection: each card is kept while its image is there. */

import { el } from "../dom.js";
import { ImageCard } from "./image_card.js";

export class Gallery {
  #app;
  #cards = new Map();
  element = el("ul", { class: "grid images" });

  constructor(app) {
    this.#app = app;
  }

  /** Show these images in this order; `arrived` says of which it is to be said that they are new. */
  show(images, arrived = () => false) {
    const cards = images.map((image) => this.#card(image, arrived(image)));
    const wanted = new Set(images.map((image) => image.imageId));
    for (const [id, card] of this.#cards) if (!wanted.has(id)) this.#drop(id, card);
    // Move only what is out of place: a moved element would lose the focus.
    cards.forEach((card, index) => {
      const there = this.element.children[index];
      if (there !== card.element) this.element.insertBefore(card.element, there ?? null);
    });
  }

  relink() {
    for (const card of this.#cards.values()) card.relink();
  }

  focus(imageId) {
    this.#cards.get(imageId)?.focus();
  }

  #card(image, arrived) {
    const card = this.#cards.get(image.imageId);
    if (card) {
      card.show(image, { arrived });
      return card;
    }
    const made = new ImageCard(this.#app, image);
    if (arrived) made.show(image, { arrived });
    this.#cards.set(image.imageId, made);
    return made;
  }

  #drop(id, card) {
    card.element.remove();
    this.#cards.delete(id);
  }
}
