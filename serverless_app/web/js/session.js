/**
 * Who is signed in. The ID token is what the APIs take; it lives for an hour and is renewed with
 * the refresh token a minute before its end. Tokens stay in this tab's sessionStorage, or in
 * localStorage when the user asks to stay signed in. The password is never kept.
 *
 * Emits "change" when somebody signs in or out, in another tab too.
 */

const KEY = "udagram.session";
const MARGIN = 60_000;

export class Session extends EventTarget {
  #cognito;
  #tokens = null;
  #renewal = null;

  constructor({ cognito }) {
    super();
    this.#cognito = cognito;
    this.#tokens = read();
    addEventListener("storage", (event) => {
      if (event.key === KEY || event.key === null) this.#adopt(read());
    });
  }

  /** `{sub, email, issuer, expiresAt}`, or null. For showing only: the APIs verify the token. */
  get user() {
    return this.#tokens && describe(this.#tokens.idToken);
  }

  /** Whether an image is this user's. */
  owns(image) {
    return Boolean(this.user) && image.owner === this.user.sub;
  }

  /** A valid ID token, renewed if need be; null when nobody is signed in. */
  async token() {
    if (!this.user) return null;
    if (this.user.expiresAt - Date.now() > MARGIN) return this.#tokens.idToken;
    return this.renew();
  }

  /** A new ID token (one renewal for all who ask meanwhile); null, and signed out, if refused. */
  renew() {
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async signIn(email, password, { remember = false } = {}) {
    const result = await this.#cognito.signIn(email, password);
    const tokens = { idToken: result.IdToken, refreshToken: result.RefreshToken };
    write(tokens, remember ? localStorage : sessionStorage);
    this.#adopt(tokens);
  }

  /** Forgets the tokens here at once, and tells Cognito to honour them no more. */
  async signOut() {
    const refreshToken = this.#tokens?.refreshToken;
    forget();
    this.#adopt(null);
    if (refreshToken) await this.#cognito.revokeToken(refreshToken).catch(() => {});
  }

  async #renew() {
    const before = this.#tokens;
    if (!before?.refreshToken) return null;
    try {
      const result = await this.#cognito.refresh(before.refreshToken);
      if (this.#tokens !== before) return this.#tokens?.idToken ?? null; // signed out meanwhile
      const refreshToken = result.RefreshToken ?? before.refreshToken;
      this.#tokens = { idToken: result.IdToken, refreshToken };
      write(this.#tokens, localStorage.getItem(KEY) ? localStorage : sessionStorage);
      return result.IdToken;
    } catch (error) {
      // Only a refusal ends the session; a network that is away for a moment does not.
      if (error.code !== "NotAuthorizedException") return null;
      forget();
      this.#adopt(null);
      return null;
    }
  }

  #adopt(tokens) {
    const before = this.user?.sub;
    this.#tokens = tokens;
    if (this.user?.sub !== before) this.dispatchEvent(new Event("change"));
  }
}

/** The claims of a JWT, unverified, or null when it is none. */
export function describe(idToken) {
  try {
    const part = idToken.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const octets = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(octets));
    const { sub, email, iss: issuer, exp } = claims;
    return { sub, email, issuer, expiresAt: exp * 1000 };
  } catch {
    return null;
  }
}

function read() {
  const text = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  try {
    const tokens = JSON.parse(text);
    return describe(tokens?.idToken) ? tokens : null;
  } catch {
    return null;
  }
}

function write(tokens, storage) {
  forget();
  storage.setItem(KEY, JSON.stringify(tokens));
}

function forget() {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}
