/**
 * A form whose messages stand next to what they are about. Checks run when it is sent; after that
 * a field's message goes away as soon as the field is right.
 */

import { el, icon } from "../dom.js";

let lastNumber = 0;

/** One labelled field. `check` gives null or a message; the rest are attributes of the input. */
export class Field {
  #check;
  #message;

  constructor(label, { name, check = () => null, hint, multiline, value = "", ...attributes }) {
    const id = `field-${++lastNumber}`;
    this.name = name;
    this.#check = check;
    this.#message = el("p", { class: "message", id: `${id}-message` });
    const described = hint ? `${id}-hint ${id}-message` : `${id}-message`;
    const all = { id, name, value, "aria-describedby": described, ...attributes };
    this.input = el(multiline ? "textarea" : "input", all);
    this.input.addEventListener("input", () => this.#isWrong() && this.validate());
    this.element = el(
      "div",
      { class: "field" },
      el("label", { for: id }, label),
      this.input,
      hint && el("p", { class: "hint", id: `${id}-hint` }, hint),
      this.#message,
    );
  }

  get value() {
    return this.input.type === "password" ? this.input.value : this.input.value.trim();
  }

  /** Show what is wrong, if anything is. */
  validate() {
    const message = this.#check(this.value);
    this.complain(message);
    return message === null;
  }

  complain(message) {
    this.#message.replaceChildren(...(message ? [icon("failed"), message] : []));
    if (message) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  #isWrong() {
    return this.input.hasAttribute("aria-invalid");
  }
}

/**
 * A form of fields (and of other nodes, shown in their place). `send` gets `{name: value}`; what it
 * throws is shown above the button, or at the field that `error.field` names. `fields` gives the
 * fields where they are not among the parts themselves.
 */
export function form(parts, { submit, busy, send, more = [], fields = null }) {
  const problem = el("div", { role: "alert" });
  const go = el("button", { class: "button primary", type: "submit" }, submit);
  const element = el(
    "form",
    { class: "form", novalidate: true },
    parts.map((part) => (part instanceof Field ? part.element : part)),
    problem,
    el("div", { class: "row" }, go, more),
  );
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (go.getAttribute("aria-disabled")) return;
    problem.replaceChildren();
    const all = fields?.() ?? parts.filter((part) => part instanceof Field);
    const wrong = all.filter((field) => !field.validate());
    if (wrong.length) return wrong[0].input.focus();
    await whileBusy(go, busy, async () => {
      try {
        await send(Object.fromEntries(all.map((field) => [field.name, field.value])));
      } catch (error) {
        show(error, all, problem);
      }
    });
  });
  return element;
}

function show(error, fields, problem) {
  const field = fields.find(({ name }) => name === error.field);
  if (field) {
    field.complain(error.message);
    field.input.focus();
    return;
  }
  const text = el("span", {}, error.message);
  problem.replaceChildren(el("p", { class: "notice failure" }, icon("failed"), text));
}

async function whileBusy(button, text, action) {
  const before = button.textContent;
  button.textContent = text;
  button.setAttribute("aria-disabled", "true");
  await action();
  button.textContent = before;
  button.removeAttribute("aria-disabled");
}
