/** Who is signed in, as the ID token says it, and the way out. */

import { button, el } from "../dom.js";
import { moment } from "../format.js";
import { link, replace } from "../router.js";

export function accountView({ config, session }) {
  const user = session.user;
  const element = el("section", { class: "narrow" }, user ? signedIn() : signedOut());
  return { title: "Account", element };

  function signedIn() {
    const leave = async () => {
      const done = session.signOut();
      replace(link([]));
      await done;
    };
    return [
      el("h1", {}, "Account"),
      el("p", { class: "lead" }, "What your ID token says. The APIs verify its signature."),
      claims(user),
      el("div", { class: "row" }, button("Sign out", leave), toConsole(config)),
    ];
  }

  function signedOut() {
    return [
      el("h1", {}, "You are signed out"),
      el("p", { class: "lead" }, "Sign in to make groups and to add images."),
      el("a", { class: "button primary", href: link(["sign-in"]) }, "Sign in"),
    ];
  }
}

function claims({ email, sub, issuer, expiresAt }) {
  const rows = [
    ["E-mail address", email],
    ["Owner of your images (sub)", el("code", {}, sub)],
    ["Issued by", el("code", {}, issuer)],
    ["Valid until", `${moment(expiresAt)}; renewed by itself`],
  ];
  const pair = ([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  return el("dl", { class: "facts" }, rows.map(pair));
}

function toConsole({ consoleUrl }) {
  const properties = { href: consoleUrl, target: "_blank", rel: "noopener" };
  return consoleUrl && el("a", { class: "button plain", ...properties }, "Open the console");
}
