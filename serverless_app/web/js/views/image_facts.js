/** What is known of an image, below its picture; for its owner, the way to delete it. */

import { button, el } from "../dom.js";
import { ago, bytes, moment } from "../format.js";
import { link } from "../router.js";
import { failedLine } from "./states.js";

const KINDS = {
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/gif": "GIF",
  "image/webp": "WebP",
};

/** Nodes for one image, with the way to delete it (see `deletion`) for its owner. */
export function imageFacts(app, image, wayToDelete) {
  const { title, description, groupId, groupName, uploadedAt, width, height } = image;
  const facts = [
    width && `${width} × ${height}`,
    KINDS[image.contentType],
    image.size && bytes(image.size),
  ];
  const when = el("time", { datetime: uploadedAt, title: moment(uploadedAt) }, ago(uploadedAt));
  const group = el("a", { href: link(["groups", groupId]) }, groupName ?? "its group");
  const by = app.session.owns(image) ? "You added it " : "Added ";
  return [
    el("h2", {}, title),
    description && el("p", {}, description),
    el(
      "p",
      { class: "meta" },
      by,
      when,
      " to ",
      group,
      el("br"),
      facts.filter(Boolean).join(" · "),
    ),
    app.session.owns(image) && wayToDelete,
  ].filter(Boolean);
}

/** The way to delete an image; `deleted` is called when it is gone. */
export function deletion(app, image, deleted) {
  return new Deletion(app, image, deleted).element;
}

/** Asks once more in place, for what is deleted stays deleted. */
class Deletion {
  element = el("div", { class: "deletion" });
  #app;
  #image;
  #deleted;

  constructor(app, image, deleted) {
    this.#app = app;
    this.#image = image;
    this.#deleted = deleted;
    this.#offer();
  }

  #offer() {
    const ask = button("Delete", () => this.#ask(), { look: "plain", symbol: "remove" });
    this.element.replaceChildren(ask);
    return ask;
  }

  #ask() {
    const yes = button("Delete for good", () => this.#do(yes), { look: "danger" });
    const no = button("Keep it", () => this.#offer().focus(), { look: "plain" });
    this.element.replaceChildren(yes, no);
    no.focus();
  }

  async #do(yes) {
    yes.setAttribute("aria-disabled", "true");
    yes.textContent = "Deleting…";
    try {
      await this.#app.api.deleteImage(this.#image.imageId);
    } catch (error) {
      if (error.status !== 404) return this.element.replaceChildren(this.#failed(error));
    }
    this.#deleted();
  }

  #failed(error) {
    const text = new Error(`The image is still there. ${error.message}`);
    return failedLine(text, () => this.#ask());
  }
}
