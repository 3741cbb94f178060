"""The Lambda service: Runtime API, execution environments, invocations, the asynchronous queue."""

from serverless_app.local.functions.errors import (
    AccessDenied,
    InvalidParameterValue,
    InvalidRequestContent,
    LambdaError,
    RequestTooLarge,
    ResourceNotFound,
    TooManyRequests,
)
from serverless_app.local.functions.model import (
    EnvironmentView,
    Invocation,
    PendingEvent,
    Permission,
)
from serverless_app.local.functions.pool import Limits
from serverless_app.local.functions.service import LambdaService

__all__ = [
    "AccessDenied",
    "EnvironmentView",
    "InvalidParameterValue",
    "InvalidRequestContent",
    "Invocation",
    "LambdaError",
    "LambdaService",
    "Limits",
    "PendingEvent",
    "Permission",
    "RequestTooLarge",
    "ResourceNotFound",
    "TooManyRequests",
]
