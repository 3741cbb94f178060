"""The page in its bucket: what is there, as what, and for how long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from serverless_app.deployment import page
from serverless_app.local.cloud import LocalCloud
from tests.application import ROOT

BUCKET = "udagram-web-dev-123456789012"
OUTPUTS = {
    "ApiUrl": "https://abc123.execute-api.us-east-1.amazonaws.com/dev",
    "WebsocketUrl": "wss://def456.execute-api.us-east-1.amazonaws.com/dev",
    "Region": "us-east-1",
    "UserPoolClientId": "client",
    "CognitoUrl": "https://cognito-idp.us-east-1.amazonaws.com/",
    "ImagesBucket": "not the page's business",
}


@pytest.fixture
def s3(cloud: LocalCloud) -> Iterator[Any]:
    with closing(cloud.client("s3")) as client:
        yield client


def test_every_file_of_the_page_is_there_and_nothing_else(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="js/of_an_older_page.js", Body=b"")

    assert page.publish(s3, BUCKET, OUTPUTS) is True

    files = [each for each in page.WEB.rglob("*") if each.is_file()]
    expected = {each.relative_to(page.WEB).as_posix() for each in files}
    assert set(page.names(s3, BUCKET)) == expected | {"config.json"}


def test_a_first_page_has_no_older_copies(s3: Any) -> None:
    assert page.publish(s3, BUCKET, OUTPUTS) is False


def test_config_json_is_written_from_the_stacks_outputs_and_never_kept(s3: Any) -> None:
    page.publish(s3, BUCKET, OUTPUTS)

    found = s3.get_object(Bucket=BUCKET, Key="config.json")
    assert json.load(found["Body"]) == {
        "apiUrl": "https://abc123.execute-api.us-east-1.amazonaws.com/dev",
        "websocketUrl": "wss://def456.execute-api.us-east-1.amazonaws.com/dev",
        "region": "us-east-1",
        "userPoolClientId": "client",
        "cognitoUrl": "https://cognito-idp.us-east-1.amazonaws.com/",
    }
    assert (found["ContentType"], found["CacheControl"]) == ("application/json", "no-store")


def test_config_json_has_every_name_that_the_page_needs() -> None:
    needed = (ROOT / "serverless_app/web/js/config.js").read_text("utf-8")
    names = json.loads(needed.partition("const NEEDED = ")[2].partition(";")[0])

    assert sorted(json.loads(page.configuration(OUTPUTS))) == sorted(names)


def test_the_template_gives_every_output_that_is_used() -> None:
    compiled = ROOT / "serverless_app/deployment/compiled/template.json"
    outputs = json.loads(compiled.read_text("utf-8"))["Outputs"]
    used = {*page.CONFIGURATION.values(), "WebUrl", "WebBucket", "WebDistributionId"}

    assert used | {"ImagesBucket"} <= outputs.keys()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("css/base.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_files_say_what_they_are(s3: Any, name: str, kind: str) -> None:
    page.publish(s3, BUCKET, OUTPUTS)

    found = s3.get_object(Bucket=BUCKET, Key=name)
    assert (found["ContentType"], found["CacheControl"]) == (kind, page.KEPT_BY_CLOUDFRONT)
    assert found["Body"].read() == (page.WEB / name).read_bytes()


def test_a_file_of_a_kind_that_browsers_would_not_know_is_refused(s3: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.odt").write_bytes(b"")

    with pytest.raises(KeyError, match=r"\.odt"):
        page.publish(s3, BUCKET, OUTPUTS, folder=tmp_path)


def test_cloudfront_is_told_to_forget_every_copy(cloud: LocalCloud) -> None:
    origin = {
        "Id": "page",
        "DomainName": f"{BUCKET}.s3.us-east-1.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    distribution = {
        "CallerReference": "one",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "page", "ViewerProtocolPolicy": "allow-all"},
    }
    with closing(cloud.client("cloudfront")) as cloudfront:
        made = cloudfront.create_distribution(DistributionConfig=distribution)["Distribution"]

        page.forget_copies(cloudfront, made["Id"], reference="r-1")

        listed = cloudfront.list_invalidations(DistributionId=made["Id"])["InvalidationList"]
        (each,) = listed["Items"]
        found = cloudfront.get_invalidation(DistributionId=made["Id"], Id=each["Id"])
        paths = found["Invalidation"]["InvalidationBatch"]["Paths"]
        assert paths["Items"] == ["/*"]


def test_emptying_takes_every_object_of_more_than_one_page(s3: Any) -> None:
    for number in range(1_001):
        s3.put_object(Bucket=BUCKET, Key=f"{number}", Body=b"")

    page.empty(s3, BUCKET)

    assert list(page.names(s3, BUCKET)) == []
