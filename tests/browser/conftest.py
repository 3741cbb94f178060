"""A browser in front of the laptop cloud: the page as a person meets it.

The page's security policy forbids `eval`, and Playwright's `wait_for_function` needs it: tests wait
for what can be seen instead (`expect`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from serverless_app.local.cloud import LocalCloud
from tests.browser.steps import EMAIL, PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # a cold start on a busy machine; nothing waits this long when all is well

Window = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium a file: while Playwright runs, this thread can run no event loop."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def window(browser: Browser, cloud: LocalCloud) -> Iterator[Window]:
    """Opens windows that share nothing; what their consoles complained of fails the test."""
    contexts, complaints = [], list[str]()

    def open_window(address: str = "#/", **options: Any) -> Page:
        context = browser.new_context(base_url=cloud.web_url, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(cloud.web_url + address)
        return page

    yield open_window
    for context in contexts:
        context.close()
    # An answer that was refused on purpose is logged by the browser itself.
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


@pytest.fixture
def user(cloud: LocalCloud) -> str:
    """The e-mail address of somebody who has signed up and confirmed."""
    with closing(cloud.client("cognito-idp")) as cognito:
        attributes = [{"Name": "email", "Value": EMAIL}]
        cognito.sign_up(
            ClientId=cloud.user_pool_client_id,
            Username=EMAIL,
            Password=PASSWORD,
            UserAttributes=attributes,
        )
        cognito.confirm_sign_up(
            ClientId=cloud.user_pool_client_id,
            Username=EMAIL,
            ConfirmationCode=cloud.confirmation_code(EMAIL),
        )
    return EMAIL


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Makes real JPEG files."""

    def make(name: str = "river_bend.jpg", size: tuple[int, int] = (1200, 900)) -> Path:
        content = io.BytesIO()
        Image.linear_gradient("L").resize(size).convert("RGB").save(content, "JPEG")
        file = tmp_path / name
        file.write_bytes(content.getvalue())
        return file

    return make
