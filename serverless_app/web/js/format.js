/** Numbers, sizes and times as people read them; in English, as the page is. */

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const FULL = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });
const NUMBER = new Intl.NumberFormat("en");
const STEPS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 hours ago"; a time ahead of this computer's clock counts as now. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  const step = STEPS.find(([, length]) => seconds >= length);
  return step ? RELATIVE.format(-Math.floor(seconds / step[1]), step[0]) : "a moment ago";
}

/** "24 November 2026 at 21:36", in the reader's time zone. */
export function moment(iso) {
  return FULL.format(new Date(iso));
}

/** "24.3 MB": decimal units, as the API's limit is. */
export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  if (count < 1_000_000) return `${Math.round(count / 1000)} KB`;
  return `${(count / 1_000_000).toFixed(1).replace(/\.0$/, "")} MB`;
}

/** "1 image", "4,000 images". */
export function count(number, one, many = `${one}s`) {
  return `${NUMBER.format(number)} ${number === 1 ? one : many}`;
}
