/**
 * Search as one types: each change of the address asks again and forgets the answer before. What
 * matched is marked as the search engine says, typos included.
 */

import { announce, el } from "../dom.js";
import { count } from "../format.js";
import { highlighted } from "../highlights.js";
import { linkHere } from "../router.js";
import { More } from "./paged.js";
import { rowPicture } from "./row_picture.js";
import { empty, failed, loading } from "./states.js";

const PAGE = 20;
const DEEPEST = 10_000; // offset + limit, as the API bounds them

export function searchView(app, route) {
  return new SearchView(app, route);
}

class SearchView {
  #app;
  #q = null;
  #items = [];
  #total = 0;
  #aborter = new AbortController();
  #summary = el("p", { class: "lead" });
  #list = el("ol", { class: "rows" });
  #body = el("div");
  #more = new More(() => this.#nextPage());
  title = "Search";

  constructor(app, route) {
    this.#app = app;
    this.element = el("section", {}, el("h1", {}, "Search"), this.#summary, this.#body);
    this.update(route);
  }

  update({ query }) {
    const q = (query.get("q") ?? "").trim();
    if (q === this.#q) return;
    this.#q = q;
    this.#aborter.abort();
    this.#aborter = new AbortController();
    this.title = q ? `${q} · Search` : "Search";
    if (q) this.#start();
    else this.#invite();
  }

  images() {
    return this.#items;
  }

  removed(imageId) {
    this.#items = this.#items.filter((image) => image.imageId !== imageId);
    this.#list.querySelector(`[data-image-id="${CSS.escape(imageId)}"]`)?.remove();
  }

  leave() {
    this.#aborter.abort();
  }

  #invite() {
    this.#items = [];
    this.#summary.textContent = "";
    const text = "Type in the field above: titles, descriptions and names of groups are searched.";
    this.#body.replaceChildren(empty("What are you looking for?", text));
  }

  async #start() {
    const { signal } = this.#aborter;
    if (!this.#items.length) this.#body.replaceChildren(loading("what was found", 4));
    try {
      const page = await this.#fetch(0, signal);
      this.#items = [];
      this.#list.replaceChildren();
      this.#take(page);
    } catch (error) {
      if (signal.aborted) return;
      this.#items = [];
      this.#summary.textContent = "";
      this.#body.replaceChildren(this.#failed(error));
    }
  }

  #fetch(offset, signal) {
    const limit = Math.min(PAGE, DEEPEST - offset);
    return this.#app.api.searchImages(this.#q, { limit, offset, signal });
  }

  async #nextPage() {
    this.#take(await this.#fetch(this.#items.length, this.#aborter.signal));
  }

  #take({ items, total }) {
    this.#items.push(...items);
    this.#total = total;
    this.#list.append(...items.map(row));
    const found = total ? `${count(total, "image")} found for “${this.#q}”` : "";
    this.#summary.textContent = found;
    announce(found || `Nothing found for ${this.#q}`);
    const end = Math.min(total, DEEPEST);
    this.#more.show(items.length > 0 && this.#items.length < end && "Show more");
    this.#body.replaceChildren(...(total ? [this.#list, this.#more.element] : [this.#nothing()]));
  }

  #nothing() {
    const text = "Try fewer or other words. A letter or two may be wrong: that is forgiven.";
    return empty(`Nothing found for “${this.#q}”`, text);
  }

  /** Left out of a deployment, it will not come back by itself. */
  #failed(error) {
    if (error.status === 501) return empty("Search is not part of this deployment", error.message);
    return failed(error, () => this.#start(), "Search did not answer.");
  }
}

function row(image) {
  const { imageId, title, description, groupName, score, highlights = {} } = image;
  const shown = (field, plain) =>
    highlights[field]?.length
      ? highlights[field].flatMap((html) => [...highlighted(html), " "])
      : (plain ?? "");
  const text = el(
    "span",
    { class: "text" },
    el("span", { class: "name" }, shown("title", title)),
    description && el("span", { class: "clamp" }, shown("description", description)),
    el("span", { class: "meta" }, shown("groupName", groupName)),
  );
  const rank =
    score != null &&
    el("span", { class: "score", title: "How well it matches" }, `score ${score.toFixed(2)}`);
  const link = el("a", { href: linkHere({ image: imageId }) }, rowPicture(image), text, rank);
  return el("li", { "data-image-id": imageId }, link);
}
