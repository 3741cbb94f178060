"""IAM, once it is switched on: every call's signature, and the policies of who signed it.

moto's own check stays off: it knows neither presigned URLs nor resources of most services.
"""

from __future__ import annotations

import json
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane.calls import Call
from serverless_app.local.control_plane.dispatch import backend
from serverless_app.local.control_plane.errors import Refusal
from serverless_app.local.control_plane.model import ACCOUNT
from serverless_app.local.control_plane.policies import Ask, Verdict, decide
from serverless_app.local.control_plane.sessions import Caller
from serverless_app.local.control_plane.signatures import SignatureCheck
from serverless_app.local.control_plane.targets import targets

# Operations that AWS serves without a signature: what they need is in their parameters.
# Cognito developer guide, "Understanding API, OIDC, and managed login pages authentication".
PUBLIC = {
    "cognito-idp": frozenset(
        {
            "SignUp", "ConfirmSignUp", "ResendConfirmationCode", "InitiateAuth",
            "RespondToAuthChallenge", "ForgotPassword", "ConfirmForgotPassword", "RevokeToken",
            "GlobalSignOut", "GetUser", "ChangePassword", "UpdateUserAttributes",
            "VerifyUserAttribute", "GetUserAttributeVerificationCode", "DeleteUser",
            "DeleteUserAttributes", "AssociateSoftwareToken", "VerifySoftwareToken",
            "SetUserMFAPreference", "GetTokensFromRefreshToken",
            "GetSigningKeys", "GetOpenIdConfiguration",  # documents of a pool, not operations
        }
    ),
    "cognito-identity": frozenset({"GetId", "GetCredentialsForIdentity", "GetOpenIdToken"}),
    "sts": frozenset({"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}),
}  # fmt: skip


class Permissions:
    """Says no, or nothing."""

    def __init__(self, clock: Clock) -> None:
        self._signatures = SignatureCheck(clock)
        self.enforced = False

    def refuse(self, call: Call, caller: Caller | None) -> Refusal | None:
        """Why a call is not served; None when it is."""
        if not self.enforced or call.operation in PUBLIC.get(call.service, ()):
            return None
        refusal = self._unidentified(call, caller)
        if refusal:
            return refusal
        if call.service == "sts" and call.operation == "GetCallerIdentity":
            return None
        for action, resource in targets(call):
            refusal = self.refuse_action(call, caller, action, resource)
            if refusal:
                return refusal
        return None

    def identify(self, call: Call, caller: Caller | None) -> Refusal | None:
        """Why a signed request does not prove who sent it; None when it does."""
        return self._unidentified(call, caller) if self.enforced else None

    def refuse_action(
        self, call: Call, caller: Caller | None, action: str, resource: str
    ) -> Refusal | None:
        """Why a caller may not do one thing; None when it may."""
        if not self.enforced or (caller and caller.is_administrator):
            return None
        ask = Ask(action, resource, caller.arn if caller else "*", context_of(call, caller))
        verdict = self.verdict(caller, ask)
        if verdict == "allow":
            return None
        return Refusal("AccessDenied", denial(caller, ask, verdict))

    def verdict(self, caller: Caller | None, ask: Ask) -> Verdict:
        """Identity and resource policies together: within an account either may allow."""
        held, placed = identity_policies(caller), resource_policies(ask)
        if ask.action == "sts:AssumeRole":
            if decide(held, ask) == "allow" and decide(placed, ask) == "allow":
                return "allow"
            return None
        verdicts = (decide(held, ask), decide(placed, ask))
        if "deny" in verdicts:
            return "deny"
        return "allow" if "allow" in verdicts else None

    def _unidentified(self, call: Call, caller: Caller | None) -> Refusal | None:
        if call.access_key_id is None:
            if call.service == "s3":
                return None  # anonymous: a bucket policy may allow it
            text = "Missing Authentication Token"
            return Refusal("MissingAuthenticationToken", text)
        if caller is None:
            if call.service == "s3":
                text = "The AWS Access Key Id you provided does not exist in our records."
                return Refusal("InvalidAccessKeyId", text)
            code = "UnrecognizedClient" if call.target else "InvalidClientTokenId"
            return Refusal(code, "The security token included in the request is invalid.")
        return self._signatures.refuse(call, caller)


def denial(caller: Caller | None, ask: Ask, verdict: Verdict) -> str:
    """AWS's words (IAM user guide, "Troubleshoot access denied error messages")."""
    if caller is None:
        return "Access Denied"
    if verdict == "deny":
        why = "with an explicit deny in a policy"
    else:
        why = f"because no identity-based policy allows the {ask.action} action"
    return (
        f"User: {caller.arn} is not authorized to perform: {ask.action} "
        f"on resource: {ask.resource} {why}"
    )


def context_of(call: Call, caller: Caller | None) -> dict[str, str]:
    """The condition keys of a call.

    Loopback counts as a secure transport: buckets deny everything else, and TLS would be theatre.
    """
    context = {
        "aws:securetransport": "true",
        "aws:sourceip": call.request.peer,
        "aws:requestedregion": call.region,
    }
    if caller:
        context |= {"aws:principalarn": caller.arn, "aws:principalaccount": ACCOUNT}
    if agent := call.request.header("user-agent"):
        context["aws:useragent"] = agent
    if call.service == "s3" and "prefix" in call.query:
        context["s3:prefix"] = call.query["prefix"]
    return context


def identity_policies(caller: Caller | None) -> list[str]:
    """The inline and managed policies of a role or a user."""
    iam = backend("iam")
    if caller is None:
        return []
    if caller.role is not None:
        holder = next((r for r in iam.roles.values() if r.name == caller.role), None)
    else:
        holder = iam.users.get(caller.user)
    if holder is None:
        return []
    inline = holder.policies.values() if isinstance(holder.policies, dict) else holder.policies
    managed = [policy.document for policy in holder.managed_policies.values()]
    return [text_of(document) for document in inline] + [text_of(d) for d in managed]


def text_of(document: Any) -> str:
    """A policy as JSON text, whatever moto keeps."""
    return document if isinstance(document, str) else json.dumps(document)


def resource_policies(ask: Ask) -> list[str]:
    """The policies that are placed on a resource: bucket, queue, topic, domain, role."""
    service, name = ask.resource.split(":")[2:3] or [""], ask.resource.split(":", 5)[-1]
    found: Any = None
    if service == ["s3"]:
        bucket = backend("s3").buckets.get(name.partition("/")[0])
        found = bucket.policy.decode() if bucket and bucket.policy else None
    elif service == ["sqs"]:
        queue = backend("sqs").queues.get(name)
        found = queue.policy if queue else None
    elif service == ["sns"]:
        topic = backend("sns").topics.get(ask.resource)
        found = topic.policy if topic else None
    elif service == ["es"]:
        domain = backend("opensearch").domains.get(name.removeprefix("domain/").partition("/")[0])
        found = domain.access_policies if domain else None
    elif service == ["iam"] and ask.action == "sts:AssumeRole":
        role = next((r for r in backend("iam").roles.values() if r.arn == ask.resource), None)
        found = role.assume_role_policy_document if role else None
    return [text_of(found)] if found else []
