"""The dialog for an API key: checks it, says why it is refused, never shows it."""

from __future__ import annotations

import asyncio
from io import StringIO
from typing import cast

from rich.console import Console
from textual.widgets import Button

from tests.support.dialogs import HOSTILE, SIZES, Opened, opened
from tests.support.stage import stage
from vasttui.errors import AuthRejected, NetworkError
from vasttui.models.account import Account
from vasttui.ui.app.sign_in import SignInModal
from vasttui.ui.client import Client
from vasttui.ui.session import SignedIn
from vasttui.ui.widgets.key_input import KeyInput

KEY = "0123456789abcdef0123456789abcdef"
SIGNED_IN = SignedIn(Account(id=1), cast(Client, object()), "~/.config/vastai/vast_api_key")


class Service:
    """Accepts or refuses keys as set."""

    def __init__(self, *answers: SignedIn | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, key: str) -> SignedIn:
        self.asked.append(key)
        await self.open.wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def modal(service: Service, why: str = "Your balance needs a key.") -> SignInModal:
    return SignInModal(service, why, "~/.config/vastai/vast_api_key")


async def enter(seen: Opened[SignedIn | None], key: str = KEY) -> None:
    seen.app.screen.query_one(KeyInput).value = key
    await seen.press("enter")
    await seen.pause()


async def test_an_accepted_key_closes_with_the_account() -> None:
    service = Service(SIGNED_IN)
    async with opened(modal(service)) as seen:
        await enter(seen, f"  {KEY}\n")
        assert service.asked == [KEY]
        assert seen.results == [SIGNED_IN]


async def test_says_where_to_get_a_key_and_can_be_left_without_one() -> None:
    service = Service()
    async with opened(modal(service)) as seen:
        for words in ("Your balance", "API Keys", "user_read", "vast_api_key"):
            assert words in seen.text
        await seen.press("q")
        assert seen.results == []
        await seen.press("tab", "q")
        assert seen.results == []
        await seen.press("escape")
        assert seen.results == [None]

        await seen.again(modal(service))
        await enter(seen, "   ")
        assert "Paste the key first" in seen.text
        await seen.pilot.click("#browse")
        await seen.pause()
        assert seen.results == [None]
        assert service.asked == []


async def test_input_and_buttons_stay_in_view() -> None:
    async with opened(modal(Service())) as seen:
        for size in SIZES:
            await seen.again(modal(Service()), size)
            for words in (
                "paste it here", "[ Browse without a key ]", "[ Check and save ]", "esc close",
            ):  # fmt: skip
                assert words in seen.text, size


async def test_a_refusal_is_said_and_what_helps_and_the_next_try_is_free() -> None:
    unreached = NetworkError("The service was not reached.", hint="Check the connection.")
    refused = AuthRejected("Vast does not know this key.", status=401)
    async with opened(modal(Service(refused, unreached, SIGNED_IN))) as seen:
        await enter(seen)
        assert "✖ Vast does not know this key." in seen.text
        assert seen.results == []
        assert isinstance(seen.focused, KeyInput)
        await enter(seen)
        assert "The service was not reached. Check the connection." in seen.text
        await enter(seen)
        assert seen.results == [SIGNED_IN]


async def test_while_checking_it_says_so_and_asks_once() -> None:
    service = Service(SIGNED_IN)
    service.open.clear()
    async with opened(modal(service)) as seen:
        await enter(seen)
        assert "Checking the key" in seen.text
        assert seen.app.screen.query_one("#check", Button).disabled
        await seen.pilot.click("#check")
        assert service.asked == [KEY]
        service.open.set()
        await seen.pause()
        await seen.pause()
        assert seen.results == [SIGNED_IN]


async def test_closing_while_checking_ends_the_check() -> None:
    service = Service(SIGNED_IN)
    service.open.clear()
    async with opened(modal(service)) as seen:
        await enter(seen)
        await seen.press("escape")
        assert seen.results == [None]
        service.open.set()
        await seen.pause()
        assert seen.results == [None]
        assert len(service.answers) == 1


async def test_the_key_is_never_on_the_screen() -> None:
    service = Service(AuthRejected(f"The key {KEY} is unknown.", status=401))
    async with opened(modal(service)) as seen:
        await seen.type(KEY[:8])
        assert KEY[:8] not in seen.text
        await enter(seen)
        assert "The key ••• is unknown." in seen.text
        assert KEY[:8] not in seen.text


async def test_messages_do_not_tell_the_key() -> None:
    async with opened(modal(Service())) as seen:
        line = seen.app.screen.query_one(KeyInput)
        for kind in (KeyInput.Changed, KeyInput.Submitted, KeyInput.Blurred):
            message = kind(line, KEY)
            logged = StringIO()
            Console(file=logged, width=200).print(message, repr(message))
            assert "KeyInput" in logged.getvalue(), kind
            assert KEY not in logged.getvalue(), kind


async def test_typing_posts_only_messages_that_do_not_tell() -> None:
    posted: list[str] = []

    class Watched(SignInModal):
        """Records what reaches it."""

        def on_key_input_changed(self, event: KeyInput.Changed) -> None:
            posted.append(repr(event))
            super().on_key_input_changed(event)

    async with opened(Watched(Service(), "", "file")) as seen:
        await seen.type("secret")
        assert posted == ["KeyInput.Changed()"] * 6


async def test_no_text_is_markup() -> None:
    async with opened(modal(Service())) as seen:
        for text in HOSTILE:
            service = Service(AuthRejected(text, status=401, hint=text))
            await seen.again(SignInModal(service, text, text))
            await enter(seen)
            assert f"✖ {text} {text}" in seen.text, text
            assert seen.text.count(text) == 4, text


async def test_a_key_without_its_second_factor_is_refused_once() -> None:
    faults = {name: ["tfa"] * 9 for name in ("instances", "account")}
    async with stage(instances=2, faults=faults, demo=False, sign_in=None) as running:
        await running.press("2")
        await running.until(lambda: "key refused: login needed" in running.text)
        await running.until(lambda: running.app.fleet.error)
        sent = len(running.sent("instances"))
        for _ in range(30):
            running.clock.advance(2)
            await running.pause()
        assert len(running.sent("instances")) == sent
        assert "signing in" not in running.text
        assert "vastai tfa login" in running.text
        assert "Next try" not in running.text
