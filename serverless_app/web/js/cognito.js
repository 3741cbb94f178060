/**
 * The Cognito user pool's public API, as a page calls it: JSON over POST, the operation in
 * X-Amz-Target, unsigned. (Amazon Cognito user pools API reference: SignUp, InitiateAuth, …)
 */

const TARGET = "AWSCognitoIdentityProviderService";

/** What people read for the errors that they can do something about. */
const MESSAGES = {
  NotAuthorizedException: "The e-mail address or the password is wrong.",
  UserNotFoundException: "The e-mail address or the password is wrong.",
  UserNotConfirmedException: "This address is not confirmed yet.",
  UsernameExistsException: "There is an account with this address. Sign in instead.",
  CodeMismatchException: "This is not the code. Check its six digits.",
  ExpiredCodeException: "This code has expired, or the address is confirmed. Ask for a new one.",
  LimitExceededException: "Too many attempts. Wait a while, then try again.",
  TooManyRequestsException: "Cognito takes no more requests for the moment. Try again shortly.",
  TooManyFailedAttemptsException: "Too many wrong codes. Wait a while, then ask for a new one.",
  PasswordResetRequiredException: "This account needs a new password: use “Forgot your password?”.",
};

/** A refusal by Cognito: `code` is its exception's name, `message` is for people. */
export class CognitoError extends Error {
  constructor(code, message) {
    super(MESSAGES[code] ?? message);
    Object.assign(this, { name: "CognitoError", code });
  }
}

export class Cognito {
  #url;
  #clientId;

  constructor({ cognitoUrl, userPoolClientId }) {
    this.#url = cognitoUrl;
    this.#clientId = userPoolClientId;
  }

  signUp(email, password) {
    const UserAttributes = [{ Name: "email", Value: email }];
    return this.#call("SignUp", { Username: email, Password: password, UserAttributes });
  }

  confirmSignUp(email, code) {
    return this.#call("ConfirmSignUp", { Username: email, ConfirmationCode: code });
  }

  resendConfirmationCode(email) {
    return this.#call("ResendConfirmationCode", { Username: email });
  }

  forgotPassword(email) {
    return this.#call("ForgotPassword", { Username: email });
  }

  confirmForgotPassword(email, code, password) {
    const body = { Username: email, ConfirmationCode: code, Password: password };
    return this.#call("ConfirmForgotPassword", body);
  }

  /** `{IdToken, AccessToken, RefreshToken, ExpiresIn}`. */
  signIn(email, password) {
    const AuthParameters = { USERNAME: email, PASSWORD: password };
    return this.#authenticate("USER_PASSWORD_AUTH", AuthParameters);
  }

  /** As signIn, mostly without a new refresh token. */
  refresh(refreshToken) {
    return this.#authenticate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken });
  }

  revokeToken(refreshToken) {
    return this.#call("RevokeToken", { Token: refreshToken });
  }

  async #authenticate(AuthFlow, AuthParameters) {
    const answer = await this.#call("InitiateAuth", { AuthFlow, AuthParameters });
    if (answer.AuthenticationResult) return answer.AuthenticationResult;
    throw new CognitoError(
      answer.ChallengeName,
      `This account asks for ${answer.ChallengeName}, which this page does not offer.`,
    );
  }

  async #call(operation, body) {
    const response = await fetch(this.#url, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `${TARGET}.${operation}`,
      },
      body: JSON.stringify({ ClientId: this.#clientId, ...body }),
      signal: AbortSignal.timeout(30_000),
    }).catch(() => {
      throw new CognitoError("NoAnswer", "Sign-in did not answer. Check the network connection.");
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const code = String(answer.__type ?? "")
      .split("#")
      .pop();
    const text = answer.message ?? answer.Message;
    throw new CognitoError(code, text || `Sign-in failed with status ${response.status}.`);
  }
}
