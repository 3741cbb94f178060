/**
 * The part of a group's images that the page holds, in the order that the API lists them. Pages,
 * messages and refetches all end here; pure data, so that every rule can be tried alone.
 */

/** The instant of an item's sort key; the id makes it unique, as in the table's key. */
const key = (image) => `${image.uploadedAt}#${image.imageId}`;
const titleKey = (image) => `${image.title.toLowerCase()}\u0000${image.imageId}`;
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const ORDERS = {
  newest: (a, b) => compare(key(b), key(a)),
  oldest: (a, b) => compare(key(a), key(b)),
  title: (a, b) => compare(titleKey(a), titleKey(b)),
};

/** Whether the API would list an image under these parameters. */
export function matches(image, { order, from, to, prefix }) {
  if (image.state === "DELETING") return false;
  if (order === "title") return image.title.toLowerCase().startsWith((prefix ?? "").toLowerCase());
  const at = image.uploadedAt;
  return (!from || at >= from) && (!to || at.slice(0, to.length) <= to);
}

export class Collection {
  #parameters;
  #order;
  items = [];
  nextKey = undefined;
  complete = false;

  constructor(parameters) {
    this.#parameters = parameters;
    this.#order = ORDERS[parameters.order ?? "newest"];
  }

  /** Take the next page of the list. */
  append({ items, nextKey }) {
    for (const image of items) this.#place(image);
    this.nextKey = nextKey;
    this.complete = nextKey === undefined;
  }

  /**
   * Take one image as a message or a creation gave it. False when it has no place here: another
   * list's, or one that a later page will bring.
   */
  put(image) {
    if (this.find(image.imageId)) return this.#place(image);
    if (!matches(image, this.#parameters) || this.#isBeyond(image)) return false;
    return this.#place(image);
  }

  /** True when it was here. */
  remove(imageId) {
    const before = this.items.length;
    this.items = this.items.filter((image) => image.imageId !== imageId);
    return this.items.length < before;
  }

  /**
   * Take the list's beginning as it is now: what it lacks up to its last image is gone, but for
   * `keep`, which was made here and may be newer than the answer.
   */
  catchUp({ items, nextKey }, keep = () => false) {
    const fresh = new Set(items.map((image) => image.imageId));
    const last = nextKey === undefined ? null : items.at(-1);
    const isCovered = (image) => !last || this.#order(image, last) <= 0;
    this.items = this.items.filter(
      (image) => fresh.has(image.imageId) || !isCovered(image) || keep(image),
    );
    for (const image of items) this.#place(image);
    if (!last) [this.complete, this.nextKey] = [true, undefined];
  }

  find(imageId) {
    return this.items.find((image) => image.imageId === imageId);
  }

  #isBeyond(image) {
    const last = this.items.at(-1);
    return !this.complete && last !== undefined && this.#order(image, last) > 0;
  }

  #place(image) {
    this.remove(image.imageId);
    const index = this.items.findIndex((other) => this.#order(image, other) < 0);
    this.items.splice(index < 0 ? this.items.length : index, 0, image);
    return true;
  }
}
