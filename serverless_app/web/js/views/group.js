/**
 * One group: its images as a grid that changes while one looks, and the ways to add to them.
 * Everything that comes, by page, message or upload, goes through one Collection.
 */

import { announce, button, el } from "../dom.js";
import { Collection } from "../collection.js";
import { link } from "../router.js";
import { Gallery } from "./gallery.js";
import { GroupHeading } from "./group_heading.js";
import { ImageToolbar } from "./image_toolbar.js";
import { More } from "./paged.js";
import { empty, failed, failedLine, loading, notFound } from "./states.js";
import { takeFiles } from "./take_files.js";

const PAGE = 24;
const MOST = 100;
const SAID = {
  "image.ready": "is ready",
  "image.rejected": "was rejected",
  "image.deleted": "was deleted",
};

export function groupView(app, route, { retitle }) {
  return new GroupView(app, route, retitle);
}

class GroupView {
  #app;
  #groupId;
  #retitle;
  #parameters;
  #collection;
  #gallery;
  #heading;
  #files;
  #toolbar = new ImageToolbar();
  #body = el("div");
  #trouble = el("div");
  #more = new More(() => this.#nextPage());
  #aborter = new AbortController();
  #stops = [];
  #loading = null; // resolves to whether the list's beginning came
  title = "Group";

  constructor(app, route, retitle) {
    this.#app = app;
    this.#groupId = route.path[1];
    this.#retitle = retitle;
    this.#heading = new GroupHeading(app, this.#groupId, () => this.#files.choose());
    this.#files = takeFiles(app, () => this.#heading.group);
    this.element = el(
      "section",
      {},
      this.#heading.element,
      this.#toolbar.element,
      this.#trouble,
      this.#body,
      this.#files.element,
    );
    this.#stops.push(app.live.watch(this.#groupId, (message) => this.#heard(message)));
    this.#stops.push(this.#files.stop, this.#heading.stop);
    this.#listen(app.uploads, "change", ({ detail }) => this.#uploaded(detail));
    this.#name();
    this.update(route);
    this.#files.resume();
  }

  /** The address changed: another order or filter is another list. */
  update({ query }) {
    const { image: _, ...parameters } = Object.fromEntries(query);
    const isSame = JSON.stringify(parameters) === JSON.stringify(this.#parameters);
    if (isSame) return;
    this.#parameters = parameters;
    this.#toolbar.update(parameters);
    this.#loading = this.#start();
  }

  /** The images that the image view goes through. */
  images() {
    return this.#collection.items;
  }

  focus(imageId) {
    this.#gallery.focus(imageId);
  }

  /** The image view deleted one: no need to wait for the message. */
  removed(imageId) {
    if (this.#collection.remove(imageId)) this.#show();
  }

  leave() {
    this.#aborter.abort();
    for (const stop of this.#stops) stop();
  }

  async #start() {
    this.#aborter.abort();
    this.#aborter = new AbortController();
    this.#collection = new Collection(this.#parameters);
    this.#gallery = new Gallery(this.#app);
    this.#trouble.replaceChildren();
    this.#body.replaceChildren(loading("images"));
    const { signal } = this.#aborter;
    try {
      this.#collection.append(await this.#fetch({ limit: PAGE, signal }));
      this.#learn();
      this.#addOwn();
      this.#show();
      return true;
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return false;
    }
  }

  #failed(error) {
    const retry = () => (this.#loading = this.#start());
    const isGone = error.status === 404;
    this.#body.replaceChildren(
      isGone
        ? notFound("There is no such group.")
        : failed(error, retry, "The images could not be loaded."),
    );
    this.#toolbar.element.hidden = this.#heading.element.hidden = isGone;
  }

  #fetch(more) {
    return this.#app.api.getImages(this.#groupId, { ...this.#parameters, ...more });
  }

