/**
 * What a view shows when it has nothing to show yet, or at all: loading, empty, failed, not found.
 * Each says what happened and what to do, where the content would have been.
 */

import { button, el, icon } from "../dom.js";
import { link } from "../router.js";

/** Grey frames in the places of the cards to come; CSS shows them after a moment only. */
export function loading(what, cards = 8) {
  const frames = Array.from({ length: cards }, () => el("div", { class: "skeleton" }));
  return el(
    "div",
    { class: "loading", role: "status" },
    el("span", { class: "unseen" }, `Loading ${what}…`),
    el("div", { class: "grid", "aria-hidden": "true" }, frames),
  );
}

/** Nothing there, and what to do first. */
export function empty(title, text, ...actions) {
  return nothing("h2", title, text, actions);
}

export function notFound(what = "There is no such page.") {
  const back = el("a", { class: "button", href: link([]) }, "See all groups");
  const text = "The address may be mistyped, or what it led to was deleted.";
  return nothing("h1", what, text, [back]);
}

function nothing(heading, title, text, actions) {
  return el(
    "div",
    { class: "state" },
    icon("picture"),
    el(heading, {}, title),
    el("p", {}, text),
    actions.length > 0 && el("div", { class: "row centre" }, actions),
  );
}

/** What failed, why, and a way to try again. */
export function failed(error, retry, what = "This could not be loaded.") {
  return el(
    "div",
    { class: "state failure", role: "alert" },
    icon("failed"),
    el("h2", {}, what),
    el("p", {}, error.message),
    retry && button("Try again", retry),
  );
}

/** A failure in one line, beside what is still good. */
export function failedLine(error, retry) {
  return el(
    "p",
    { class: "notice failure", role: "alert" },
    icon("failed"),
    el("span", {}, error.message),
    retry && button("Try again", retry),
  );
}
