/**
 * The dialog between choosing files and sending them: a title for each, and for each that cannot
 * be an image here the reason, before anything is sent.
 */

import { button, el, icon } from "../dom.js";
import { bytes, count } from "../format.js";
import { checkDescription, checkFile, checkTitle, titleFrom } from "../limits.js";
import { Dialog } from "./dialog.js";
import { Field, form } from "./form.js";

/** `[{file, title, description}]` of those to upload, or undefined when the user turned away. */
export async function reviewFiles(files, { isSignedIn }) {
  let rows = files.map((file) => new Row(file, (row) => drop(row)));
  const list = el(
    "ul",
    { class: "review" },
    rows.map((row) => row.element),
  );
  const element = form([list], {
    fields: () => rows.flatMap((row) => row.fields),
    submit: "Upload",
    busy: "Uploading…",
    send: async () => dialog.close(rows.filter((row) => row.isGood).map((row) => row.entry)),
    more: [button("Cancel", () => dialog.close(), { look: "plain" })],
  });
  const dialog = new Dialog(isSignedIn ? "Add images" : "Sign in to add these", element);

  function drop(row) {
    row.element.remove();
    row.release();
    rows = rows.filter((other) => other !== row);
    if (rows.length) relabel();
    else dialog.close();
  }

  function relabel() {
    const good = rows.filter((row) => row.isGood).length;
    const go = element.querySelector("[type=submit]");
    const text = isSignedIn ? `Upload ${count(good, "image")}` : "Sign in; the files wait here";
    go.textContent = good ? text : "Nothing to upload";
    go.disabled = good === 0;
  }

  relabel();
  const chosen = await dialog.closed;
  for (const row of rows) row.release();
  return chosen;
}

class Row {
  #file;
  #preview;
  #problem;
  #title;
  #description;

  constructor(file, drop) {
    this.#file = file;
    this.#problem = checkFile(file);
    const name = file.name || "pasted image";
    const remove = button("", () => drop(this), {
      look: "plain round",
      symbol: "close",
      name: `Leave out ${name}`,
    });
    this.element = el("li", {}, this.#picture(), this.#body(name), remove);
  }

  get isGood() {
    return this.#problem === null;
  }

  get fields() {
    return this.isGood ? [this.#title, this.#description] : [];
  }

  get entry() {
    return { file: this.#file, title: this.#title.value, description: this.#description.value };
  }

  release() {
    if (this.#preview) URL.revokeObjectURL(this.#preview);
  }

  #picture() {
    if (!this.isGood) return el("div", { class: "thumb" }, icon("failed"));
    this.#preview = URL.createObjectURL(this.#file);
    const picture = el("img", { src: this.#preview, alt: "" });
    picture.addEventListener("error", () => picture.replaceWith(icon("picture")));
    return el("div", { class: "thumb" }, picture);
  }

  #body(name) {
    const facts = el("p", { class: "hint" }, `${name} · ${bytes(this.#file.size)}`);
    if (!this.isGood) {
      return el("div", {}, facts, el("p", { class: "message" }, icon("failed"), this.#problem));
    }
    const value = titleFrom(this.#file.name || "Pasted image");
    this.#title = new Field("Title", {
      name: "title",
      value,
      check: checkTitle,
      autocomplete: "off",
    });
    this.#description = new Field("Description", {
      name: "description",
      check: checkDescription,
      autocomplete: "off",
    });
    const more = el("summary", {}, "Add a description");
    const folded = el("details", {}, more, this.#description.element);
    return el("div", {}, this.#title.element, facts, folded);
  }
}
