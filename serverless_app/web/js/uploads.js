/**
 * The uploads of this page, three at a time. Each goes the way of an upload: createImage gives a
 * PENDING image and an address, the file goes there, and the WebSocket says what became of it.
 *
 * Emits "change" with `detail` = the Upload whose state, progress or image has changed.
 */

import { put } from "./put.js";

const AT_ONCE = 3;
const LOOK_AFTER = [5_000, 10_000, 20_000, 40_000, 60_000]; // in case no message comes

/** States in which an upload needs nothing more. */
export const ENDED = new Set(["ready", "rejected", "failed"]);

let lastNumber = 0;

/** One file on its way: queued → asking → sending → waiting → ready | rejected, or failed. */
export class Upload {
  constructor({ group, file, title, description }) {
    Object.assign(this, { group, file, title, description });
    this.number = ++lastNumber;
    this.preview = URL.createObjectURL(file);
    this.begin();
  }

  begin() {
    Object.assign(this, { state: "queued", progress: 0, image: null, error: null });
    this.canceller = new AbortController();
  }
}

export class Uploads extends EventTarget {
  #api;
  #live;
  #running = 0;
  #watches = new Map();
  list = [];

  constructor({ api, live }) {
    super();
    this.#api = api;
    this.#live = live;
  }

  get unfinished() {
    return this.list.filter((upload) => !ENDED.has(upload.state));
  }

  /** The upload of an image that was made on this page, if it is still listed. */
  of(imageId) {
    return this.list.find((upload) => upload.image?.imageId === imageId);
  }

  add(group, entries) {
    for (const entry of entries) this.list.push(new Upload({ group, ...entry }));
    this.#pump();
  }

  /** Begin a failed one again, with an image and an address of its own. */
  retry(upload) {
    this.#discard(upload.image);
    upload.begin();
    this.#changed(upload);
    this.#pump();
  }

  /** Stop one and take it off the list; a half-made image is deleted. */
  cancel(upload) {
    upload.canceller.abort();
    if (upload.state !== "ready") this.#discard(upload.image);
    this.forget(upload);
  }

  forget(upload) {
    this.list = this.list.filter((one) => one !== upload);
    this.#release(upload);
    URL.revokeObjectURL(upload.preview);
    this.#changed(upload);
  }

  forgetEnded() {
    for (const upload of this.list.filter((one) => ENDED.has(one.state))) this.forget(upload);
  }

  #pump() {
    const next = this.list.find((upload) => upload.state === "queued");
    if (!next || this.#running >= AT_ONCE) return;
    this.#running += 1;
    this.#run(next).finally(() => {
      this.#running -= 1;
      this.#pump();
    });
    this.#pump();
  }

  async #run(upload) {
    const { signal } = upload.canceller;
    try {
      this.#become(upload, "asking");
      const created = await this.#api.createImage(upload.group.groupId, bodyOf(upload));
      upload.image = created.newItem;
      if (signal.aborted) return this.#discard(upload.image);
      this.#watch(upload);
      this.#become(upload, "sending");
      await put(upload.file, created.uploadUrl, created.uploadHeaders, {
        signal,
        onProgress: (part) => this.#progress(upload, part),
      });
      if (upload.state === "sending") this.#become(upload, "waiting");
      this.#look(upload);
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(upload, error);
    }
  }

  #progress(upload, part) {
    upload.progress = part;
    this.#changed(upload);
  }

  #watch(upload) {
    const stop = this.#live.watch(upload.group.groupId, ({ image }) => this.#settle(upload, image));
    this.#watches.set(upload, stop);
  }

  /** The message may be lost with its connection: look, less and less often. */
  async #look(upload) {
    for (const wait of LOOK_AFTER) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (upload.state !== "waiting" || !this.list.includes(upload)) return;
      const image = await this.#api.getImage(upload.image.imageId).catch(() => null);
      this.#settle(upload, image);
    }
  }

  #settle(upload, image) {
    if (!image || image.imageId !== upload.image?.imageId) return;
    if (image.state === "READY") this.#end(upload, "ready", image);
    if (image.state === "REJECTED") this.#end(upload, "rejected", image);
  }

  #end(upload, state, image) {
    upload.image = image;
    this.#release(upload);
    this.#become(upload, state);
  }

  #fail(upload, error) {
    upload.error = error;
    this.#release(upload);
    this.#become(upload, "failed");
  }

  #release(upload) {
    this.#watches.get(upload)?.();
    this.#watches.delete(upload);
  }

  /** What cannot be deleted now is swept up by the application two hours later. */
  #discard(image) {
    if (image) this.#api.deleteImage(image.imageId).catch(() => {});
  }

  #become(upload, state) {
    upload.state = state;
    this.#changed(upload);
  }

  #changed(upload) {
    this.dispatchEvent(new CustomEvent("change", { detail: upload }));
  }
}

function bodyOf({ file, title, description }) {
  const body = { title, contentType: file.type, size: file.size };
  return description ? { ...body, description } : body;
}
