/** One image as a card: its thumbnail, or why there is none yet. Changes in place. */

import { el, icon } from "../dom.js";
import { ago, moment } from "../format.js";
import { linkHere } from "../router.js";

const OWN = "Being made ready…";
const ANOTHERS = "On its way…";

export class ImageCard {
  #app;
  #frame = el("div", { class: "frame" });
  #text = el("span", { class: "text" });
  #link = el("a", { class: "card" }, this.#frame, this.#text);
  #renewed = false;
  image;
  element = el("li", {}, this.#link);

  constructor(app, image) {
    this.#app = app;
    this.show(image);
  }

  /** Show the image as it is now; `arrived` marks what came while the reader looks. */
  show(image, { arrived = false } = {}) {
    const before = this.image;
    this.image = image;
    this.element.dataset.imageId = image.imageId;
    this.element.dataset.state = image.state;
    if (arrived) this.element.dataset.arrived = "";
    this.#link.href = linkHere({ image: image.imageId });
    this.#text.replaceChildren(...this.#words());
    const isSame = before?.state === image.state && Boolean(before?.thumbnailUrl);
    if (!isSame) this.#frame.replaceChildren(...this.#content());
  }

  /** The address keeps the list's parameters, which may have changed since. */
  relink() {
    this.#link.href = linkHere({ image: this.image.imageId });
  }

  seen() {
    delete this.element.dataset.arrived;
  }

  focus() {
    this.#link.focus();
  }

  #words() {
    const { title, uploadedAt } = this.image;
    const time = el("time", { datetime: uploadedAt, title: moment(uploadedAt) }, ago(uploadedAt));
    return [el("span", { class: "name" }, title), el("span", { class: "meta" }, time)];
  }

  #content() {
    const { state, thumbnailUrl, reason } = this.image;
    if (state === "REJECTED") {
      return [
        el("span", { class: "verdict" }, icon("failed"), el("strong", {}, "Rejected"), reason),
      ];
    }
    const preview = this.#app.uploads.of(this.image.imageId)?.preview;
    if (state === "READY" && thumbnailUrl) return [this.#thumbnail(thumbnailUrl, preview)];
    const onerror = ({ target }) => target.remove(); // no image at all: the server will say so
    const shown = preview ? [el("img", { src: preview, alt: "", class: "preview", onerror })] : [];
    return [...shown, el("span", { class: "badge" }, preview ? OWN : ANOTHERS)];
  }

  #thumbnail(src, preview) {
    const { title, description } = this.image;
    const alt = description || `Thumbnail of ${title}`;
    const picture = el("img", { src, alt, loading: preview ? "eager" : "lazy", decoding: "async" });
    picture.addEventListener("error", () => this.#renew(picture));
    return picture;
  }

  /** Its address lives for minutes only: ask for a new one, once. */
  async #renew(picture) {
    if (this.#renewed) return this.#frame.replaceChildren(icon("picture"));
    this.#renewed = true;
    try {
      picture.src = (await this.#app.api.getImage(this.image.imageId)).thumbnailUrl;
    } catch {
      this.#frame.replaceChildren(icon("picture"));
    }
  }
}
