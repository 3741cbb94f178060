"""The way of an upload, as its user and everybody else in the group see it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import jpeg
from tests.browser.steps import add, card, make_group, sign_in, thumbnail

pytestmark = pytest.mark.browser

Window = Callable[..., Page]
Picture = Callable[..., Path]


@pytest.fixture
def ada(window: Window, user: str) -> Page:
    """A window in which Ada is signed in."""
    page = window()
    sign_in(page, user)
    return page


def is_loaded(page: Page, title: str) -> bool:
    """Whether the browser has decoded the thumbnail, rather than shown a broken picture."""
    picture = thumbnail(page, title)
    expect(picture).to_be_visible()
    return bool(picture.evaluate("async (image) => (await image.decode(), image.naturalWidth > 0)"))


def test_a_thumbnail_arrives_without_a_reload_in_a_second_window_too(
    ada: Page, window: Window, picture: Picture
) -> None:
    group = make_group(ada)
    stranger = window(group)
    expect(stranger.get_by_text("Live: new images")).to_be_visible()
    add(ada, picture("river_bend.jpg"))
    assert is_loaded(ada, "River bend")
    assert is_loaded(stranger, "River bend")
    expect(stranger.get_by_text("No images yet")).to_have_count(0)


def test_eight_megabytes_arrive_in_a_second_window_too(
    ada: Page, window: Window, tmp_path: Path
) -> None:
    stranger = window(make_group(ada))
    expect(stranger.get_by_text("Live: new images")).to_be_visible()
    content = jpeg(6000, 4000)
    file = tmp_path / "panorama.jpg"
    file.write_bytes(content + b"\0" * (8_000_000 - len(content)))
    add(ada, file)
    assert is_loaded(stranger, "Panorama")


def test_a_file_that_is_no_image_shows_its_reason_to_every_watcher(
    ada: Page, window: Window, tmp_path: Path
) -> None:
    stranger = window(make_group(ada))
    expect(stranger.get_by_text("Live: new images")).to_be_visible()
    file = tmp_path / "notes.jpg"
    file.write_text("These are notes.")
    add(ada, file)
    for page in (ada, stranger):
        rejected = card(page, "Notes", "REJECTED")
        expect(rejected).to_contain_text("Rejected")
        expect(rejected.locator(".verdict")).to_contain_text("JPEG")


def test_several_files_go_at_once_and_one_of_a_wrong_type_stays_behind(
    ada: Page, picture: Picture, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"moving")
    make_group(ada)
    ada.locator("[data-chooser]").set_input_files([picture("one.jpg"), picture("two.jpg"), film])
    dialog = ada.get_by_role("dialog")
    expect(dialog).to_contain_text("This file is video/mp4. Udagram takes JPEG, PNG, GIF and WebP.")
    dialog.get_by_role("button", name="Upload 2 images").click()
    expect(thumbnail(ada, "One")).to_be_visible()
    expect(thumbnail(ada, "Two")).to_be_visible()
    expect(ada.locator(".images li")).to_have_count(2)


def test_a_dropped_file_is_added(ada: Page, picture: Picture) -> None:
    make_group(ada)
    hand_over(ada, "drop", picture("dropped.jpg"))
    ada.get_by_role("dialog").get_by_role("button", name="Upload 1 image").click()
    expect(thumbnail(ada, "Dropped")).to_be_visible()


def test_a_pasted_file_is_added(ada: Page, picture: Picture) -> None:
    make_group(ada)
    hand_over(ada, "paste", picture("pasted.jpg"))
    ada.get_by_role("dialog").get_by_role("button", name="Upload 1 image").click()
    expect(thumbnail(ada, "Pasted")).to_be_visible()


def test_a_put_whose_answer_was_lost_is_repeated_and_counts_as_arrived(
    ada: Page, picture: Picture
) -> None:
    file, answers = picture("twice.jpg"), list[int]()

    def lose_the_first(route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        response = route.fetch(post_data=file.read_bytes())  # Chromium hides a file's bytes here
        answers.append(response.status)
        if len(answers) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=response)

    make_group(ada)
    ada.route("**/images/*", lose_the_first)
    add(ada, file)
    expect(thumbnail(ada, "Twice")).to_be_visible()
    expect(ada.locator("#uploads")).to_contain_text("Ready")
    assert answers in ([200], [200, 412])  # the thumbnail may be there before the second try


def test_a_window_that_lost_its_connection_comes_back_and_catches_up(
    ada: Page, window: Window, picture: Picture
) -> None:
    group, is_away = make_group(ada), False
    sockets: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        if is_away:
            socket.close(code=4000)
            return
        socket.connect_to_server()
        sockets.append(socket)

    stranger = window("icon.svg")
    stranger.route_web_socket("**", connect)
    stranger.goto(f"/{group}")
    expect(stranger.get_by_text("Live: new images")).to_be_visible()
    is_away = True
    sockets[0].close(code=4000)
    expect(stranger.get_by_text("Connection lost")).to_be_visible()

    add(ada, picture("missed.jpg"))
    expect(thumbnail(ada, "Missed")).to_be_visible()
    expect(stranger.get_by_text("No images yet")).to_be_visible()
    is_away = False
    expect(thumbnail(stranger, "Missed")).to_be_visible()


def test_a_refused_token_does_not_keep_a_window_from_watching(ada: Page) -> None:
    tried: list[bool] = []

    def refuse_tokens(socket: WebSocketRoute) -> None:
        tried.append("?token=" in socket.url)
        if tried[-1]:
            socket.close(code=4001)
        else:
            socket.connect_to_server()

    group = make_group(ada)
    ada.route_web_socket("**", refuse_tokens)
    ada.goto("/icon.svg")
    ada.goto(f"/{group}")
    expect(ada.get_by_text("Live: new images")).to_be_visible()
    assert tried == [True, True, False]


def test_the_owner_deletes_an_image_and_it_leaves_every_window(
    ada: Page, window: Window, picture: Picture
) -> None:
    group = make_group(ada)
    add(ada, picture("river_bend.jpg"))
    expect(thumbnail(ada, "River bend")).to_be_visible()
    stranger = window(group)
    thumbnail(stranger, "River bend").click()
    viewer = stranger.get_by_role("dialog", name="River bend")
    expect(viewer.get_by_text("1200 × 900")).to_be_visible()
    expect(viewer.get_by_role("button", name="Delete")).to_have_count(0)
    stranger.keyboard.press("Escape")

    thumbnail(ada, "River bend").click()
    ada.get_by_role("button", name="Delete").click()
    ada.get_by_role("button", name="Delete for good").click()
    for page in (ada, stranger):
        expect(page.get_by_role("heading", name="No images yet")).to_be_visible()


def test_chosen_files_wait_while_their_owner_signs_in(
    window: Window, user: str, cloud: LocalCloud, ada: Page, picture: Picture
) -> None:
    newcomer = window(make_group(ada))
    expect(newcomer.get_by_role("heading", name="No images yet")).to_be_visible()
    hand_over(newcomer, "drop", picture("patient.jpg"))
    newcomer.get_by_role("button", name="Sign in; the files wait here").click()
    newcomer.get_by_label("E-mail address").fill(user)
    newcomer.get_by_label("Password").fill("correct-horse-9")
    newcomer.get_by_role("button", name="Sign in").click()
    newcomer.get_by_role("dialog").get_by_role("button", name="Upload 1 image").click()
    expect(thumbnail(newcomer, "Patient")).to_be_visible()


def hand_over(page: Page, event: str, file: Path) -> None:
    """Drop or paste a file, as the browser's event would bring it."""
    script = """([kind, name, octets]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(octets)], name, { type: "image/jpeg" }));
      const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
        : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    }"""
    page.evaluate(script, [event, file.name, list(file.read_bytes())])
