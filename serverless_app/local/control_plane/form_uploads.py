"""A browser's form as an upload: multipart/form-data posted to a bucket, its file last.

S3 API reference, "POST Object" and "Browser-based uploads using POST".
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from serverless_app.local.http.messages import Request

KIND = "multipart/form-data"
# What names and proves the signer, or is done by S3 itself: nothing of the object.
NOT_STORED = ("policy", "x-amz-signature", "x-amz-credential", "x-amz-algorithm", "x-amz-date")


@dataclass(frozen=True)
class FormUpload:
    """The fields before the file, their names in lower case, and the file.

    `problem`: code and message of what is wrong with the form itself; None when nothing is.
    """

    fields: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    filename: str = ""
    problem: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        """The object's key: `${filename}` stands for the name of the user's file."""
        return self.fields.get("key", "").replace("${filename}", self.filename)

    @property
    def status(self) -> str:
        """What success is answered with, as the form asks."""
        return self.fields.get("success_action_status", "204")


MALFORMED = FormUpload(
    problem=(
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.",
    )
)
NO_FILE = ("InvalidArgument", "POST requires exactly one file upload per request.")
NO_KEY = (
    "InvalidArgument",
    "Bucket POST must contain a field named 'key'.  "
    "If it is specified, please check the order of the fields.",
)
OLD_SIGNATURE = (
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
)


def is_form(request: Request) -> bool:
    """Whether a request is a form for a bucket."""
    path = request.path.strip("/")
    kind = request.header("content-type") or ""
    return request.method == "POST" and bool(path) and "/" not in path and kind.startswith(KIND)


def parse(request: Request) -> FormUpload:
    """The upload in a form; what comes after the file is ignored, as S3 ignores it."""
    fields: dict[str, str] = {}
    try:
        for name, filename, content in _parts(request):
            if name.lower() == "file":
                return FormUpload(fields, content, filename, _problem(fields))
            fields[name.lower()] = content.decode()
    except ValueError:  # no boundary, no end, no text
        return MALFORMED
    return FormUpload(fields, problem=NO_FILE)


def _problem(fields: dict[str, str]) -> tuple[str, str] | None:
    if "key" not in fields:
        return NO_KEY
    return OLD_SIGNATURE if "awsaccesskeyid" in fields else None


def _parts(request: Request) -> Iterator[tuple[str, str, bytes]]:
    """Name, file name and content of each part. Raises ValueError where it is no form."""
    from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

    header = Message()
    header["content-type"] = request.header("content-type") or ""
    boundary = header.get_boundary()
    if not boundary:
        raise ValueError("a form without a boundary")
    decoder = MultipartDecoder(boundary.encode())
    decoder.receive_data(request.body)
    decoder.receive_data(None)
    name, filename, content = "", "", b""
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            name, content = event.name or "", b""
            filename = getattr(event, "filename", None) or ""
        elif isinstance(event, Data):
            content += event.data
            if not event.more_data:
                yield name, filename, content


def rebuilt(request: Request, upload: FormUpload) -> Request:
    """The form as moto takes it: the key spelled out, and nothing of the signature."""
    boundary = secrets.token_hex(16)
    fields = {name: text for name, text in upload.fields.items() if name not in NOT_STORED}
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in {**fields, "key": upload.key}.items()
    ]
    opening = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
    )
    body = "".join([*lines, opening]).encode() + upload.content + f"\r\n--{boundary}--\r\n".encode()
    kept = [
        (n, t) for n, t in request.headers if n.lower() not in ("content-type", "content-length")
    ]
    sent = [("Content-Type", f"{KIND}; boundary={boundary}"), ("Content-Length", str(len(body)))]
    return Request("POST", request.target, (*kept, *sent), body, request.peer)
