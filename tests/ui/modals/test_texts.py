"""The dialogs that show text: copy as, the request log, an offer in full."""

from __future__ import annotations

import shlex
from typing import Any

from msgspec.structs import replace
from textual.content import Content
from textual.widgets import OptionList

from tests.support.dialogs import HOSTILE, SIZES, opened
from vasttui.models.exchange import Exchange
from vasttui.services.copy_as import curl
from vasttui.ui.app.request_log import RequestLog
from vasttui.ui.keys import Keymap
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.offers.details_dialog import OfferModal

VAST = "https://console.vast.ai"
OPTIONS = (
    CopyOption("Offer id", "11384201"),
    CopyOption("curl", "curl -X PUT https://console.vast.ai/api/v0/asks/11384201/ " + "x" * 90),
)


async def test_the_highlighted_form_is_shown_in_full_and_returned() -> None:
    async with opened(CopyAsModal(OPTIONS), (80, 24)) as seen:
        await seen.press("down")
        assert seen.text.count("x") == 90
        await seen.press("enter")
        assert seen.results == [OPTIONS[1]]
        for key, result in (
            ("y", OPTIONS[0]), ("enter", OPTIONS[0]), ("c", OPTIONS[0]), ("escape", None),
            ("q", None),
        ):  # fmt: skip
            await seen.again(CopyAsModal(OPTIONS), (120, 36))
            await seen.press(key)
            assert seen.results == [result], key
        await seen.again(CopyAsModal(OPTIONS))
        await seen.pilot.click(OptionList, offset=(3, 1))
        await seen.pause()
        assert seen.results == [OPTIONS[1]]
        await seen.again(CopyAsModal([]))
        await seen.press("y", "enter")
        assert seen.results == []


async def test_copied_text_is_never_markup() -> None:
    options = [CopyOption(text, text) for text in HOSTILE]
    async with opened(CopyAsModal(options)) as seen:
        for size in SIZES:
            await seen.again(CopyAsModal(options), size)
            for at, text in enumerate(HOSTILE):
                assert seen.text.count(text) >= 2, (size, text)
                await seen.press(*["down"] * (at < len(HOSTILE) - 1))
            await seen.press("y")
            assert seen.results == [options[-1]], size


def sent(**changes: Any) -> Exchange:
    """A request as the client records it."""
    request = Exchange(
        at=1_790_000_000.0, operation="search", method="POST", path="/api/v0/bundles/",
        body='{"gpu_name": {"eq": "RTX 4090\'"}}', status=200, seconds=0.4, size=81_234,
    )  # fmt: skip
    return replace(request, **changes)


def test_curl_reads_the_key_from_the_environment_and_quotes_the_rest() -> None:
    one = sent()
    words = shlex.split(curl("POST", VAST, one.path, one.body))
    assert words[:4] == ["curl", "-sS", "-X", "POST"]
    assert "https://console.vast.ai/api/v0/bundles/" in words
    assert "Authorization: Bearer $VAST_API_KEY" in words
    assert words[words.index("-d") + 1] == one.body


def test_curl_without_a_body_sends_none() -> None:
    assert "-d" not in shlex.split(curl("GET", VAST, sent().path))


async def test_the_newest_request_comes_first_and_what_went_wrong_is_said() -> None:
    exchanges = [sent(operation="first"), sent(operation="last", status=429)]
    async with opened(RequestLog(exchanges, VAST)) as seen:
        rows = [line for line in seen.lines if "/api/v0/bundles/" in line and "curl" not in line]
        assert "✖ 429" in rows[0]
        assert "✓ 200" in rows[1]
        assert "400" in rows[1]
        assert "81.2" in rows[1]
        assert "─ last, as curl ─" in seen.text
        assert "2 requests" in seen.text
        await seen.press("down", "y")
        assert seen.results == [curl("POST", VAST, exchanges[0].path, exchanges[0].body)]

        exchanges = [sent(note="BrokenAnswer"), sent(status=0, note="NetworkError")]
        await seen.again(RequestLog(exchanges, VAST))
        refused = next(line for line in seen.lines if "NetworkError" in line)
        broken = next(line for line in seen.lines if "BrokenAnswer" in line)
        assert "✖ none" in refused
        assert "✖ 200" in broken

        await seen.again(RequestLog([], VAST))
        assert "No requests yet" in seen.text
        await seen.press("y")
        assert seen.results == []
        await seen.press("q")
        assert seen.results == [None]


def test_curl_goes_where_the_request_went() -> None:
    for address in ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v0/"):
        modal = RequestLog([sent()], address)
        assert "http://127.0.0.1:8080/api/v0/bundles/" in modal.commands[0].split()


async def test_requests_are_never_markup() -> None:
    exchanges = [sent(operation=text, path=f"/{text}", body=text, note=text) for text in HOSTILE]
    async with opened(RequestLog(exchanges, VAST)) as seen:
        for size in SIZES:
            await seen.again(RequestLog(exchanges, VAST), size)
            assert "esc close" in seen.text, size
            await seen.press("down", "down", "end")
            assert seen.app.is_running, size


SECTIONS = [
    ("Cost", [Content("GPU $0.274/h")]),
    ("Raw", [Content(f"line {at}") for at in range(90)]),
]


def offer_modal(title: Content, sections: list[tuple[str, list[Content]]]) -> OfferModal:
    async def act(action_id: str) -> None:
        raise AssertionError(action_id)

    return OfferModal(Keymap(), act, lambda rows: (title, sections))


async def test_an_offer_in_full_scrolls_to_its_last_line_and_is_never_markup() -> None:
    async with opened(offer_modal(Content(""), SECTIONS)) as seen:
        for size in SIZES:
            await seen.again(offer_modal(Content("offer 1 [/]"), SECTIONS), size)
            assert "offer 1 [/]" in seen.text, size
            assert "GPU $0.274/h" in seen.text, size
            assert "esc close" in seen.text, size
            await seen.press("end")
            assert "line 89" in seen.text, size
            await seen.press("q")
            assert seen.results == [None], size
        for text in HOSTILE:
            modal = offer_modal(Content(text), [("Host", [Content(text)])])
            await seen.again(modal, (120, 36))
            assert seen.text.count(text) == 2, text


async def test_reads_can_be_hidden_and_shown_again() -> None:
    exchanges = [sent(operation="rent"), sent(operation="list", reads=True), sent(reads=True)]
    log = RequestLog(exchanges, VAST)
    async with opened(log) as seen:
        assert "3 requests · API key hidden" in seen.text
        assert "y enter copy as curl  r hide reads" in seen.text
        await seen.press("r")
        assert "r show reads" in seen.text
        assert "1 request, 2 reads hidden" in seen.text
        assert "rent, as curl" in seen.text
        assert log.commands == [curl("POST", VAST, exchanges[0].path, exchanges[0].body)]
        await seen.press("r")
        assert "3 requests" in seen.text
        assert log.hides_reads is False

        await seen.again(RequestLog([sent(reads=True)], VAST, hides_reads=True))
        assert "Nothing was sent that changes anything." in seen.text
        assert "0 requests, 1 read hidden" in seen.text
        await seen.press("y")
        assert seen.results == []
