/** The dialog that makes a group, and goes to it. */

import { checkOptional, checkRequired, GROUP_DESCRIPTION, GROUP_NAME } from "../limits.js";
import { link } from "../router.js";
import { Dialog } from "./dialog.js";
import { Field, form } from "./form.js";

export function createGroup({ api, groups }) {
  const fields = [
    new Field("Name", {
      name: "name",
      autocomplete: "off",
      check: checkRequired("The name", GROUP_NAME),
      hint: "A group keeps its name: it cannot be changed later.",
    }),
    new Field("Description (optional)", {
      name: "description",
      multiline: true,
      rows: 3,
      check: checkOptional("The description", GROUP_DESCRIPTION),
    }),
  ];
  const element = form(fields, {
    submit: "Make the group",
    busy: "Making…",
    send: async (values) => {
      const group = await api.createGroup(values);
      groups.add([group]);
      dialog.close();
      location.hash = link(["groups", group.groupId]);
    },
  });
  const dialog = new Dialog("New group", element);
}
