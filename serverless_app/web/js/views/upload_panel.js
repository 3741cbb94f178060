/** The uploads in a corner of the page: each file's way, step by step, while one goes on looking. */

import { announce, button, el, icon } from "../dom.js";
import { bytes, count } from "../format.js";
import { link } from "../router.js";
import { ENDED } from "../uploads.js";

const STEPS = {
  queued: () => "Waiting for its turn",
  asking: () => "Asking for an address to send it to…",
  sending: ({ progress, file }) =>
    `Sending: ${Math.round(progress * 100)} % of ${bytes(file.size)}`,
  waiting: () => "Arrived. Its thumbnail is being made…",
  ready: () => "Ready",
  rejected: ({ image }) => `Rejected. ${image.reason ?? "The file is no image."}`,
  failed: ({ error }) => `${error.message} The file is still here: try again.`,
};

export class UploadPanel {
  #uploads;
  #rows = new Map();
  #list = el("ul");
  #summary = el("span");
  #fold;
  #clear;
  #box;

  constructor({ uploads }, element) {
    this.#uploads = uploads;
    this.#fold = button("", () => this.#toggle(), {
      look: "plain round",
      symbol: "fold",
      name: "Fold the list of uploads",
      "aria-expanded": "true",
    });
    this.#clear = button("Clear", () => uploads.forgetEnded(), { look: "plain" });
    const heading = el(
      "div",
      { class: "heading" },
      el("h2", {}, this.#summary),
      this.#clear,
      this.#fold,
    );
    this.#box = el("div", { class: "uploads", hidden: true }, heading, this.#list);
    element.append(this.#box);
    uploads.addEventListener("change", ({ detail }) => this.#show(detail));
    addEventListener("beforeunload", (event) => {
      if (uploads.unfinished.some(({ state }) => state !== "waiting")) event.preventDefault();
    });
  }

  #show(upload) {
    this.#box.hidden = this.#uploads.list.length === 0;
    for (const one of this.#uploads.list) if (!this.#rows.has(one)) this.#add(one);
    const row = this.#rows.get(upload);
    if (!this.#uploads.list.includes(upload)) {
      row?.element.remove();
      this.#rows.delete(upload);
    } else row.show();
    const left = this.#uploads.unfinished.length;
    this.#clear.hidden = left === this.#uploads.list.length;
    this.#summary.textContent = left ? `Uploading ${count(left, "image")}` : "Uploads are done";
  }

  #add(upload) {
    const row = new Row(upload, this.#uploads);
    this.#rows.set(upload, row);
    this.#list.append(row.element);
  }

  #toggle() {
    const isOpen = this.#list.hidden;
    this.#list.hidden = !isOpen;
    this.#fold.setAttribute("aria-expanded", String(isOpen));
  }
}

/** The way of an upload, in the colours of its services. */
const WAY = [
  ["entrance", "API"],
  ["storage", "S3"],
  ["compute", "Lambda"],
  ["messaging", "WebSocket"],
];
const REACHED = { queued: -1, asking: 0, sending: 1, waiting: 2, rejected: 4, ready: 4 };

class Row {
  #upload;
  #uploads;
  #state;
  #bar = el("progress", { max: 1, value: 0 });
  #way = WAY.map(([service, text]) => el("li", { "data-service": service }, el("span", {}, text)));
  #step = el("p", { class: "step" });
  #actions = el("div", { class: "actions" });

  constructor(upload, uploads) {
    this.#upload = upload;
    this.#uploads = uploads;
    this.#way[1].prepend(this.#bar);
    const picture = el("img", { src: upload.preview, alt: "" });
    picture.addEventListener("error", () => picture.replaceWith(icon("picture")));
    const href = link(["groups", upload.group.groupId]);
    const name = el("a", { class: "name", href, title: upload.group.name }, upload.title);
    this.element = el(
      "li",
      {},
      el("div", { class: "thumb" }, picture),
      el("div", {}, name, el("ol", { class: "way", "aria-hidden": "true" }, this.#way), this.#step),
      this.#actions,
    );
    this.show();
  }

  show() {
    const { state, progress } = this.#upload;
    this.#bar.value = progress;
    const text = STEPS[state](this.#upload);
    if (state !== this.#state || state === "sending") this.#say(text);
    if (state === this.#state) return;
    this.#state = state;
    this.element.dataset.state = state;
    this.#follow(state);
    this.#actions.replaceChildren(...this.#buttons(state));
    if (ENDED.has(state)) announce(`${this.#upload.title}: ${text}`);
  }

  /** The services that the file has passed, in the order of its way. */
  #follow(state) {
    const reached = REACHED[state];
    if (reached === undefined) return;
    this.#way.forEach((step, index) => {
      step.dataset.is = index < reached ? "past" : index === reached ? "now" : "ahead";
    });
  }

  #say(text) {
    const symbol = { ready: "done", rejected: "failed", failed: "failed" }[this.#upload.state];
    this.#step.replaceChildren(...(symbol ? [icon(symbol)] : []), text);
  }

  #buttons(state) {
    const { title } = this.#upload;
    const again = () => this.#uploads.retry(this.#upload);
    if (state === "failed") return [button("Try again", again), this.#leave(`Give up ${title}`)];
    if (ENDED.has(state)) return [this.#leave(`Take ${title} off the list`, "forget")];
    return [this.#leave(`Cancel ${title}`)];
  }

  #leave(name, verb = "cancel") {
    const leave = () => this.#uploads[verb](this.#upload);
    return button("", leave, { look: "plain round", symbol: "close", name });
  }
}
