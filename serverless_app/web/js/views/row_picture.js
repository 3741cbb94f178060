/** The small picture at the beginning of a row; an icon for an image without a thumbnail. */

import { el, icon } from "../dom.js";

export function rowPicture({ thumbnailUrl }) {
  const frame = el("span", { class: "thumb" });
  const picture = thumbnailUrl && el("img", { src: thumbnailUrl, alt: "", loading: "lazy" });
  picture?.addEventListener("error", () => picture.replaceWith(icon("picture")));
  frame.append(picture || icon("picture"));
  return frame;
}
