"""API Gateway's data plane: REST and WebSocket APIs, as stored in the control plane."""

from serverless_app.local.gateway.connection import Connection
from serverless_app.local.gateway.gateway import Gateway

__all__ = ["Connection", "Gateway"]
