"""settings.py: the environment, read once."""

from __future__ import annotations

import pytest

from serverless_app.errors import SettingsMissing
from serverless_app.settings import Settings, trace_id
from tests.application import SETTINGS

ENVIRONMENT = {
    "STAGE": "dev",
    "AWS_REGION": "us-east-1",
    "GROUPS_TABLE": "Groups-dev",
    "IMAGES_TABLE": "Images-dev",
    "CONNECTIONS_TABLE": "Connections-dev",
    "TRENDING_TABLE": "Trending-dev",
    "VIEWS_STREAM": "udagram-views-dev",
    "IMAGES_BUCKET": "udagram-images-dev-123456789012",
    "WEBSOCKET_ENDPOINT": "wss://abc123.execute-api.us-east-1.amazonaws.com",
    "USER_POOL_ISSUER": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool",
    "USER_POOL_CLIENT_ID": "client",
}


def test_the_environment_becomes_settings() -> None:
    assert Settings.from_environment(ENVIRONMENT) == SETTINGS


def test_every_missing_name_is_reported_together() -> None:
    lacking = {**ENVIRONMENT, "STAGE": ""}
    del lacking["GROUPS_TABLE"]

    with pytest.raises(SettingsMissing) as caught:
        Settings.from_environment(lacking)

    assert caught.value.names == ("GROUPS_TABLE", "STAGE")
    assert str(caught.value) == "The environment lacks GROUPS_TABLE, STAGE."


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        (
            "wss://abc123.execute-api.us-east-1.amazonaws.com",
            "https://abc123.execute-api.us-east-1.amazonaws.com/dev",
        ),
        (
            "ws://127.0.0.1:45660/_aws/execute-api/abc123",
            "http://127.0.0.1:45660/_aws/execute-api/abc123/dev",
        ),
    ],
)
def test_connections_are_reached_where_the_websocket_api_is(endpoint: str, url: str) -> None:
    settings = Settings.from_environment({**ENVIRONMENT, "WEBSOCKET_ENDPOINT": endpoint})

    assert settings.connection_url == url


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("search-x.us-east-1.es.amazonaws.com", "https://search-x.us-east-1.es.amazonaws.com"),
        ("http://127.0.0.1:45660/_aws/opensearch/x", "http://127.0.0.1:45660/_aws/opensearch/x"),
        ("", ""),
    ],
)
def test_a_bare_search_host_answers_on_https(endpoint: str, url: str) -> None:
    settings = Settings.from_environment({**ENVIRONMENT, "SEARCH_ENDPOINT": endpoint})

    assert settings.search_url == url


@pytest.mark.parametrize(
    ("header", "root"),
    [
        ("Root=1-5e66d96f-7491f09x;Parent=53995c3f;Sampled=1", "1-5e66d96f-7491f09x"),
        ("", None),
        ("Sampled=0", None),
    ],
)
def test_the_trace_of_an_invocation_is_its_root(
    monkeypatch: pytest.MonkeyPatch, header: str, root: str | None
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)

    assert trace_id() == root
