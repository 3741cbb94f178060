"""moto behind the laptop cloud's port, made to keep AWS's promises; one test a patch.

A request on its way: `calls` says which API it is for, `signatures`, `policies`, `targets` and
`permissions` whether it may, `faults` whether it is struck, `dispatch` hands it to moto, `cors`
and `journal` finish it; `endpoint` is the way itself, under `locks`. `plane` is the front door. A
form that a browser posts into a bucket takes the same way (`form_uploads`, `post_policies`,
`post_object`).

What moto does differently from AWS is mended in the module of its name: `cloudformation/`,
`stack_failures`, `cognito`, `codes`, `cognito_tokens`, `dynamodb_streams`, `kinesis`; `hooks` and
`deliveries` tell of writes instead of pushing them; `speed/` is for the clock on the wall;
`snapshots` makes a reset a matter of milliseconds. `patches` puts it all in place, once.

What stays different: resources that exist by name only (`cloudformation/named_only`); a stack
update does not follow a replaced resource into those that refer to it; IAM knows no permission
boundaries, session policies or policy variables; items past their time to live stay; SNS delivers
to queues and functions alone; of AWS's many constraints `constraints` knows those that lessons and
templates meet.
"""

from serverless_app.local.control_plane.model import (
    Change,
    ConfirmationCode,
    ConnectionLost,
    Credentials,
    DeploymentFailed,
    ObjectEvent,
    StackResource,
)
from serverless_app.local.control_plane.plane import ControlPlane

__all__ = [
    "Change",
    "ConfirmationCode",
    "ConnectionLost",
    "ControlPlane",
    "Credentials",
    "DeploymentFailed",
    "ObjectEvent",
    "StackResource",
]
