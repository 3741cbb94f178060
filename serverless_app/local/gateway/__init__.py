"""API Gateway's data plane: REST and WebSocket APIs, as stored in the control plane.

It knows nothing of the APIs that it serves. Where it differs from AWS:

- A change of an API is live at once; on AWS it waits for the next deployment.
- HTTP APIs (the other kind of version 2), caches of stages, resource policies, client
  certificates and VPC links are not played; conditions in an authorizer's policy are never met.
- An HTTP integration reaches this machine's loopback, nothing else.
- `domainName` of a REST API is the host that the client asked for; of a WebSocket API it is
  such that `{scheme}://{domainName}/{stage}` is the API's address, as on AWS.
- Account-wide quotas (10,000 requests a second, 500 new connections a second) are not counted.
- Between a WebSocket client and the gateway at most 256 KB wait; then `@connections` answers
  429 `LimitExceededException`, and a client that goes on sending without reading is cut off.
"""

from serverless_app.local.gateway.connection import Connection
from serverless_app.local.gateway.gateway import Gateway

__all__ = ["Connection", "Gateway"]
