/**
 * The WebSocket: one for the page, open while a group is watched. A browser cannot ping and API
 * Gateway closes a connection that was idle for ten minutes, so `watch` is repeated every five;
 * it is idempotent. A lost connection comes back by itself, with a fresh token.
 *
 * A listener gets every message of its group. `watching` means: from here on nothing is missed,
 * so what happened before is to be fetched now. Emits "state" when `state` changes.
 */

const REPEAT = 5 * 60_000;
const ACKNOWLEDGE = 15_000; // a connection that answers no `watch` for so long is dead
const LINGER = 30_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

export class Live extends EventTarget {
  #url;
  #session;
  #listeners = new Map();
  #socket = null;
  #failures = 0;
  #timers = {};

  /** "off", "connecting", "open", or "waiting" (lost, until the next try). */
  state = "off";

  constructor({ websocketUrl, session }) {
    super();
    this.#url = websocketUrl;
    this.#session = session;
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    session.addEventListener("change", () => this.#restart());
  }

  /** Listen to a group; returns what stops it. */
  watch(groupId, listener) {
    const listeners = this.#listeners.get(groupId) ?? new Set();
    const first = listeners.size === 0;
    this.#listeners.set(groupId, listeners.add(listener));
    clearTimeout(this.#timers.linger);
    if (this.state === "off") this.#connect();
    else if (this.state === "open" && first) this.#ask(groupId);
    return () => this.#stop(groupId, listener);
  }

  #stop(groupId, listener) {
    const listeners = this.#listeners.get(groupId);
    if (!listeners?.delete(listener) || listeners.size) return;
    this.#listeners.delete(groupId);
    this.#send({ action: "unwatch", groupId });
    if (this.#listeners.size) return;
    clearTimeout(this.#timers.linger);
    this.#timers.linger = setTimeout(() => this.#end(), LINGER);
  }

  async #connect() {
    this.#become("connecting");
    const token = await this.#freshToken();
    if (this.state !== "connecting") return;
    const query = token ? `?token=${encodeURIComponent(token)}` : "";
    const socket = new WebSocket(this.#url + query);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = () => socket === this.#socket && this.#lost();
  }

  /** A handshake's refusal shows no status here: the second try renews, the third is anonymous. */
  async #freshToken() {
    if (this.#failures >= 2) return null;
    return this.#failures === 1 && this.#session.user
      ? this.#session.renew()
      : this.#session.token();
  }

  #opened() {
    this.#become("open");
    clearInterval(this.#timers.repeat);
    this.#timers.repeat = setInterval(() => this.#askAll(), REPEAT);
    this.#askAll();
  }

  #askAll() {
    for (const groupId of this.#listeners.keys()) this.#ask(groupId);
  }

  #ask(groupId) {
    this.#send({ action: "watch", groupId });
    const socket = this.#socket;
    clearTimeout(this.#timers.acknowledge);
    this.#timers.acknowledge = setTimeout(() => this.#giveUp(socket), ACKNOWLEDGE);
  }

  /** `close()` waits for the far end, which may be gone: do not wait with it. */
  #giveUp(socket) {
    if (socket !== this.#socket) return;
    this.#lost();
    socket.close();
  }

  #received(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return; // nothing that this API says
    }
    this.#failures = 0;
    clearTimeout(this.#timers.acknowledge);
    for (const listener of this.#listeners.get(message.groupId) ?? []) listener(message);
  }

  #lost() {
    this.#clear();
    if (!this.#listeners.size) return this.#become("off");
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    this.#become("waiting");
    this.#timers.again = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #hurry() {
    if (this.state !== "waiting") return;
    clearTimeout(this.#timers.again);
    this.#connect();
  }

  /** Another user: the connection carries the token that it was opened with. */
  #restart() {
    if (this.state === "off") return;
    const socket = this.#socket;
    this.#failures = 0;
    this.#clear();
    socket?.close();
    this.#connect();
  }

  #end() {
    const socket = this.#socket;
    this.#clear();
    socket?.close();
    this.#become("off");
  }

  #clear() {
    this.#socket = null;
    clearInterval(this.#timers.repeat);
    for (const name of ["acknowledge", "again", "linger"]) clearTimeout(this.#timers[name]);
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
