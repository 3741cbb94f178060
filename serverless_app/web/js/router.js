/**
 * Addresses after the `#`, so that any static host serves the page: `#/groups/{groupId}?order=title`.
 * An `image` in the query opens that image above whatever the rest of the address shows.
 */

/** `{path: [...], query: URLSearchParams}` of an address; `#/` is an empty path. */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

/** An address: parameters that are empty are left out. */
export function link(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value != null && value !== "");
  const start = `#/${path.map(encodeURIComponent).join("/")}`;
  return given.length ? `${start}?${new URLSearchParams(given)}` : start;
}

/** The current address with some parameters changed; null removes one. */
export function linkHere(changes) {
  const { path, query } = parse(location.hash);
  return link(path, { ...Object.fromEntries(query), ...changes });
}

/** Go to an address in place of the current one, which Back then skips. */
export function replace(address) {
  history.replaceState(history.state, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
