"""Example data: two groups with six pictures, made by the way that every upload goes."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serverless_app.local.control_plane import ControlPlane

USER_NAME = "ada@example.com"
PASSWORD = "Udagram-2026"  # noqa: S105 - a laptop's example user, printed for whoever tries the page
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Picture:
    """One picture of the seed: its file beside this module, its title and description."""

    file: str
    title: str
    description: str


GROUPS: dict[tuple[str, str], tuple[Picture, ...]] = {
    ("Cities and coasts", "Where people live, and the water they look at."): (
        Picture("harbour", "Harbour at sunset", "The last light on calm water."),
        Picture("night_city", "City after midnight", "Half the windows are still lit."),
        Picture("dunes", "Dunes in the afternoon", "Sand, wind and a long walk."),
    ),
    ("Mountains and forests", "Higher, quieter places."): (
        Picture("dawn", "Blue ridges at dawn", "Four ridges, each paler than the one before."),
        Picture("forest", "Pines in fog", "A hillside in October."),
        Picture("northern_lights", "Northern lights", "Green curtains above the snow."),
    ),
}


def plant(addresses: dict[str, Any], plane: ControlPlane) -> None:
    """Sign an example user up, create the groups and upload the pictures."""
    token = sign_up(plane, addresses["user_pool_id"], addresses["user_pool_client_id"])
    caller = Caller(addresses["api_url"], token)
    for (name, description), pictures in GROUPS.items():
        group = caller.post("/groups", {"name": name, "description": description})
        for picture in pictures:
            caller.upload(group["groupId"], picture)


def sign_up(plane: ControlPlane, pool_id: str, client_id: str) -> str:
    """A confirmed example user's ID token."""
    cognito = plane.client("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username=USER_NAME,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": USER_NAME},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username=USER_NAME, Password=PASSWORD, Permanent=True
    )
    session = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": USER_NAME, "PASSWORD": PASSWORD},
    )
    return str(session["AuthenticationResult"]["IdToken"])


@dataclass(frozen=True)
class Caller:
    """The REST API as one signed-in user calls it."""

    api_url: str
    token: str

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST a JSON body; the `newItem` that the API answers with."""
        return dict(self._post(path, body)["newItem"])

    def upload(self, group_id: str, picture: Picture) -> None:
        """Create an image, then put the file where the presigned URL says."""
        content = (HERE / f"{picture.file}.jpg").read_bytes()
        created = self._post(
            f"/groups/{group_id}/images",
            {
                "title": picture.title,
                "description": picture.description,
                "contentType": "image/jpeg",
                "size": len(content),
            },
        )
        self._send("PUT", created["uploadUrl"], content, created["uploadHeaders"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        text = self._send("POST", self.api_url + path, json.dumps(body).encode(), headers)
        answer: dict[str, Any] = json.loads(text)
        return answer

    @staticmethod
    def _send(method: str, url: str, body: bytes, headers: dict[str, str]) -> bytes:
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            content: bytes = response.read()
            return content
