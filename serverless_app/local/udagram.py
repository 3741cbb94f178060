"""Udagram as its users meet it: HTTP, presigned URLs, a WebSocket. For lessons and stories."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from PIL import Image
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from serverless_app.local.cloud import LocalCloud

PASSWORD = "Correct-horse-9"  # noqa: S105 - of users that live as long as a lesson


def jpeg(width: int = 640, height: int = 480, *, seed: int = 1, exif: bytes = b"") -> bytes:
    """A real JPEG: a gradient with noise, the same for the same seed."""
    noise = random.Random(seed).randbytes(width * height // 64)  # noqa: S311 - it should repeat
    small = Image.frombytes("L", (width // 8, height // 8), noise)
    picture = Image.merge("RGB", (small, small.rotate(180), small)).resize((width, height))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()


@dataclass
class Udagram:
    """The API of a running cloud, as anyone (or, with a token, one user) calls it."""

    cloud: LocalCloud
    http: httpx.Client
    token: str | None = None

    def anyone(self) -> Udagram:
        """The same API, without a token."""
        return Udagram(self.cloud, self.http)

    def signed_in(self, email: str = "ada@example.com") -> Udagram:
        """The same API for a new user: signed up, confirmed with the code, signed in."""
        with closing(self.cloud.client("cognito-idp")) as cognito:
            return Udagram(self.cloud, self.http, self._sign_in(cognito, email))

    def _sign_in(self, cognito: Any, email: str) -> str:
        client_id = self.cloud.user_pool_client_id
        cognito.sign_up(
            ClientId=client_id,
            Username=email,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        code = self.cloud.confirmation_code(email)
        cognito.confirm_sign_up(ClientId=client_id, Username=email, ConfirmationCode=code)
        answer = cognito.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
        return str(answer["AuthenticationResult"]["IdToken"])

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """One request to the REST API."""
        given = dict(headers or {})
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        return self.http.request(method, self.cloud.api_url + path, json=body, headers=given)

    def get(self, path: str) -> httpx.Response:
        """GET."""
        return self.call("GET", path)

    def group(self, name: str = "Cats", description: str = "Only cats.") -> dict[str, Any]:
        """Create a group: its item."""
        answer = self.call("POST", "/groups", {"name": name, "description": description})
        assert answer.status_code == 201, answer.text
        item: dict[str, Any] = answer.json()["newItem"]
        return item

    def create_image(
        self, group_id: str, size: int, *, title: str = "A cat", content_type: str = "image/jpeg"
    ) -> dict[str, Any]:
        """Ask for an upload: the whole answer."""
        body = {"title": title, "contentType": content_type, "size": size}
        answer = self.call("POST", f"/groups/{group_id}/images", body)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    def put(self, created: dict[str, Any], content: bytes) -> httpx.Response:
        """Use the presigned URL, as a page does: with no credentials of its own."""
        return self.http.put(
            created["uploadUrl"], content=content, headers=created["uploadHeaders"]
        )

    def upload(
        self, group_id: str, content: bytes, *, title: str = "A cat", kind: str = "image/jpeg"
    ) -> dict[str, Any]:
        """Create an image and put its file: the image's item as it was created."""
        created = self.create_image(group_id, len(content), title=title, content_type=kind)
        answer = self.put(created, content)
        assert answer.status_code == 200, answer.text
        item: dict[str, Any] = created["newItem"]
        return item

    @contextmanager
    def watching(self, group_id: str) -> Iterator[Connection]:
        """A WebSocket that watches a group: `said` reads its next message."""
        address = self.cloud.websocket_url + (f"?token={self.token}" if self.token else "")
        with connect(address) as socket:
            socket.send(json.dumps({"action": "watch", "groupId": group_id}))
            assert said(socket) == {"type": "watching", "groupId": group_id}
            yield socket


@contextmanager
def udagram(cloud: LocalCloud) -> Iterator[Udagram]:
    """The API of a cloud, as anyone meets it."""
    with httpx.Client(timeout=60) as http:
        yield Udagram(cloud, http)


def said(socket: Connection, seconds: float = 20) -> Any:
    """The next message, as JSON. Raises TimeoutError."""
    return json.loads(socket.recv(timeout=seconds))
