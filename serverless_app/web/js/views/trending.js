/** The ten most viewed images of this hour (UTC); a view counts within seconds, so look again. */

import { el } from "../dom.js";
import { count } from "../format.js";
import { linkHere } from "../router.js";
import { rowPicture } from "./row_picture.js";
import { empty, failed, loading } from "./states.js";

const AGAIN = 15_000;

export function trendingView(app) {
  const body = el("div", {}, loading("what is trending", 4));
  const aborter = new AbortController();
  let items = [];

  async function look() {
    try {
      items = await app.api.getTrending({ signal: aborter.signal });
      body.replaceChildren(items.length ? ranking(items) : nothing());
    } catch (error) {
      if (aborter.signal.aborted || items.length) return; // the last answer is better than none
      body.replaceChildren(failed(error, look, "Trending could not be loaded."));
    }
  }

  const timer = setInterval(() => document.hidden || look(), AGAIN);
  look();
  const lead = "The images most viewed in this hour (UTC). Opening an image is a view.";
  return {
    title: "Trending",
    element: el("section", {}, el("h1", {}, "Trending"), el("p", { class: "lead" }, lead), body),
    images: () => items,
    removed: look,
    leave: () => {
      clearInterval(timer);
      aborter.abort();
    },
  };
}

function nothing() {
  const text = "Nobody has opened an image in this hour. Open a few, then come back.";
  return empty(
    "Nothing is trending yet",
    text,
    el("a", { class: "button", href: "#/" }, "See all groups"),
  );
}

function ranking(items) {
  const most = Math.max(...items.map(({ views }) => views));
  return el(
    "ol",
    { class: "rows ranking" },
    items.map((image, index) => row(image, index, most)),
  );
}

function row(image, index, most) {
  const { imageId, title, groupName, views } = image;
  return el(
    "li",
    { "data-image-id": imageId },
    el(
      "a",
      { href: linkHere({ image: imageId }) },
      el("span", { class: "rank" }, String(index + 1)),
      rowPicture(image),
      el(
        "span",
        { class: "text" },
        el("span", { class: "name" }, title),
        el("span", { class: "meta" }, groupName),
      ),
      el("span", { class: "views" }, count(views, "view"), meter(views / most)),
    ),
  );
}

/** The number says it; the bar lets one compare. */
function meter(part) {
  return el("meter", { value: part, "aria-hidden": "true" });
}
