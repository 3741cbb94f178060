"""Files of one folder, as a static host serves them."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from urllib.parse import unquote

from serverless_app.local.http.messages import Request, Response

TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webp": "image/webp"}
SAFETY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)


class StaticFiles:
    """Serves `root`: a folder's `index.html`, nothing outside of it, 304 when nothing changed."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def answer(self, request: Request, path: str) -> Response:
        """The file at a percent-encoded path below the root: 200, 304, 404, or 405."""
        if request.method not in ("GET", "HEAD"):
            return Response(405, b"Method not allowed", (("Allow", "GET, HEAD"),))
        file = self._find(unquote(path))
        if file is None:
            return Response(404, b"Not found", (("Content-Type", "text/plain"),))
        body = file.read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = (("Content-Type", content_type(file)), ("ETag", tag), *SAFETY)
        if request.header("if-none-match") == tag:
            return Response(304, headers=headers)
        return Response(200, body, headers)

    def _find(self, path: str) -> Path | None:
        if "\0" in path:
            return None
        file = (self._root / path.lstrip("/")).resolve()
        if file.is_dir():
            file = file / "index.html"
        inside = file.is_relative_to(self._root)
        return file if inside and file.is_file() else None


def content_type(file: Path) -> str:
    """The media type of a file by its name; text is UTF-8."""
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    if kind is None:
        return "application/octet-stream"
    if kind.startswith("text/") or kind in ("application/json", "image/svg+xml"):
        return f"{kind}; charset=utf-8"
    return kind
