/**
 * Groups that the page has seen. The API has no route for one group, so a page that was opened at
 * a group's address learns its name from an image, or by looking through the newest groups.
 */

const PAGE = 100;
const PAGES = 5;

export class KnownGroups {
  #api;
  #groups = new Map();

  constructor({ api }) {
    this.#api = api;
  }

  add(groups) {
    for (const group of groups) this.#groups.set(group.groupId, group);
  }

  get(groupId) {
    return this.#groups.get(groupId);
  }

  /** The group, or undefined when it is not among the newest 500. */
  async find(groupId, { signal } = {}) {
    let nextKey;
    for (let page = 0; page < PAGES && !this.get(groupId); page++) {
      const answer = await this.#api.getGroups({ limit: PAGE, nextKey, signal });
      this.add(answer.items);
      nextKey = answer.nextKey;
      if (!nextKey) break;
    }
    return this.get(groupId);
  }
}
