"""What the Lambda service refuses, in the words of its API reference.

    LambdaError
    ├── InvalidParameterValue   400   ├── ResourceNotFound   404
    ├── InvalidRequestContent   400   ├── RequestTooLarge    413
    └── AccessDenied            403   └── TooManyRequests    429

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
"""

from __future__ import annotations

import json


class LambdaError(Exception):
    """A refusal: HTTP `status`, exception `code`, `message`, and who is at fault."""

    status = 500
    code = "ServiceException"
    fault = "User"

    def __init__(self, message: str, **more: str) -> None:
        super().__init__(message)
        self.message = message
        self.more = more

    def body(self) -> bytes:
        """The JSON that the API answers with."""
        told = {"Type": self.fault, "Message": self.message, "message": self.message, **self.more}
        return json.dumps(told).encode()


class InvalidParameterValue(LambdaError):
    """A parameter means nothing."""

    status, code = 400, "InvalidParameterValueException"


class InvalidRequestContent(LambdaError):
    """The payload or the client context is no JSON."""

    status, code = 400, "InvalidRequestContentException"


class AccessDenied(LambdaError):
    """No policy allows this caller to invoke the function."""

    status, code = 403, "AccessDeniedException"


class ResourceNotFound(LambdaError):
    """There is no such function, version or alias."""

    status, code = 404, "ResourceNotFoundException"


class RequestTooLarge(LambdaError):
    """The payload is over the limit of its invocation type."""

    status, code = 413, "RequestTooLargeException"


class TooManyRequests(LambdaError):
    """No execution environment is free and no further one may start."""

    status, code = 429, "TooManyRequestsException"
