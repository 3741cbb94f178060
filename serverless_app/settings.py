"""The environment, read in one place, and every missing name reported together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from serverless_app.errors import SettingsMissing


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the template tells the functions. The name of a field in capitals is its variable's."""

    stage: str
    aws_region: str
    groups_table: str
    images_table: str
    connections_table: str
    trending_table: str
    views_stream: str
    images_bucket: str
    websocket_endpoint: str
    user_pool_issuer: str
    user_pool_client_id: str
    search_endpoint: str = ""  # empty: this deployment has no search
    aws_endpoint_url: str = ""  # set where AWS is played by something else; the SDK reads it too

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read them all. Raises SettingsMissing, which names every one that is not there."""
        environment = os.environ if environment is None else environment
        names = {field.name: field.name.upper() for field in fields(cls)}
        values = {name: environment[var] for name, var in names.items() if environment.get(var)}
        required = {name for name in names if name not in ("search_endpoint", "aws_endpoint_url")}
        missing = sorted(names[name] for name in required - values.keys())
        if missing:
            raise SettingsMissing(missing)
        return cls(**values)

    @property
    def connection_url(self) -> str:
        """Where to post to WebSocket connections: `wss://…` becomes `https://…/{stage}`.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
        """
        scheme, separator, rest = self.websocket_endpoint.partition("://")
        return f"{'http' if scheme == 'ws' else 'https'}{separator}{rest}/{self.stage}"

    @property
    def search_url(self) -> str:
        """The search domain: AWS gives a bare host, which answers on https only."""
        endpoint = self.search_endpoint
        return endpoint if "://" in endpoint or not endpoint else f"https://{endpoint}"


def trace_id() -> str | None:
    """The trace of this invocation: Lambda sets the variable anew each time."""
    header = os.environ.get("_X_AMZN_TRACE_ID", "")
    parts = dict(part.partition("=")[::2] for part in header.split(";"))
    return parts.get("Root")
