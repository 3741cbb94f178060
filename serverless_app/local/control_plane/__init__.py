"""moto behind the laptop cloud's port: what its CloudFormation skips, what its IAM leaves

unchecked, where it is slow; one test a patch.
"""

from serverless_app.local.control_plane.model import (
    Change,
    ConnectionLost,
    Credentials,
    DeploymentFailed,
    ObjectEvent,
    StackResource,
)
from serverless_app.local.control_plane.plane import ControlPlane

__all__ = [
    "Change",
    "ConnectionLost",
    "ControlPlane",
    "Credentials",
    "DeploymentFailed",
    "ObjectEvent",
    "StackResource",
]
