/** The header: where one is, the search field, and who is signed in. It outlives the views. */

import { el, icon } from "../dom.js";
import { QUERY } from "../limits.js";
import { link, replace } from "../router.js";

const TYPING = 200;
const ACCOUNT = ["account", "sign-in", "sign-up", "confirm", "forgot"];

export class Header {
  #app;
  #links;
  #input;
  #account;
  #timer;

  constructor(app, element) {
    this.#app = app;
    this.#links = [navLink("groups", "Groups", []), navLink("trending", "Trending", ["trending"])];
    this.#input = this.#searchField();
    this.#account = el("a", { class: "navlink account" });
    element.append(
      el("div", { class: "bar" }, this.#brand(), this.#navigation(), this.#search(), this.#account),
    );
    addEventListener("keydown", (event) => this.#shortcut(event));
  }

  update({ path, query }) {
    const here = path[0] ?? "groups";
    for (const each of this.#links) current(each, each.dataset.name === here);
    current(this.#account, ACCOUNT.includes(here));
    if (document.activeElement !== this.#input) {
      this.#input.value = here === "search" ? (query.get("q") ?? "") : "";
    }
    this.#showAccount(path);
  }

  #brand() {
    const mark = el("img", { src: "icon.svg", alt: "", width: 28, height: 28 });
    const home = { class: "brand", href: link([]), "aria-label": "Udagram" };
    return el("a", home, mark, el("span", {}, "Udagram"));
  }

  #navigation() {
    return el("nav", { "aria-label": "Main" }, this.#links);
  }

  #search() {
    const form = el("form", { class: "search", role: "search" }, icon("search"), this.#input);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go();
    });
    return form;
  }

  #searchField() {
    return el("input", {
      type: "search",
      name: "q",
      "aria-label": "Search images",
      placeholder: "Search images",
      autocomplete: "off",
      enterkeyhint: "search",
      maxlength: QUERY,
      oninput: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#go(), TYPING);
      },
    });
  }

  /** The first letters make a new entry in the history; those after it change that entry. */
  #go() {
    clearTimeout(this.#timer);
    const q = this.#input.value.trim();
    const address = link(["search"], { q });
    if (location.hash.startsWith("#/search")) replace(address);
    else if (q) location.hash = address;
  }

  /** "/" is where many sites have their search. */
  #shortcut(event) {
    const isTyping = event.target.closest?.("input, textarea, select, dialog");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#input.focus();
  }

  #showAccount(path) {
    const user = this.#app.session.user;
    const away = ACCOUNT.includes(path[0]) ? null : location.hash.slice(1);
    this.#account.href = user ? link(["account"]) : link(["sign-in"], { then: away });
    this.#account.title = user?.email ?? "";
    this.#account.replaceChildren(
      user ? initial(user) : icon("person"),
      el("span", {}, user ? "Account" : "Sign in"),
    );
  }
}

function navLink(name, text, path) {
  const properties = { class: "navlink", href: link(path), "data-name": name };
  return el("a", properties, icon(name), el("span", {}, text));
}

function current(anchor, isHere) {
  if (isHere) anchor.setAttribute("aria-current", "page");
  else anchor.removeAttribute("aria-current");
}

function initial({ email }) {
  return el("span", { class: "initial", "aria-hidden": "true" }, email[0].toUpperCase());
}
