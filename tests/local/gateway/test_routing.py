"""Which resource a path belongs to."""

from __future__ import annotations

import pytest

from serverless_app.local.gateway.routing import Routes

PATHS = [
    "/",
    "/groups",
    "/groups/newest",
    "/groups/{groupId}",
    "/groups/{groupId}/images",
    "/files/{proxy+}",
    "/files/index",
    "/{page}",
]
ROUTES = Routes((path, path) for path in PATHS)


def first(path: str) -> tuple[str, dict[str, str]] | None:
    return next(iter(ROUTES.match(path)), None)


@pytest.mark.parametrize(
    ("path", "resource", "parameters"),
    [
        ("/", "/", {}),
        ("/groups", "/groups", {}),
        ("/groups/", "/groups", {}),
        ("/groups/newest", "/groups/newest", {}),
        ("/groups/42", "/groups/{groupId}", {"groupId": "42"}),
        ("/groups/newest/images", "/groups/{groupId}/images", {"groupId": "newest"}),
        ("/files/index", "/files/index", {}),
        ("/files/a/b.txt", "/files/{proxy+}", {"proxy": "a/b.txt"}),
        ("/about", "/{page}", {"page": "about"}),
        ("/groups/a%2Fb", "/groups/{groupId}", {"groupId": "a/b"}),
        ("/groups/gr%C3%BCn", "/groups/{groupId}", {"groupId": "grün"}),
        ("/groups/%FF", "/groups/{groupId}", {"groupId": "�"}),
        ("/groups/..", "/groups/{groupId}", {"groupId": ".."}),
        ("/groups/a+b", "/groups/{groupId}", {"groupId": "a+b"}),
    ],
)
def test_the_most_specific_resource_comes_first(
    path: str, resource: str, parameters: dict[str, str]
) -> None:
    assert first(path) == (resource, parameters)


@pytest.mark.parametrize(
    "path", ["//groups", "/groups//images", "/nothing/here", "/files", "/groups/1/2/3"]
)
def test_a_path_of_no_resource_matches_nothing_or_something_else(path: str) -> None:
    found = first(path)
    assert found is None or found == ("/{page}", {"page": "files"})


def test_less_specific_resources_follow() -> None:
    assert [resource for resource, _ in ROUTES.match("/groups/newest")] == [
        "/groups/newest",
        "/groups/{groupId}",
    ]