  async #nextPage() {
    const { nextKey } = this.#collection;
    const { signal } = this.#aborter;
    this.#collection.append(await this.#fetch({ limit: PAGE, nextKey, signal }));
    this.#show();
  }

  #heard({ type, image }) {
    if (type === "watching") return this.#catchUp();
    if (!SAID[type]) return;
    if (type === "image.deleted") this.#collection.remove(image.imageId);
    else if (!this.#collection.put(image)) return;
    announce(`${image.title} ${SAID[type]}.`);
    this.#show((each) => each.imageId === image.imageId && type === "image.ready");
  }

  /** Watching begins, or begins again: fetch what came before or between. */
  async #catchUp() {
    if (!(await this.#loading)) return;
    const { signal } = this.#aborter;
    const collection = this.#collection;
    const limit = Math.min(MOST, Math.max(PAGE, collection.items.length));
    const isOwn = (image) => Boolean(this.#app.uploads.of(image.imageId));
    try {
      const page = await this.#fetch({ limit, signal });
      if (collection !== this.#collection) return;
      const known = new Map(collection.items.map((image) => [image.imageId, image.state]));
      collection.catchUp(page, isOwn);
      this.#show((image) => image.state === "READY" && known.get(image.imageId) !== "READY");
      this.#trouble.replaceChildren();
    } catch (error) {
      if (signal.aborted) return;
      const line = new Error(`What is new could not be fetched. ${error.message}`);
      this.#trouble.replaceChildren(failedLine(line, () => this.#catchUp()));
    }
  }

  #uploaded({ group, image, state }) {
    if (group.groupId !== this.#groupId || !image || !this.#isShown()) return;
    if (state !== "sending" && state !== "waiting") return;
    if (this.#collection.find(image.imageId) || !this.#collection.put(image)) return;
    this.#show();
  }

  /** Images of this page's own uploads, which an answer under way may not know yet. */
  #addOwn() {
    for (const { image, group } of this.#app.uploads.unfinished) {
      const isHere = group.groupId === this.#groupId;
      if (image && isHere && !this.#collection.find(image.imageId)) this.#collection.put(image);
    }
  }

  #isShown() {
    return this.#body.querySelector(".loading, .failure") === null;
  }

  #show(arrived) {
    const { items, complete } = this.#collection;
    this.#toolbar.element.hidden = !items.length && !this.#isFiltered();
    if (!items.length) return this.#body.replaceChildren(this.#nothing());
    this.#gallery.show(items, arrived);
    this.#more.show(!complete && "Show more images");
    if (!this.#gallery.element.isConnected) {
      this.#body.replaceChildren(this.#gallery.element, this.#more.element);
    }
  }

  #nothing() {
    if (this.#isFiltered()) {
      const all = el(
        "a",
        { class: "button", href: link(["groups", this.#groupId]) },
        "Show all images",
      );
      return empty("No image matches", "No image of this group lies in what you asked for.", all);
    }
    if (!this.#app.session.user) return empty("No images yet", "Sign in to add the first one.");
    const choose = button("Choose images", () => this.#files.choose(), {
      look: "primary",
      symbol: "add",
    });
    return empty(
      "No images yet",
      "Drop files anywhere on this page, paste one, or choose them.",
      choose,
    );
  }

  #isFiltered() {
    const { from, to, prefix } = this.#parameters;
    return Boolean(from || to || prefix);
  }

  #learn() {
    const { groupName } = this.#collection.items[0] ?? {};
    if (groupName) this.#heading.show({ groupId: this.#groupId, name: groupName });
    this.#name();
  }

  async #name() {
    const group = await this.#app.groups.find(this.#groupId).catch(() => null);
    if (group) this.#heading.show(group);
    if (this.#heading.group.name) this.title = this.#heading.group.name;
    this.#retitle();
  }

  #listen(target, name, listener) {
    target.addEventListener(name, listener);
    this.#stops.push(() => target.removeEventListener(name, listener));
  }
}
