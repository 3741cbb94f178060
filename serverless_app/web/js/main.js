/** The page's start: reads where its cloud is, joins the modules, and shows what the address says. */

import { Api } from "./api.js";
import { Cognito } from "./cognito.js";
import { loadConfig } from "./config.js";
import { KnownGroups } from "./known_groups.js";
import { Live } from "./live.js";
import { parse } from "./router.js";
import { Session } from "./session.js";
import { Uploads } from "./uploads.js";
import { accountView } from "./views/account.js";
import { confirmView, forgotView, signInView, signUpView } from "./views/sign_in.js";
import { groupView } from "./views/group.js";
import { groupsView } from "./views/groups.js";
import { Header } from "./views/header.js";
import { ImageView } from "./views/image_view.js";
import { searchView } from "./views/search.js";
import { failed, notFound } from "./views/states.js";
import { trendingView } from "./views/trending.js";
import { UploadPanel } from "./views/upload_panel.js";

const VIEWS = {
  "": groupsView,
  groups: groupView,
  trending: trendingView,
  search: searchView,
  account: accountView,
  "sign-in": signInView,
  "sign-up": signUpView,
  confirm: confirmView,
  forgot: forgotView,
};

const main = document.getElementById("main");

/**
 * What the views share: the modules that keep something, what the sign-up screens hand on (`flow`),
 * and the files that wait for a sign-in (`waiting`).
 */
function join(config) {
  const cognito = new Cognito(config);
  const session = new Session({ cognito });
  const api = new Api({ apiUrl: config.apiUrl, session });
  const live = new Live({ websocketUrl: config.websocketUrl, session });
  const groups = new KnownGroups({ api });
  const uploads = new Uploads({ api, live });
  return { config, cognito, session, api, live, groups, uploads, flow: {}, waiting: null };
}

/** Shows views, one after the other: a view is `{title, element, update?, images?, leave?}`. */
class Page {
  #app;
  #header;
  #imageView;
  #view = null;
  #shown = null;
  #image; // undefined until the first address was shown

  constructor(app) {
    this.#app = app;
    this.#header = new Header(app, document.getElementById("header"));
    this.#imageView = new ImageView(app, ({ imageId }) => this.#view.removed?.(imageId));
    new UploadPanel(app, document.getElementById("uploads"));
    addEventListener("hashchange", () => this.show());
    app.session.addEventListener("change", () => this.#rebuild());
  }

  show() {
    const route = parse(location.hash);
    const name = route.path.join("/");
    if (name !== this.#shown) this.#enter(name, route);
    else this.#view.update?.(route);
    this.#header.update(route);
    const imageId = route.query.get("image");
    if (imageId && this.#image === null) history.replaceState({ hasList: true }, "");
    this.#image = imageId;
    if (imageId) this.#imageView.open(imageId, () => this.#view.images?.() ?? []);
    else this.#imageView.close();
    document.title = (imageId && this.#imageView.title) || this.#title();
  }

  #title() {
    return this.#view.title ? `${this.#view.title} · Udagram` : "Udagram";
  }

  #enter(name, route) {
    const moved = this.#shown !== null;
    this.#view?.leave?.();
    this.#shown = name;
    this.#view = this.#make(route);
    main.replaceChildren(this.#view.element);
    if (!moved) return;
    scrollTo(0, 0);
    if (name !== "search") main.focus({ preventScroll: true });
  }

  #make(route) {
    const [name = "", ...rest] = route.path;
    const view = rest.length === (name === "groups" ? 1 : 0) && VIEWS[name];
    const retitle = () => this.#retitle();
    return view ? view(this.#app, route, { retitle }) : { title: "Not found", element: notFound() };
  }

  #retitle() {
    if (!parse(location.hash).query.get("image")) document.title = this.#title();
  }

  /** Somebody signed in or out: what is shown may differ now, but a form keeps its place. */
  #rebuild() {
    this.#header.update(parse(location.hash));
    if (this.#view.ignoresSession) return;
    this.#shown = null;
    this.show();
  }
}

try {
  const page = new Page(join(await loadConfig()));
  page.show();
} catch (error) {
  const what = "The page does not know where its cloud is.";
  main.replaceChildren(failed(error, () => location.reload(), what));
}
