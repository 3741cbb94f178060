/** A group's name and description, whether the page is live, and the button that adds images. */

import { button, el, icon } from "../dom.js";
import { link } from "../router.js";

const LIVE = {
  open: "Live: new images appear by themselves",
  connecting: "Connecting for live updates…",
  waiting: "Connection lost: reconnecting. New images come when it is back.",
  off: "",
};

export class GroupHeading {
  #app;
  #name = el("h1", {}, "\u00a0");
  #description = el("p", { class: "lead" });
  #live = el("p", { class: "live" });
  group;

  constructor(app, groupId, choose) {
    this.#app = app;
    this.group = app.groups.get(groupId) ?? { groupId, name: "" };
    const back = el("a", { class: "back", href: link([]) }, icon("previous"), "Groups");
    this.element = el(
      "div",
      { class: "heading" },
      el("div", {}, back, this.#name, this.#description, this.#live),
      this.#add(choose),
    );
    const follow = () => this.#follow();
    app.live.addEventListener("state", follow);
    this.stop = () => app.live.removeEventListener("state", follow);
    this.show(this.group);
    this.#follow();
  }

  show(group) {
    this.group = { ...this.group, ...group };
    if (group.name) this.#name.textContent = group.name;
    this.#description.textContent = this.group.description ?? "";
  }

  #add(choose) {
    if (this.#app.session.user) {
      return button("Add images", choose, { look: "primary", symbol: "add" });
    }
    const href = link(["sign-in"], { then: location.hash.slice(1) });
    return el("a", { class: "button primary", href }, "Sign in to add images");
  }

  #follow() {
    const { state } = this.#app.live;
    this.#live.dataset.state = state;
    this.#live.textContent = LIVE[state];
  }
}
