/**
 * The REST API, one method a route. Every refusal becomes an ApiError whose message a person can
 * read, whether it came from the API, from the gateway before it, or from a broken network.
 */

const SECONDS = 30_000; // API Gateway itself gives up after 29 s
const AGAIN_AFTER = [300, 1200];

/** The answers that carry no JSON of ours, by status: 0 stands for no answer at all. */
const REFUSALS = {
  0: ["no_answer", "The API did not answer. Check the network connection and try again."],
  401: ["unauthorized", "You are signed out. Sign in and try again."],
  403: ["forbidden", "The API refused this request."],
  404: ["not_found", "The API has no such address."],
  413: ["too_large", "The request was larger than the API takes."],
  429: ["too_many_requests", "The API takes no more requests for the moment. Try again shortly."],
};

/** A refusal: `status` (0: no answer came), `code` for programs, `message` for people. */
export class ApiError extends Error {
  constructor(status, code, message, details) {
    super(message);
    Object.assign(this, { name: "ApiError", status, code, details });
  }

  /** The error for an answer of which only the status and, perhaps, a body are known. */
  static of(status, body = null) {
    const error = body?.error;
    if (error?.message) return new ApiError(status, error.code, error.message, error.details);
    const [code, text] = REFUSALS[status] ?? [
      "failed",
      `The API failed with status ${status}. Nothing was lost: try again.`,
    ];
    return new ApiError(status, code, text);
  }

  /** Likely to be gone in a second: no network, throttling, or a gateway that said only 503. */
  get isPassing() {
    const passing = this.status === 503 && ["failed", "throttled"].includes(this.code);
    return passing || [0, 429].includes(this.status);
  }
}

export class Api {
  #apiUrl;
  #session;

  constructor({ apiUrl, session }) {
    this.#apiUrl = apiUrl.replace(/\/$/, "");
    this.#session = session;
  }

  /** `{items, nextKey?}`, newest first. */
  getGroups({ limit, nextKey, signal } = {}) {
    return this.#read("/groups", { limit, nextKey }, signal);
  }

  /** The group that was made. */
  async createGroup({ name, description }) {
    return (await this.#call("POST", "/groups", { body: { name, description } })).newItem;
  }

  /** `{items, nextKey?}`: `order` newest, oldest or title; `from`, `to`, `prefix` narrow it. */
  getImages(groupId, { order, from, to, prefix, limit, nextKey, signal } = {}) {
    const query = { order, from, to, prefix, limit, nextKey };
    return this.#read(`/groups/${encodeURIComponent(groupId)}/images`, query, signal);
  }

  /** `{newItem, uploadUrl, uploadHeaders}`: a PENDING image and where its file goes. */
  createImage(groupId, body) {
    return this.#call("POST", `/groups/${encodeURIComponent(groupId)}/images`, { body });
  }

  async getImage(imageId, { signal } = {}) {
    return (await this.#read(`/images/${encodeURIComponent(imageId)}`, {}, signal)).item;
  }

  deleteImage(imageId) {
    return this.#call("DELETE", `/images/${encodeURIComponent(imageId)}`);
  }

  recordView(imageId) {
    return this.#call("POST", `/images/${encodeURIComponent(imageId)}/views`);
  }

  async getTrending({ signal } = {}) {
    return (await this.#read("/trending", {}, signal)).items;
  }

  /** `{items, total}`, best first. */
  searchImages(q, { limit, offset, signal } = {}) {
    return this.#read("/search", { q, limit, offset }, signal);
  }

  /** A GET may be repeated: it is, twice, when what stood in the way is likely to pass. */
  async #read(path, query, signal) {
    const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
    const target = given.length ? `${path}?${new URLSearchParams(given)}` : path;
    for (const wait of AGAIN_AFTER) {
      try {
        return await this.#call("GET", target, { signal });
      } catch (error) {
        if (!error.isPassing) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
      }
    }
    return this.#call("GET", target, { signal });
  }

  /** One call; an ID token that the API takes for expired is renewed, once. */
  async #call(method, path, { body, signal } = {}) {
    const token = await this.#session.token();
    try {
      return await this.#send(method, path, { body, signal, token });
    } catch (error) {
      if (error.status !== 401 || !token) throw error;
      const renewed = await this.#session.renew();
      if (!renewed) throw error;
      return this.#send(method, path, { body, signal, token: renewed });
    }
  }

  async #send(method, path, { body, signal, token }) {
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    const limit = AbortSignal.timeout(SECONDS);
    const response = await fetch(this.#apiUrl + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).catch((error) => {
      if (signal?.aborted) throw error;
      throw ApiError.of(0);
    });
    return this.#body(response);
  }

  async #body(response) {
    const text = await response.text().catch(() => "");
    let body = null;
    try {
      body = text ? JSON.parse(text) : {};
    } catch {
      // A proxy's page, or half an answer: the status says what there is to say.
    }
    if (!response.ok || body === null) throw ApiError.of(response.status, body);
    return body;
  }
}
