"""What a person does on the page, named: the tests read as what happens to them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

EMAIL, PASSWORD = "ada@example.com", "correct-horse-9"


def sign_in(page: Page, email: str = EMAIL, password: str = PASSWORD) -> None:
    """Sign in where the page is; it returns there."""
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Account", exact=True)).to_be_visible()


def make_group(page: Page, name: str = "Rivers") -> str:
    """Make a group and stay in it: the address after the page's."""
    page.get_by_role("button", name="New group").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the group").click()
    expect(page.get_by_role("heading", name="No images yet")).to_be_visible()
    return page.url[page.url.index("#") :]


def add(page: Page, *files: Path) -> None:
    """Choose files and send them under the titles that the page proposes."""
    page.locator("[data-chooser]").set_input_files(files)
    page.get_by_role("dialog").get_by_role("button", name="Upload").click()


def thumbnail(page: Page, title: str) -> Locator:
    """The picture of an image that is ready: from the bucket, not the preview of a local file."""
    return card(page, title, "READY").locator("img[src*='thumbnails/']")


def card(page: Page, title: str, state: str) -> Locator:
    """An image of the group that is shown, in this state."""
    return page.locator(f".images li[data-state={state}]", has_text=title)
