"""A response as the bytes of HTTP/1.1."""

from __future__ import annotations

from http import HTTPStatus

from serverless_app.local.http.messages import Response

REASONS = {status.value: status.phrase for status in HTTPStatus}


def serialize(response: Response, head_only: bool = False, keep_alive: bool = True) -> bytes:
    """The response as HTTP/1.1 bytes. A line break inside a header's text becomes a space."""
    lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Status')}"]
    lines += [one_line(f"{name}: {value}") for name, value in response.headers]
    bodiless = response.status < 200 or response.status in (204, 304)
    # A HEAD may say how long the GET would be (S3 does: there is no body to measure here).
    said = head_only and any(name.lower() == "content-length" for name, _ in response.headers)
    if not bodiless and not said:
        lines.append(f"Content-Length: {len(response.body)}")
    if not keep_alive:
        lines.append("Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return head if bodiless or head_only else head + response.body


def one_line(text: str) -> str:
    """Header text that cannot begin another header."""
    if "\r" in text or "\n" in text or "\0" in text:
        return text.replace("\r", " ").replace("\n", " ").replace("\0", " ")
    return text
