"""Everything that is changed in moto 5.2.5, put in place once a process.

Outside a control plane (a lesson's `mock_aws`) each patch is inert, or makes moto more correct.
"""

from __future__ import annotations

from serverless_app.local.control_plane import (
    cognito,
    constraints,
    dynamodb_streams,
    hooks,
    kinesis,
    snapshots,
    speed,
    stack_failures,
)

_installed = False


def install() -> None:
    """Patch moto; a second call does nothing."""
    global _installed
    if _installed:
        return
    _installed = True
    modules = (speed, hooks, constraints, stack_failures, cognito, dynamodb_streams, kinesis)
    for module in (*modules, snapshots):
        module.install()
