/**
 * Up to three pictures on a group's card. The API lists groups without pictures, so a card that
 * comes into view asks for its group's newest images: one request at a time, once a visit.
 */

import { el, icon } from "../dom.js";

const PICTURES = 3;
const LOOKED_AT = 6; // the newest may be without a picture yet

export class Covers {
  #api;
  #known = new Map();
  #waiting = [];
  #isRunning = false;
  #observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "100px" });

  constructor({ api }) {
    this.#api = api;
  }

  /** The place for a group's pictures. */
  element(groupId) {
    const cover = el("div", { class: "cover", "data-group-id": groupId });
    if (this.#known.has(groupId)) this.#fill(cover, this.#known.get(groupId));
    else this.#observer.observe(cover);
    return cover;
  }

  leave() {
    this.#observer.disconnect();
    this.#waiting = [];
  }

  #seen(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#observer.unobserve(target);
      this.#waiting.push(target);
    }
    this.#run();
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length) await this.#ask(this.#waiting.shift());
    this.#isRunning = false;
  }

  /** A cover is an ornament: when it cannot be had, the card says so by staying plain. */
  async #ask(cover) {
    const { groupId } = cover.dataset;
    const page = await this.#api.getImages(groupId, { limit: LOOKED_AT }).catch(() => null);
    if (!page) return this.#fill(cover, [], "");
    const urls = page.items
      .map((image) => image.thumbnailUrl)
      .filter(Boolean)
      .slice(0, PICTURES);
    this.#known.set(groupId, urls);
    this.#fill(cover, urls);
  }

  #fill(cover, urls, text = "No images yet") {
    cover.dataset.pictures = urls.length;
    const pictures = urls.map((src) => el("img", { src, alt: "", loading: "lazy" }));
    cover.replaceChildren(...(urls.length ? pictures : [icon("picture"), text]));
  }
}
