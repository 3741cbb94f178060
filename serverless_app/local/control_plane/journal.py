"""What a call looks like in the trace, and what it changed in a service's control plane."""

from __future__ import annotations

import threading
from collections import Counter

from serverless_app.local.control_plane.calls import Call
from serverless_app.local.control_plane.dispatch import moto_name
from serverless_app.local.control_plane.sessions import Caller
from serverless_app.local.control_plane.targets import label
from serverless_app.local.http.messages import Response
from serverless_app.local.trace import Hop, Trace

READS = ("Get", "List", "Describe", "Head", "Query", "Scan", "BatchGet", "TransactGet", "Filter")
# Writes to the data, not to what a service is configured to do with it.
DATA_WRITES = frozenset(
    {
        "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems",
        "ExecuteStatement", "PutObject", "PostObject", "CopyObject", "DeleteObject",
        "DeleteObjects",
        "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload",
        "AbortMultipartUpload", "SendMessage", "SendMessageBatch", "ReceiveMessage",
        "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch", "PurgeQueue", "Publish", "PublishBatch", "PutRecord",
        "PutRecords", "PutEvents", "Invoke", "PutLogEvents", "CreateLogStream", "PutMetricData",
        "InitiateAuth", "RespondToAuthChallenge", "SignUp", "ConfirmSignUp", "AssumeRole",
    }
)  # fmt: skip
# What pollers ask all the time: not worth a hop when they ask in this process.
POLLS = frozenset(
    {"GetRecords", "GetShardIterator", "DescribeStream", "DescribeStreamSummary", "ListShards",
     "ReceiveMessage", "GetQueueAttributes", "GetQueueUrl"}
)  # fmt: skip


class Revisions:
    """A number a service that grows with every control-plane write."""

    def __init__(self) -> None:
        self._numbers: Counter[str] = Counter()
        self._all = 0
        self._lock = threading.Lock()

    def of(self, service: str) -> int:
        """The number of a service."""
        return self._numbers[moto_name(service)] + self._all

    def note(self, call: Call) -> None:
        """A call was answered: it may have written."""
        operation = call.operation
        if operation.startswith(READS) or operation in DATA_WRITES:
            return
        if call.service == "cloudformation":
            self.note_all()
            return
        with self._lock:
            self._numbers[moto_name(call.service)] += 1

    def note_all(self) -> None:
        """Anything may have changed."""
        with self._lock:
            self._all += 1


class Journal:
    """Writes calls into the trace."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def begin(self, call: Call, caller: Caller | None, *, in_process: bool) -> Hop | None:
        """Open a hop; None for what would only be noise."""
        if in_process and (caller is None or caller.role is None or call.operation in POLLS):
            return None
        return self._trace.begin(
            source_of(call, caller),
            call.service,
            call.operation,
            request=call.request.body,
            resource=label(call),
        )

    def end(self, hop: Hop | None, response: Response, *, refused: bool) -> None:
        """Close it."""
        if hop is None:
            return
        outcome = "refused" if refused else "ok" if response.status < 400 else "error"
        self._trace.end(hop, outcome, response.body, status=response.status)  # type: ignore[arg-type]

    def lost(self, hop: Hop | None) -> None:
        """Close it: nobody answered."""
        if hop is not None:
            self._trace.end(hop, "error", "the connection was cut")


def source_of(call: Call, caller: Caller | None) -> str:
    """Who calls: a function by its session's name, or whoever holds a presigned URL."""
    if caller and caller.session_name and not call.presigned:
        return caller.session_name
    return "browser" if is_browser(call) else "client"


def is_browser(call: Call) -> bool:
    """Whether a request comes from a page."""
    agent = call.request.header("user-agent") or ""
    return "Mozilla/" in agent or call.request.header("sec-fetch-mode") is not None
