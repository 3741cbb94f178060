/**
 * One image over the whole page: arrow keys and swipes go on to its neighbours, Escape goes back.
 * A thumbnail stands in until the picture is there. Opening a picture records a view of it.
 */

import { button, el, icon } from "../dom.js";
import { linkHere, replace } from "../router.js";
import { deletion, imageFacts } from "./image_facts.js";

const SWIPE = 60;

export class ImageView {
  #app;
  #tellDeleted;
  #images = () => [];
  #imageId = null;
  #aborter = new AbortController();
  #unwatch = null;
  #deletion = null;
  #stage = el("div", { class: "stage" });
  #facts = el("div", { class: "facts-box" });
  #position = el("p", { class: "position" });
  #previous = this.#arrow("previous", "Previous image", -1);
  #next = this.#arrow("next", "Next image", 1);
  #close = this.#round("close", "Close", () => this.#leave());
  #dialog = el(
    "dialog",
    { class: "viewer", "aria-label": "Image" },
    el("div", { class: "top" }, this.#position, this.#close),
    this.#stage,
    this.#previous,
    this.#next,
    this.#facts,
  );
  title = "Image";

  constructor(app, deleted) {
    this.#app = app;
    this.#tellDeleted = deleted;
    document.body.append(this.#dialog);
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
    this.#dialog.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft") this.#go(-1);
      if (key === "ArrowRight") this.#go(1);
    });
    this.#followSwipes();
  }

  /** Show an image; `images` gives those that it stands among. */
  open(imageId, images) {
    this.#images = images;
    if (!this.#dialog.open) this.#dialog.showModal();
    if (imageId === this.#imageId) return;
    this.#imageId = imageId;
    this.#stop();
    this.#aborter = new AbortController();
    const known = images().find((image) => image.imageId === imageId);
    this.#stage.replaceChildren();
    this.#facts.replaceChildren();
    this.title = known?.title ?? "Image";
    if (known) this.#show(known);
    this.#load(this.#aborter.signal, known);
    this.#place();
  }

  close() {
    if (!this.#dialog.open) return;
    const last = this.#imageId;
    this.#imageId = null;
    this.#stop();
    this.#dialog.close();
    document.querySelector(`[data-image-id="${CSS.escape(last)}"] a`)?.focus();
  }

  async #load(signal, known) {
    try {
      const image = await this.#app.api.getImage(this.#imageId, { signal });
      this.#show(image);
      this.#place();
      if (image.state === "READY") this.#app.api.recordView(image.imageId).catch(() => {});
    } catch (error) {
      // Found through an index, which lags: an image made a moment ago is shown as its list has it.
      if (signal.aborted || (known && error.status === 404 && known.state === "PENDING")) return;
      this.#say("failed", "This image cannot be shown.", error.message);
    }
  }

  /** One a picture: news of it must not take the question away while its owner answers it. */
  #deletionOf(image) {
    if (this.#deletion?.imageId !== image.imageId) {
      const element = deletion(this.#app, image, () => this.#deleted(image));
      this.#deletion = { imageId: image.imageId, element };
    }
    return this.#deletion.element;
  }

  #show(image) {
    this.title = image.title;
    document.title = image.title;
    this.#dialog.setAttribute("aria-label", image.title);
    this.#facts.replaceChildren(...imageFacts(this.#app, image, this.#deletionOf(image)));
    if (image.state === "READY") return this.#picture(image);
    if (image.state === "REJECTED") return this.#say("failed", "Rejected", image.reason ?? "");
    this.#say("picture", "On its way", "The picture appears here as soon as it is there.");
    this.#unwatch ??= this.#app.live.watch(image.groupId, (message) => this.#heard(message));
  }

  /** "watching" ends the time in which its message could have been missed. */
  #heard({ type, image }) {
    if (type === "watching" || image?.imageId === this.#imageId) this.#load(this.#aborter.signal);
  }

  #stop() {
    this.#aborter.abort();
    this.#unwatch?.();
    this.#unwatch = null;
  }

  #picture(image) {
    const alt = image.description || image.title;
    const { width, height, thumbnailUrl, url } = image;
    const shown = el("img", { src: thumbnailUrl, alt, width, height, draggable: "false" });
    if (!this.#stage.querySelector("img")) this.#stage.replaceChildren(shown);
    if (!url) return;
    const full = el("img", { src: url, alt, width, height, draggable: "false" });
    const { signal } = this.#aborter;
    full.decode().then(
      () => signal.aborted || this.#stage.replaceChildren(full),
      () => signal.aborted || this.#stage.append(this.#onlyThumbnail()),
    );
  }

  #onlyThumbnail() {
    return el(
      "p",
      { class: "notice" },
      "The full picture could not be loaded; this is its thumbnail.",
    );
  }

  #say(symbol, title, text) {
    const content = [icon(symbol), el("h2", {}, title), el("p", {}, text)];
    this.#stage.replaceChildren(el("div", { class: "state" }, content));
  }

  #index() {
    return this.#images().findIndex((image) => image.imageId === this.#imageId);
  }

  #place() {
    const [index, total] = [this.#index(), this.#images().length];
    this.#position.textContent = index < 0 ? "" : `${index + 1} of ${total} shown`;
    this.#previous.hidden = index <= 0;
    this.#next.hidden = index < 0 || index >= total - 1;
    if (document.activeElement?.hidden) this.#close.focus();
  }

  #go(step) {
    const to = this.#images()[this.#index() + step];
    if (this.#index() < 0 || !to) return;
    replace(linkHere({ image: to.imageId }));
  }

  /** Back, when Back leads to the list; an address that was opened directly is replaced. */
  #leave() {
    if (history.state?.hasList) history.back();
    else replace(linkHere({ image: null }));
  }

  #deleted(image) {
    this.#tellDeleted(image);
    this.#leave();
  }

  #arrow(symbol, name, step) {
    const arrow = this.#round(symbol, name, () => this.#go(step));
    arrow.classList.add(symbol);
    return arrow;
  }

  #round(symbol, name, act) {
    return button("", act, { look: "plain round", symbol, name });
  }

  #followSwipes() {
    let start = null;
    const at = (event) => event.changedTouches[0].clientX;
    const on = (name, listener) => this.#stage.addEventListener(name, listener, { passive: true });
    on("touchstart", (event) => (start = event.touches.length === 1 ? at(event) : null));
    on("touchend", (event) => {
      const moved = start === null ? 0 : at(event) - start;
      if (Math.abs(moved) > SWIPE) this.#go(moved > 0 ? -1 : 1);
    });
  }
}
