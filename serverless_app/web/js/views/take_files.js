/**
 * The three ways to hand files to a group: choose, drop anywhere on the page, paste. All lead to
 * one dialog, in which each file gets its title before it leaves.
 */

import { el, icon } from "../dom.js";
import { CONTENT_TYPES } from "../limits.js";
import { link } from "../router.js";
import { reviewFiles } from "./review_files.js";

/** `{element, choose, resume, stop}` for one view; `group` gives the group that is shown. */
export function takeFiles(app, group) {
  const stopper = new AbortController();
  const chooser = el("input", {
    type: "file",
    multiple: true,
    accept: CONTENT_TYPES.join(","),
    hidden: true,
    "data-chooser": true,
    onchange: () => {
      take([...chooser.files]);
      chooser.value = "";
    },
  });
  const veil = el(
    "div",
    { class: "veil", hidden: true },
    icon("picture"),
    "Drop to add to this group",
  );
  const on = (name, listener) => addEventListener(name, listener, { signal: stopper.signal });

  async function take(files) {
    if (!files.length || document.querySelector("dialog[open]")) return;
    const entries = await reviewFiles(files, { isSignedIn: Boolean(app.session.user) });
    if (!entries) return;
    if (app.session.user) return app.uploads.add(group(), entries);
    app.waiting = { groupId: group().groupId, files }; // they wait while their owner signs in
    location.hash = link(["sign-in"], { then: location.hash.slice(1) });
  }

  on("dragover", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  on("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  on("drop", (event) => {
    veil.hidden = true;
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  on("paste", (event) => take([...(event.clipboardData?.files ?? [])]));

  return {
    element: el("div", {}, chooser, veil),
    choose: () => chooser.click(),
    resume: () => {
      const { waiting } = app;
      if (!app.session.user || waiting?.groupId !== group().groupId) return;
      app.waiting = null;
      take(waiting.files);
    },
    stop: () => stopper.abort(),
  };
}

function hasFiles(transfer) {
  return [...(transfer?.types ?? [])].includes("Files");
}
