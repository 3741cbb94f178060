"""Who may call a method: IAM, a Cognito user pool, or a Lambda authorizer.

AWS page "Control and manage access to REST APIs in API Gateway".
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from serverless_app.local.gateway.call import Call, single
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.identifiers import execute_api_arn
from serverless_app.local.gateway.lambda_authorizer import Decision, ask
from serverless_app.local.gateway.parameters import one, resolve
from serverless_app.local.gateway.proxy import proxy_event
from serverless_app.local.gateway.rest_records import Authorizer
from serverless_app.local.gateway.routing import decoded
from serverless_app.local.gateway.tokens import ACCESS, PoolTokens, TokenError, claims_as_text

if TYPE_CHECKING:
    from serverless_app.local.clock import Clock
    from serverless_app.local.control_plane import ControlPlane
    from serverless_app.local.functions import LambdaService

T = TypeVar("T")
CACHE_SIZE = 1_024


class Cache(Generic[T]):
    """The latest results, each for its time to live."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], tuple[float, T]] = OrderedDict()

    def get(self, key: tuple[str, ...], now: float) -> T | None:
        """A result that is still good."""
        found = self._kept.get(key)
        return found[1] if found and found[0] > now else None

    def put(self, key: tuple[str, ...], until: float, value: T) -> None:
        """Keep a result; the oldest makes room."""
        self._kept[key] = (until, value)
        self._kept.move_to_end(key)
        if len(self._kept) > CACHE_SIZE:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


class Authorizers:
    """Decides, and remembers decisions as long as each authorizer says."""

    def __init__(
        self, *, control_plane: ControlPlane, functions: LambdaService, clock: Clock
    ) -> None:
        self._control_plane, self._functions, self._clock = control_plane, functions, clock
        self._tokens = PoolTokens(control_plane)
        self._claims: Cache[tuple[dict[str, Any], dict[str, str]]] = Cache()
        self._decisions: Cache[Decision] = Cache()

    def reset(self) -> None:
        """Forget every decision and every pool's keys."""
        self._claims.clear()
        self._decisions.clear()
        self._tokens.forget()

    async def authorize(self, call: Call) -> str | None:
        """Set `call.authorizer`; returns the API key that a Lambda authorizer chose, if it did.

        Raises GatewayError: 401 without a good token, 403 when a policy denies.
        """
        method = call.method
        assert method is not None
        if method.authorization == "NONE":
            return None
        if method.authorization == "AWS_IAM":
            self._check_signature(call)
            return None
        if method.authorizer is None:
            raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
        if method.authorization == "COGNITO_USER_POOLS":
            await self._check_token(call, method.authorizer)
            return None
        return await self._ask_function(call, method.authorizer)

    def method_arn(self, call: Call) -> str:
        """The ARN of the very request: `…:{apiId}/{stage}/GET/groups/1`."""
        rest = f"{call.stage.name}/{call.request.method}{decoded(call.path)}"
        return self._arn(call, rest)

    def _arn(self, call: Call, rest: str) -> str:
        plane = self._control_plane
        return execute_api_arn(plane.region, plane.account_id, call.api.id, rest)

    def _check_signature(self, call: Call) -> None:
        if call.header("Authorization") is None and "X-Amz-Signature=" not in call.request.query:
            raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
        refused = self._control_plane.authorize(
            call.request, "execute-api:Invoke", self.method_arn(call)
        )
        if refused is not None:
            wrong = b"ignature" in refused.body  # SignatureDoesNotMatch, InvalidSignature…
            raise GatewayError("INVALID_SIGNATURE" if wrong else "ACCESS_DENIED")

    async def _check_token(self, call: Call, authorizer: Authorizer) -> None:
        token = one(resolve(authorizer.identity_sources[0], call)) or ""
        token = token.removeprefix("Bearer ").strip()
        if not token:
            raise GatewayError("UNAUTHORIZED")
        claims, as_text = await self._verified(token, authorizer)
        assert call.method is not None
        _check_use(claims, call.method.scopes)
        call.authorizer = {"claims": as_text}

    async def _verified(
        self, token: str, authorizer: Authorizer
    ) -> tuple[dict[str, Any], dict[str, str]]:
        key, now = (authorizer.id, token), self._clock.time()
        known = self._claims.get(key, now)
        if known is not None:
            return known
        try:
            claims = await self._tokens.claims(token, authorizer.user_pools)
        except TokenError as error:
            raise GatewayError("UNAUTHORIZED", str(error)) from None
        found = (claims, claims_as_text(claims))
        self._claims.put(key, min(now + authorizer.ttl, float(claims["exp"])), found)
        return found

    async def _ask_function(self, call: Call, authorizer: Authorizer) -> str | None:
        identity = [one(resolve(source, call)) for source in authorizer.identity_sources]
        if authorizer.type == "TOKEN" or authorizer.identity_sources:
            _check_identity(identity, authorizer)
        key = (authorizer.id, *(part or "" for part in identity))
        now = self._clock.time()
        decision = self._decisions.get(key, now) if authorizer.ttl else None
        if decision is None:
            decision = await self._decide(call, authorizer, identity)
            if authorizer.ttl:
                self._decisions.put(key, now + authorizer.ttl, decision)
        call.authorizer = decision.admit(self.method_arn(call))
        return decision.usage_identifier_key

    async def _decide(
        self, call: Call, authorizer: Authorizer, identity: list[str | None]
    ) -> Decision:
        arn = self.method_arn(call)
        if authorizer.type == "TOKEN":
            event = {"type": "TOKEN", "methodArn": arn, "authorizationToken": identity[0]}
        else:
            event = request_event(call, arn)
        function = resolve_stage_variables(authorizer.function or "", call)
        source_arn = self._arn(call, f"authorizers/{authorizer.id}")
        return await ask(
            self._functions, function, event, source_arn=source_arn, trace_id=call.trace_id
        )


def _check_use(claims: dict[str, Any], scopes: tuple[str, ...]) -> None:
    """With scopes a method wants an access token that has one of them, without an ID token."""
    if not scopes:
        return
    granted = str(claims.get("scope") or "").split()
    if claims["token_use"] != ACCESS or not set(scopes) & set(granted):
        raise GatewayError("UNAUTHORIZED")


def _check_identity(identity: list[str | None], authorizer: Authorizer) -> None:
    """Without its identity sources, or with a token of another form, nobody is asked."""
    if not all(identity):
        raise GatewayError("UNAUTHORIZED")
    pattern = authorizer.identity_pattern
    if authorizer.type != "TOKEN" or not pattern:
        return
    try:
        fits = re.fullmatch(pattern, identity[0] or "")
    except re.error as error:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR") from error
    if not fits:
        raise GatewayError("UNAUTHORIZED")


def request_event(call: Call, method_arn: str) -> dict[str, Any]:
    """The event of a REQUEST authorizer: no body, and empty objects where the proxy has null."""
    event = proxy_event(call)
    for name in ("body", "isBase64Encoded"):
        del event[name]
    return {
        "type": "REQUEST",
        "methodArn": method_arn,
        **event,
        "queryStringParameters": single(call.query),
        "multiValueQueryStringParameters": call.query,
        "pathParameters": call.path_parameters,
        "stageVariables": dict(call.stage.variables),
    }


def resolve_stage_variables(text: str, call: Call) -> str:
    """`${stageVariables.name}` replaced, as URIs may have it."""
    if "${" not in text:
        return text
    return re.sub(
        r"\$\{stageVariables\.(\w+)\}", lambda m: call.stage.variables.get(m[1], ""), text
    )
