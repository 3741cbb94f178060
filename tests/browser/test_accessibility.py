"""axe-core over every screen, light and dark: skipped where `npm ci` has not brought it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, jpeg
from tests.browser.steps import add, card, make_group, sign_in, thumbnail

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.node,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci"),
]

Window = Callable[..., Page]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, window: Window) -> Page:
    """A window in one of the two colour schemes, without motion: half-faded text has no colour."""
    return window("icon.svg", color_scheme=request.param, reduced_motion="reduce")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with what is shown now."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.fixture
def trees(cloud: LocalCloud, anyone: Udagram) -> str:
    """The address of a group with an image, and one more that is still on its way."""
    bob = anyone.signed_in("bob@example.com")
    group = bob.group("Trees", "Seen from the road.")
    bob.create_image(group["groupId"], 1000, title="Late")
    bob.upload(group["groupId"], jpeg(), title="Alder")
    cloud.drain()
    cloud.clock.advance(seconds=2)
    return f"#/groups/{group['groupId']}"


SCREENS = {
    "#/": "Trees",
    "#/trending": "Nothing is trending yet",
    "#/search?q=alder": "1 image found",
    "#/search?q=zzzzzz": "Nothing found",
    "#/search": "What are you looking for?",
    "#/sign-in": "Forgot your password?",
    "#/sign-up": "I have an account",
    "#/confirm": "Send a new code",
    "#/forgot": "Send a code",
    "#/account": "You are signed out",
    "#/nowhere": "There is no such page.",
}


def test_no_screen_has_a_violation(page: Page, trees: str) -> None:
    for address, shows in SCREENS.items():
        page.goto(f"/{address}")
        expect(page.get_by_text(shows).first).to_be_visible()
        assert violations(page) == [], address


def test_a_group_and_its_images_have_no_violation(page: Page, trees: str) -> None:
    page.goto(f"/{trees}")
    expect(thumbnail(page, "Alder")).to_be_visible()
    assert violations(page) == []
    thumbnail(page, "Alder").click()
    expect(page.get_by_text("640 × 480")).to_be_visible()
    assert violations(page) == []


def test_adding_images_has_no_violation(page: Page, user: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("alder.jpg", "notes.jpg", "film.mp4")]
    for file, content in zip(files, (jpeg(), b"notes", b"moving"), strict=True):
        file.write_bytes(content)
    page.goto("/")
    sign_in(page, user)
    page.get_by_role("button", name="New group").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    make_group(page)
    assert violations(page) == []
    page.locator("[data-chooser]").set_input_files(files)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    add(page, *files)
    expect(thumbnail(page, "Alder")).to_be_visible()
    expect(card(page, "Notes", "REJECTED")).to_be_visible()
    assert violations(page) == []


def test_a_failure_has_no_violation(page: Page) -> None:
    page.route("**/trending", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    page.goto("/#/trending")
    expect(page.get_by_text("Trending could not be loaded.")).to_be_visible()
    assert violations(page) == []
