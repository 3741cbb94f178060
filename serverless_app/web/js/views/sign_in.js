/**
 * The screens of the user pool: sign in, sign up, confirm the address, choose a new password. They
 * lead into one another; the e-mail address, and until it is confirmed the password, are handed on
 * in memory, so nobody types them twice.
 */

import { el } from "../dom.js";
import { link, replace } from "../router.js";
import { Field, form } from "./form.js";

const MAIL = /^[^\s@]+@[^\s@]+$/;
const CODE = /^\d{6}$/;
const SHORTEST = 8;

export function signInView(app, route) {
  const remember = el("input", { type: "checkbox", id: "remember", checked: true });
  const element = form(
    [
      mailField(app),
      passwordField("current-password", (text) => (text ? null : "The password is missing.")),
      el("label", { class: "check" }, remember, "Stay signed in on this device"),
    ],
    {
      submit: "Sign in",
      busy: "Signing in…",
      send: async ({ email, password }) => {
        const options = { remember: remember.checked };
        await signIn(app, route, { email, password, options });
      },
    },
  );
  return screen("Sign in", element, [
    ["Create an account", onward("sign-up", route)],
    ["Forgot your password?", onward("forgot", route)],
  ]);
}

export function signUpView(app, route) {
  const element = form([mailField(app), newPasswordField()], {
    submit: "Create the account",
    busy: "Creating…",
    send: async ({ email, password }) => {
      try {
        await app.cognito.signUp(email, password);
      } catch (error) {
        throw at(error, { InvalidPasswordException: "password", UsernameExistsException: "email" });
      }
      app.flow = { email, password };
      location.hash = onward("confirm", route);
    },
  });
  return screen("Create an account", element, [["I have an account", onward("sign-in", route)]]);
}

export function confirmView(app, route) {
  const { email, password } = app.flow;
  const known = el(
    "p",
    { class: "lead" },
    "We sent a code to ",
    el("strong", {}, email ?? ""),
    ".",
  );
  const element = form([email ? known : mailField(app), codeField(), whereTheCodeIs(app)], {
    submit: "Confirm",
    busy: "Confirming…",
    send: async (values) => {
      const address = email ?? values.email;
      await app.cognito.confirmSignUp(address, values.code).catch((error) => {
        throw at(error, { CodeMismatchException: "code", ExpiredCodeException: "code" });
      });
      app.flow = { email: address };
      if (password) await signIn(app, route, { email: address, password });
      else location.hash = onward("sign-in", route);
    },
    more: [resend(() => app.cognito.resendConfirmationCode(email ?? addressIn(element)))],
  });
  return screen("Confirm your address", element, [["Back to sign in", onward("sign-in", route)]]);
}

/** Two steps on one screen: ask for a code, then choose a password with it. */
export function forgotView(app, route) {
  const box = el("div");
  const ask = form([mailField(app)], {
    submit: "Send a code",
    busy: "Sending…",
    send: async ({ email }) => {
      await app.cognito.forgotPassword(email);
      app.flow = { email };
      box.replaceChildren(chooseForm(app, route, email));
      box.querySelector("input").focus();
    },
  });
  box.append(ask);
  return screen("Choose a new password", box, [["Back to sign in", onward("sign-in", route)]]);
}

function chooseForm(app, route, email) {
  const sent = el("p", { class: "lead" }, "We sent a code to ", el("strong", {}, email), ".");
  return form([sent, codeField(), whereTheCodeIs(app), newPasswordField()], {
    submit: "Set the password",
    busy: "Setting…",
    send: async ({ code, password }) => {
      await app.cognito.confirmForgotPassword(email, code, password).catch((error) => {
        throw at(error, {
          CodeMismatchException: "code",
          ExpiredCodeException: "code",
          InvalidPasswordException: "password",
        });
      });
      await signIn(app, route, { email, password });
    },
    more: [resend(() => app.cognito.forgotPassword(email))],
  });
}

async function signIn(app, route, { email, password, options }) {
  try {
    await app.session.signIn(email, password, options);
  } catch (error) {
    if (error.code !== "UserNotConfirmedException") throw error;
    await app.cognito.resendConfirmationCode(email);
    app.flow = { email, password };
    location.hash = onward("confirm", route);
    return;
  }
  app.flow = {};
  replace(`#${route.query.get("then") || "/"}`);
}

function screen(title, content, links) {
  const anchors = links.map(([text, href]) => el("a", { href }, text));
  const card = [el("h1", {}, title), content, el("p", { class: "links" }, anchors)];
  return { title, element: el("section", { class: "narrow" }, card), ignoresSession: true };
}

function onward(name, route) {
  return link([name], { then: route.query.get("then") });
}

function mailField(app) {
  return new Field("E-mail address", {
    name: "email",
    type: "email",
    autocomplete: "username",
    value: app.flow.email,
    check: (text) => (MAIL.test(text) ? null : "This is no e-mail address."),
  });
}

function passwordField(autocomplete, check, hint) {
  return new Field("Password", { name: "password", type: "password", autocomplete, check, hint });
}

/** The pool's policy has the last word; this is what every policy asks for. */
function newPasswordField() {
  const short = `A password has at least ${SHORTEST} characters.`;
  const hint = `At least ${SHORTEST} characters, among them a small letter and a digit.`;
  return passwordField("new-password", (text) => (text.length < SHORTEST ? short : null), hint);
}

function codeField() {
  return new Field("Code", {
    name: "code",
    class: "code",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    check: (text) => (CODE.test(text) ? null : "The code has six digits."),
  });
}

function whereTheCodeIs({ config }) {
  if (!config.consoleUrl) return "";
  const properties = { href: config.consoleUrl, target: "_blank", rel: "noopener" };
  return el("p", {}, el("a", properties, "On a laptop the code appears in the console"));
}

function resend(ask) {
  const said = el("span", { role: "status", class: "hint" });
  const again = el("button", { class: "button plain", type: "button" }, "Send a new code");
  again.addEventListener("click", async () => {
    said.textContent = await ask().then(
      () => "A new code is on its way.",
      (error) => error.message,
    );
  });
  return [again, said];
}

function addressIn(element) {
  return element.querySelector("input[name=email]").value.trim();
}

function at(error, fields) {
  return Object.assign(error, { field: fields[error.code] });
}
