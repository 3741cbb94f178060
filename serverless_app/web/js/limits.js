/**
 * The API's limits, said before a request is made. The API checks all of them again: these save
 * a round trip and put the message where the mistake is.
 */

import { bytes } from "./format.js";

export const CONTENT_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
export const MAX_SIZE = 20_000_000;
export const GROUP_NAME = 100;
export const GROUP_DESCRIPTION = 1_000;
export const TITLE = 200;
export const DESCRIPTION = 2_000;
export const QUERY = 200;

/** Characters as JSON Schema counts them: code points, not UTF-16 units. */
function length(text) {
  return [...text].length;
}

/** Null, or what is wrong with a text of 1 to `most` characters called `what`. */
export function checkRequired(what, most) {
  return (text) => (text.trim() ? checkOptional(what, most)(text) : `${what} is missing.`);
}

/** Null, or what is wrong with a text of at most `most` characters. */
export function checkOptional(what, most) {
  return (text) => {
    const over = length(text.trim()) - most;
    return over > 0 ? `${what} is ${over} over the limit of ${most} characters.` : null;
  };
}

export const checkTitle = checkRequired("The title", TITLE);
export const checkDescription = checkOptional("The description", DESCRIPTION);

/** Null, or why a file cannot be uploaded. What is in it only the server looks at. */
export function checkFile(file) {
  if (!CONTENT_TYPES.includes(file.type)) {
    const kind = file.type || "of an unknown type";
    return `This file is ${kind}. Udagram takes JPEG, PNG, GIF and WebP.`;
  }
  if (file.size === 0) return "This file is empty.";
  if (file.size > MAX_SIZE) {
    return `This file has ${bytes(file.size)}. An image may have ${bytes(MAX_SIZE)}.`;
  }
  return null;
}

/** A title to start from: "IMG_2041-beach.JPG" → "IMG 2041 beach". */
export function titleFrom(fileName) {
  const words = fileName
    .replace(/\.[a-z0-9]{1,5}$/i, "")
    .replace(/[_\-\s]+/g, " ")
    .trim();
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return [...title].slice(0, TITLE).join("") || "Untitled";
}
