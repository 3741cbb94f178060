"""GET /status, as Lambda's proxy integration calls it."""

import json
import os
from typing import Any


def get_status(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Say which deployment answers."""
    body = {"service": "udagram", "stage": os.environ["STAGE"], "requestId": context.aws_request_id}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }
