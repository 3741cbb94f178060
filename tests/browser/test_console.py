"""The console, while an upload runs: hops as they happen, one of them open, one trace of many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from serverless_app.local.udagram import Udagram, jpeg

pytestmark = pytest.mark.browser

Window = Callable[..., Page]


@pytest.fixture
def console(window: Window, ada: Udagram) -> Page:
    """The console, live; Ada has signed in before it opened."""
    page = window("_console/")
    expect(page.get_by_role("status")).to_have_text("live")
    return page


def trace(console: Page, first: str) -> Locator:
    """The trace that began with this operation, in the list of traces."""
    return console.locator("#traces button", has_text=first)


def hop(console: Page, source: str, target: str, operation: str) -> Locator:
    """A hop of the trace that is shown."""
    row = console.locator("#hops tr")
    for place, text in (("td:nth-child(2)", source), ("td:nth-child(4)", target)):
        row = row.filter(has=console.locator(place, has_text=text))
    return row.filter(has=console.get_by_role("button", name=operation, exact=True))


def test_the_hops_of_an_upload_appear_without_a_reload(console: Page, ada: Udagram) -> None:
    ada.upload(ada.group()["groupId"], jpeg())
    trace(console, "PutObject").click()
    for source, target, operation in (
        ("client", "s3", "PutObject"),
        ("udagram-images", "onUpload", "Invoke"),
        ("onUpload", "dynamodb", "UpdateItem"),
        ("Images", "notifyWatchers", "Invoke"),
        ("notifyWatchers", "dynamodb", "Query"),
    ):
        expect(hop(console, source, target, operation)).to_have_count(1)
        expect(hop(console, source, target, operation).locator("td").last).to_have_text("ok")


def test_a_click_on_a_hop_shows_its_event_and_its_answer(console: Page, ada: Udagram) -> None:
    group = ada.group("Rivers")
    trace(console, "POST /groups").click()
    hop(console, "apigateway", "createGroup", "Invoke").click()
    expect(console.locator("#detail-title")).to_have_text("apigateway → createGroup")
    expect(console.locator("#sent")).to_contain_text('"httpMethod":"POST"')
    expect(console.locator("#back")).to_contain_text('"statusCode": 201')
    expect(console.locator("#back")).to_contain_text(group["groupId"])
    hop(console, "createGroup", "dynamodb", "PutItem").click()
    expect(console.locator("#detail-title")).to_have_text("createGroup → dynamodb")
    expect(console.locator("#sent")).to_contain_text('"S": "Rivers"')
    expect(console.locator("#back")).to_have_text("{}")


def test_the_filter_leaves_the_traces_that_match(console: Page, ada: Udagram) -> None:
    ada.group()
    assert ada.get("/trending").status_code == 200
    expect(trace(console, "POST /groups")).to_have_count(1)
    expect(trace(console, "GET /trending")).to_have_count(1)
    console.get_by_label("Filter").fill("trending")
    expect(trace(console, "POST /groups")).to_have_count(0)
    expect(trace(console, "GET /trending")).to_have_count(1)


def test_the_hops_are_those_of_the_newest_trace_that_matches(console: Page, ada: Udagram) -> None:
    ada.group()
    console.get_by_label("Filter").fill("createGroup")
    assert ada.get("/trending").status_code == 200
    expect(hop(console, "createGroup", "dynamodb", "PutItem")).to_have_count(1)
    console.get_by_label("Filter").fill("getTrending")
    expect(hop(console, "apigateway", "getTrending", "Invoke")).to_have_count(1)
    console.get_by_label("Filter").fill("createGroup")
    expect(hop(console, "createGroup", "dynamodb", "PutItem")).to_have_count(1)


def test_a_failed_hop_is_marked_and_its_tries_are_counted(console: Page, ada: Udagram) -> None:
    ada.cloud.faults.fail("onUpload")
    ada.upload(ada.group()["groupId"], jpeg())
    expect(trace(console, "PutObject")).to_contain_text("failed")
    trace(console, "PutObject").click()
    tries = hop(console, "udagram-images", "onUpload", "Invoke")
    expect(tries).to_have_count(2)
    expect(tries.nth(0).locator("td").last).to_have_text("error")
    expect(tries.nth(1)).to_contain_text("try 2")
    expect(tries.nth(1).locator("td").last).to_have_text("ok")


def test_a_fault_can_be_asked_for_and_a_reset_undoes_it(console: Page, ada: Udagram) -> None:
    console.get_by_role("combobox", name="Function").select_option(label="getGroups")
    console.get_by_role("combobox", name="Fault").select_option(label="fails")
    console.get_by_role("button", name="Once").click()
    expect(console.locator("#faults li")).to_contain_text("getGroups")
    console.get_by_role("button", name="Reset").click()
    expect(console.locator("#faults li")).to_have_text("None asked for.")
    assert ada.get("/groups").status_code == 200
