"""What happens by the clock."""

from __future__ import annotations

from dataclasses import asdict

from serverless_app import operations
from serverless_app.handlers.edges import Event, Json, invoked
from serverless_app.wiring import App


@invoked
def sweep_uploads(_: Event, app: App) -> Json:
    """Once an hour: what was left unfinished is finished or removed."""
    swept = operations.sweep_uploads(
        images=app.images,
        uploads=app.uploads,
        telemetry=app.telemetry,
        system=app.system,
        remaining_ms=app.remaining_ms,
    )
    return asdict(swept)
