"""What the gateway refuses on its own, in AWS's words.

One kind a gateway response type, as listed on the page "Gateway response types for API Gateway":
status, `x-amzn-ErrorType`, and the default of `$context.error.message`.
"""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """The defaults of one gateway response type."""

    status: int
    error_type: str
    message: str | None


REFUSALS = {
    "ACCESS_DENIED": Refusal(
        403, "AccessDeniedException", "User is not authorized to access this resource"
    ),
    "API_CONFIGURATION_ERROR": Refusal(
        500, "InternalServerErrorException", "Internal server error"
    ),
    "AUTHORIZER_CONFIGURATION_ERROR": Refusal(500, "AuthorizerConfigurationException", None),
    "AUTHORIZER_FAILURE": Refusal(500, "AuthorizerFailureException", None),
    "BAD_REQUEST_BODY": Refusal(400, "BadRequestException", "Invalid request body"),
    "BAD_REQUEST_PARAMETERS": Refusal(400, "BadRequestException", "Bad request"),
    "INTEGRATION_FAILURE": Refusal(502, "InternalServerErrorException", "Internal server error"),
    "INTEGRATION_TIMEOUT": Refusal(
        504, "InternalServerErrorException", "Endpoint request timed out"
    ),
    "INVALID_API_KEY": Refusal(403, "ForbiddenException", "Forbidden"),
    "INVALID_SIGNATURE": Refusal(
        403,
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided.",
    ),
    "MISSING_AUTHENTICATION_TOKEN": Refusal(
        403, "MissingAuthenticationTokenException", "Missing Authentication Token"
    ),
    "QUOTA_EXCEEDED": Refusal(429, "LimitExceededException", "Limit Exceeded"),
    "REQUEST_TOO_LARGE": Refusal(413, "RequestTooLargeException", "Request Too Long"),
    "THROTTLED": Refusal(429, "TooManyRequestsException", "Too Many Requests"),
    "UNAUTHORIZED": Refusal(401, "UnauthorizedException", "Unauthorized"),
    "UNSUPPORTED_MEDIA_TYPE": Refusal(
        415, "UnsupportedMediaTypeException", "Unsupported Media Type"
    ),
}


class GatewayError(Exception):
    """A request that the gateway answers itself.

    `response_type` names the gateway response; `validation` is
    `$context.error.validationErrorString`.
    """

    def __init__(
        self,
        response_type: str,
        message: str | None = None,
        *,
        status: int | None = None,
        validation: str = "",
    ) -> None:
        refusal = REFUSALS[response_type]
        self.response_type = response_type
        self.status = status or refusal.status
        self.error_type = refusal.error_type
        self.message = refusal.message if message is None else message
        self.validation = validation
        super().__init__(self.message)
