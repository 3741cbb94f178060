"""Finding, looking, failing: what the page shows, by pointer and by keyboard, on any screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, jpeg
from tests.browser.steps import thumbnail

pytestmark = pytest.mark.browser

Window = Callable[..., Page]
TITLES = ("Alder", "Birch", "Cedar")


@pytest.fixture
def trees(cloud: LocalCloud, ada: Udagram) -> str:
    """The address of a group of three images, Alder the oldest, all indexed."""
    group = ada.group("Trees", "Seen <b>from</b> the road & back.")
    for seed, title in enumerate(TITLES):
        ada.upload(group["groupId"], jpeg(seed=seed), title=title)
    cloud.drain()
    cloud.clock.advance(seconds=2)  # the index shows what was written a second later
    return f"#/groups/{group['groupId']}"


def titles(page: Page) -> list[str]:
    """The titles of the grid, in its order."""
    return page.locator(".images .name").all_inner_texts()


def test_groups_show_their_newest_pictures(window: Window, trees: str) -> None:
    page = window()
    group = page.get_by_role("link", name="Trees")
    expect(group.locator("img")).to_have_count(3)
    expect(group).to_contain_text("Seen <b>from</b> the road & back.")


@pytest.mark.parametrize(
    ("choice", "order"),
    [("Oldest", ["Alder", "Birch", "Cedar"]), ("Newest", ["Cedar", "Birch", "Alder"])],
)
def test_an_order_is_chosen_and_kept_in_the_address(
    window: Window, trees: str, choice: str, order: list[str]
) -> None:
    page = window(f"{trees}?order=title")
    expect(page.get_by_text("Seen <b>from</b> the road")).to_be_visible()  # nothing moves any more
    page.get_by_role("radio", name=choice).check()
    expect(page.locator(".images .name")).to_have_text(order)
    assert f"order={choice.lower()}" in page.url


def test_titles_are_narrowed_by_their_beginning(window: Window, trees: str) -> None:
    page = window(f"{trees}?order=title")
    expect(page.locator(".images .name")).to_have_text(["Alder", "Birch", "Cedar"])
    page.get_by_label("Title begins with").fill("bI")
    expect(page.locator(".images .name")).to_have_text(["Birch"])


def test_a_range_of_dates_without_images_says_so(window: Window, trees: str) -> None:
    page = window(trees)
    page.get_by_label("To").fill("2001-01-31")
    expect(page.get_by_role("heading", name="No image matches")).to_be_visible()


def test_the_next_page_follows_the_first(window: Window, ada: Udagram, cloud: LocalCloud) -> None:
    group = ada.group()
    for number in range(26):
        ada.create_image(group["groupId"], 1000, title=f"Number {number}")
    page = window(f"#/groups/{group['groupId']}")
    expect(page.locator(".images li")).to_have_count(24)
    page.get_by_role("button", name="Show more images").click()
    expect(page.locator(".images li")).to_have_count(26)
    assert titles(page) == [f"Number {number}" for number in reversed(range(26))]


def test_search_highlights_what_matched_as_one_types(window: Window, trees: str) -> None:
    page = window()
    page.get_by_label("Search images").press_sequentially("birhc", delay=20)
    hit = page.locator(".rows li", has_text="Birch")
    expect(hit.locator("mark")).to_have_text("Birch")
    page.get_by_label("Search images").fill("zzzzzzzz")
    expect(page.get_by_role("heading", name="Nothing found for “zzzzzzzz”")).to_be_visible()


def test_a_title_that_is_markup_stays_text_in_search(
    window: Window, ada: Udagram, cloud: LocalCloud
) -> None:
    title = "<img src=x onerror=alert(1)> & <mark>walnut</mark>"
    ada.upload(ada.group()["groupId"], jpeg(), title=title)
    cloud.drain()
    cloud.clock.advance(seconds=2)
    page = window("#/search?q=walnut")
    name = page.locator(".rows .name")
    expect(name).to_have_text(title)
    expect(name.locator("mark")).to_have_text("walnut")
    expect(name.locator("img")).to_have_count(0)


def test_a_view_makes_an_image_trend(window: Window, trees: str, cloud: LocalCloud) -> None:
    page = window(trees)
    with page.expect_response(lambda response: response.url.endswith("/views")) as seen:
        thumbnail(page, "Birch").click()
    assert seen.value.status == 202
    cloud.drain()
    other = window("#/trending")
    expect(other.locator(".ranking li")).to_have_count(1)
    expect(other.locator(".ranking li")).to_contain_text("1 view")


def test_the_keyboard_opens_walks_through_and_leaves_images(window: Window, trees: str) -> None:
    page = window(trees)
    page.get_by_role("link", name="Cedar").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Cedar")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="Birch")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("dialog", name="Cedar")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="Birch")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Birch")).to_be_focused()


def test_the_address_of_an_image_opens_it_over_its_group(window: Window, trees: str) -> None:
    first = window(trees)
    thumbnail(first, "Alder").click()
    expect(first.get_by_role("dialog", name="Alder")).to_be_visible()
    page = window(first.url[first.url.index("#") :])
    expect(page.get_by_role("dialog", name="Alder").get_by_text("640 × 480")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".images .name")).to_have_text(["Cedar", "Birch", "Alder"])


def test_a_refusal_that_is_no_json_is_survived_and_can_be_tried_again(
    window: Window, trees: str
) -> None:
    page = window("#/nowhere")
    html = {"status": 502, "content_type": "text/html", "body": "<h1>Bad Gateway</h1>"}
    page.route("**/groups", lambda route: route.fulfill(**html))
    page.get_by_role("link", name="Groups", exact=True).click()
    expect(page.get_by_text("The API failed with status 502.")).to_be_visible()
    page.unroute("**/groups")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Trees")).to_be_visible()


def test_search_that_is_away_says_so_and_the_rest_works(
    window: Window, trees: str, cloud: LocalCloud
) -> None:
    page = window(trees)
    message = "Search is away. Try again in a minute."
    body = {"error": {"code": "search_unavailable", "message": message}}
    page.route("**/search?**", lambda route: route.fulfill(status=503, json=body))
    page.get_by_label("Search images").fill("birch")
    expect(page.get_by_text(message)).to_be_visible()
    page.go_back()
    expect(page.locator(".images li")).to_have_count(3)


def test_an_unknown_group_is_said_to_be_none(window: Window) -> None:
    page = window("#/groups/00000000-0000-4000-8000-000000000000")
    expect(page.get_by_role("heading", name="There is no such group.")).to_be_visible()


def test_a_missing_configuration_names_what_is_missing(window: Window) -> None:
    page = window("icon.svg")
    page.route("**/config.json", lambda route: route.fulfill(json={"region": "us-east-1"}))
    page.goto("/")
    needed = "apiUrl, websocketUrl, userPoolClientId, cognitoUrl"
    expect(page.get_by_text(f"config.json beside this page lacks {needed}.")).to_be_visible()


def test_the_page_loads_nothing_from_elsewhere(
    window: Window, trees: str, cloud: LocalCloud
) -> None:
    page = window("icon.svg")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"/{trees}")
    expect(thumbnail(page, "Alder")).to_be_visible()
    assert [url for url in addresses if not url.startswith(cloud.web_url)] == []


def test_the_security_policy_stops_markup_and_foreign_addresses(
    browser: Browser, cloud: LocalCloud
) -> None:
    page = browser.new_page()  # not a `window`: the console's complaints are what is wanted here
    page.goto(cloud.web_url)
    expect(page.get_by_role("heading", name="Groups", exact=True)).to_be_visible()
    refused = page.evaluate("""async () => {
      const names = [];
      try { document.body.innerHTML = "<p>markup</p>"; } catch { names.push("innerHTML"); }
      await fetch("https://example.org/").catch(() => names.push("fetch"));
      return names;
    }""")
    page.close()
    assert refused == ["innerHTML", "fetch"]


def test_nothing_is_wider_than_the_screen(window: Window, trees: str) -> None:
    page = window(trees)
    expect(thumbnail(page, "Alder")).to_be_visible()
    for width, height in ((360, 640), (390, 844), (820, 1180), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_every_module_is_small_and_says_its_purpose() -> None:
    web = Path(__file__).parents[2] / "serverless_app" / "web"
    files = sorted(web.rglob("*.js"))
    assert files
    too_long = [file.name for file in files if len(file.read_text().splitlines()) > 250]
    assert too_long == []
    assert [file.name for file in files if not file.read_text().startswith("/**")] == []
