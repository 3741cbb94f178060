"""uploads.py and the S3 client: addresses that a browser can use."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from serverless_app.model import Image
from serverless_app.uploads import Uploads
from serverless_app.wiring import s3_client
from tests.application import ADA, SETTINGS

IMAGE = Image(
    image_id="00000001-1111-4111-8111-111111111111",
    group_id="99999999-0000-4000-8000-000000000000",
    group_name="Cats",
    title="A cat",
    content_type="image/jpeg",
    size=1_000,
    uploaded_at="2026-11-24T21:30:26.123Z",
    owner=ADA,
)


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.mark.usefixtures("_credentials")
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_on_aws_the_bucket_is_in_the_host_of_its_own_region(region: str) -> None:
    settings = replace(SETTINGS, aws_region=region)

    url = urlsplit(Uploads(s3_client(settings), settings.images_bucket).presigned_put(IMAGE).url)

    assert url.netloc == f"{SETTINGS.images_bucket}.s3.{region}.amazonaws.com"
    assert url.path == f"/images/{IMAGE.image_id}"
    assert parse_qs(url.query)["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


@pytest.mark.usefixtures("_credentials")
def test_behind_another_endpoint_the_bucket_is_in_the_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:45660")
    settings = replace(SETTINGS, aws_endpoint_url="http://127.0.0.1:45660")

    url = urlsplit(Uploads(s3_client(settings), settings.images_bucket).presigned_put(IMAGE).url)

    assert url.netloc == "127.0.0.1:45660"
    assert url.path == f"/{SETTINGS.images_bucket}/images/{IMAGE.image_id}"


@pytest.mark.usefixtures("_credentials")
def test_an_image_that_is_not_ready_has_no_addresses() -> None:
    uploads = Uploads(s3_client(SETTINGS), SETTINGS.images_bucket)

    assert not {"url", "thumbnailUrl"} & uploads.with_urls(IMAGE).keys()
