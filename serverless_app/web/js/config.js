/**
 * `config.json` beside the page says where its cloud is: written from a stack's outputs on AWS,
 * answered by the laptop cloud on a laptop. Nothing else of the page depends on where it runs.
 */

const NEEDED = ["apiUrl", "websocketUrl", "region", "userPoolClientId", "cognitoUrl"];

/** The configuration. Throws an Error that says which names are missing, all of them at once. */
export async function loadConfig(url = "config.json") {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json beside this page answered ${response.status}.`);
  const config = await response.json().catch(() => {
    throw new Error("config.json beside this page is no JSON.");
  });
  const missing = NEEDED.filter((name) => !config[name]);
  if (missing.length) throw new Error(`config.json beside this page lacks ${missing.join(", ")}.`);
  return Object.freeze(config);
}
