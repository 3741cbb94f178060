/** All groups, newest first, and the way to make one. */

import { button, el } from "../dom.js";
import { ago, moment } from "../format.js";
import { link } from "../router.js";
import { Covers } from "./covers.js";
import { createGroup } from "./create_group.js";
import { More } from "./paged.js";
import { empty, failed, loading } from "./states.js";

export function groupsView(app) {
  const covers = new Covers(app);
  const list = el("ul", { class: "grid groups" });
  const body = el("div", {}, loading("groups"));
  const aborter = new AbortController();
  let nextKey;

  const more = new More(async () => {
    const page = await app.api.getGroups({ nextKey, signal: aborter.signal });
    app.groups.add(page.items);
    nextKey = page.nextKey;
    list.append(...page.items.map((group) => card(group, covers)));
    more.show(nextKey && "Show older groups");
  });

  async function start() {
    try {
      const page = await app.api.getGroups({ signal: aborter.signal });
      app.groups.add(page.items);
      nextKey = page.nextKey;
      list.replaceChildren(...page.items.map((group) => card(group, covers)));
      more.show(nextKey && "Show older groups");
      body.replaceChildren(...(page.items.length ? [list, more.element] : [nothing()]));
    } catch (error) {
      if (aborter.signal.aborted) return;
      body.replaceChildren(failed(error, start, "The groups could not be loaded."));
    }
  }

  const nothing = () =>
    empty("No groups yet", "A group holds images around one subject. Make the first one.");

  start();
  const heading = el("div", { class: "heading" }, el("h1", {}, "Groups"), create(app));
  return {
    title: "Groups",
    element: el("section", {}, heading, body),
    leave: () => {
      aborter.abort();
      covers.leave();
    },
  };
}

/** Making a group needs somebody to own it. */
function create(app) {
  if (app.session.user) {
    return button("New group", () => createGroup(app), { look: "primary", symbol: "add" });
  }
  const href = link(["sign-in"], { then: "/" });
  return el("a", { class: "button primary", href }, "Sign in to make a group");
}

function card(group, covers) {
  const { groupId, name, description, createdAt } = group;
  const time =
    createdAt && el("time", { datetime: createdAt, title: moment(createdAt) }, ago(createdAt));
  return el(
    "li",
    {},
    el(
      "a",
      { class: "group", href: link(["groups", groupId]) },
      covers.element(groupId),
      el("span", { class: "name" }, name),
      description && el("span", { class: "meta clamp" }, description),
      time && el("span", { class: "meta" }, "Made ", time),
    ),
  );
}
