"""Sign-up, confirmation, passwords, sign-in and sign-out, on the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from serverless_app.local.cloud import LocalCloud
from tests.browser.steps import PASSWORD, sign_in

pytestmark = pytest.mark.browser

Window = Callable[..., Page]


def sign_up(page: Page, email: str) -> None:
    """As far as the screen that asks for the code."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()


def test_signing_up_with_the_code_from_the_console_signs_in(
    window: Window, cloud: LocalCloud
) -> None:
    page = window("#/sign-up")
    sign_up(page, "bob@example.com")
    hint = page.get_by_role("link", name="On a laptop the code appears in the console")
    expect(hint).to_have_attribute("href", cloud.console_url)
    page.get_by_label("Code").fill(cloud.confirmation_code("bob@example.com"))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="Account", exact=True).click()
    expect(page.get_by_text("bob@example.com")).to_be_visible()


def test_a_wrong_code_is_said_at_its_field_and_changes_nothing(
    window: Window, cloud: LocalCloud
) -> None:
    page = window("#/sign-up")
    sign_up(page, "bob@example.com")
    right = cloud.confirmation_code("bob@example.com")
    page.get_by_label("Code").fill("000000" if right != "000000" else "111111")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("This is not the code. Check its six digits.")).to_be_visible()
    page.get_by_label("Code").fill(right)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("link", name="Account", exact=True)).to_be_visible()


def test_a_resent_code_confirms(window: Window, cloud: LocalCloud) -> None:
    page = window("#/sign-up")
    sign_up(page, "bob@example.com")
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_text("A new code is on its way.")).to_be_visible()
    page.get_by_label("Code").fill(cloud.confirmation_code("bob@example.com"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("link", name="Account", exact=True)).to_be_visible()


def test_a_forgotten_password_is_replaced_with_a_code(
    window: Window, cloud: LocalCloud, user: str
) -> None:
    page = window("#/forgot")
    page.get_by_label("E-mail address").fill(user)
    page.get_by_role("button", name="Send a code").click()
    expect(page.get_by_label("Code")).to_be_focused()
    page.get_by_label("Code").fill(cloud.confirmation_code(user))
    page.get_by_label("Password").fill("another-horse-8")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("link", name="Account", exact=True)).to_be_visible()
    other = window()
    sign_in(other, user, "another-horse-8")


def test_a_wrong_password_is_refused_and_the_address_kept(window: Window, user: str) -> None:
    page = window("#/sign-in")
    page.get_by_label("E-mail address").fill(user)
    page.get_by_label("Password").fill("wrong-horse-1")
    page.get_by_role("button", name="Sign in").click()
    refusal = page.get_by_text("The e-mail address or the password is wrong.")
    expect(refusal).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(user)


def test_a_reload_keeps_one_signed_in_and_signing_out_forgets(window: Window, user: str) -> None:
    page = window()
    sign_in(page, user)
    page.reload()
    page.get_by_role("link", name="Account", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_an_expired_id_token_is_renewed_with_the_refresh_token(window: Window, user: str) -> None:
    page = window()
    sign_in(page, user)
    before = page.evaluate("JSON.parse(localStorage.getItem('udagram.session')).idToken")
    age = """() => {
      const tokens = JSON.parse(localStorage.getItem("udagram.session"));
      const [head, body, signature] = tokens.idToken.split(".");
      const claims = { ...JSON.parse(atob(body.replace(/-/g, "+").replace(/_/g, "/"))), exp: 1 };
      tokens.idToken = [head, btoa(JSON.stringify(claims)), signature].join(".");
      localStorage.setItem("udagram.session", JSON.stringify(tokens));
    }"""
    page.evaluate(age)
    page.reload()
    page.get_by_role("button", name="New group").click()
    page.get_by_label("Name").fill("Made with a fresh token")
    page.get_by_role("button", name="Make the group").click()
    expect(page.get_by_role("heading", name="Made with a fresh token")).to_be_visible()
    after = page.evaluate("JSON.parse(localStorage.getItem('udagram.session')).idToken")
    assert after.count(".") == 2
    assert after != before
