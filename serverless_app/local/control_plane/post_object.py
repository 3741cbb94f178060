"""POST Object: what S3 does with a form once it has been let in.

S3 API reference, "POST Object".
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote
from xml.sax.saxutils import escape

from serverless_app.local.control_plane import dispatch
from serverless_app.local.control_plane.calls import Call
from serverless_app.local.control_plane.form_uploads import FormUpload, rebuilt
from serverless_app.local.http.messages import Response

STATUSES = ("200", "201", "204")


def answer(call: Call) -> Response:
    """Store the file, and answer as the form asks: 204 without a wish, or with a wrong one."""
    assert call.upload is not None
    upload = call.upload
    if upload.status not in STATUSES:
        fields = {n: t for n, t in upload.fields.items() if n != "success_action_status"}
        upload = replace(upload, fields=fields)
    response = dispatch.dispatch(replace(call, request=rebuilt(call.request, upload)))
    if response.status >= 300:
        return response
    return _stored(call, upload, response)


def _stored(call: Call, upload: FormUpload, response: Response) -> Response:
    bucket = call.path[0]
    stored = dispatch.backend("s3").get_object(bucket, upload.key)
    location = f"http://{call.request.header('host')}/{bucket}/{quote(upload.key)}"
    headers = (*response.headers, ("ETag", stored.etag), ("Location", location))
    if upload.status != "201":
        return Response(response.status, b"", headers)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<PostResponse><Location>{escape(location)}</Location><Bucket>{bucket}</Bucket>"
        f"<Key>{escape(upload.key)}</Key><ETag>{escape(stored.etag)}</ETag></PostResponse>"
    )
    return Response(201, body.encode(), (*headers, ("Content-Type", "application/xml")))
