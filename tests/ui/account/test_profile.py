"""The account on the screen: what it says, what can be changed, logins and transfers."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.widgets import Button, Input

from tests.support.stage import Stage, stage
from vasttui.api.client import open_client
from vasttui.api.origin import OFFICIAL, parse_origin
from vasttui.endpoint import Service
from vasttui.key_store import KeyStore
from vasttui.logs import MASK, Redactor
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.ui.account.profile import ProfileScreen
from vasttui.ui.app.exit_summary import exit_summary
from vasttui.ui.client import Client
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import ChooseModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.words import hours_words, money, per_hour

LOCKED = {"second_factor": True}


async def profile(running: Stage) -> ProfileScreen:
    """Go there and wait until it was read."""
    await running.press("6", "shift+tab")
    screen = running.app.get_screen("profile")
    assert isinstance(screen, ProfileScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def said_of(screen: ProfileScreen, name: str) -> list[str]:
    return [line.value for line in screen.browse.list.all_rows if line.name.strip() == name]


async def give(running: Stage, text: str) -> None:
    """Answer the question on the screen."""
    await running.until(lambda: isinstance(running.app.focused, Input))
    assert isinstance(running.app.focused, Input)
    running.app.focused.value = text
    await running.press("enter")


async def agree(running: Stage) -> str:
    """Press the button that changes something; returns what the question said."""
    await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
    await running.pause()
    assert running.app.focused is running.app.screen.query_one("#cancel", Button)
    text = running.text
    await running.press("tab", "enter")
    return text


async def go_to(running: Stage, screen: ProfileScreen, name: str) -> None:
    line = next(line for line in screen.browse.rows if line.name == name)
    screen.browse.list.put_cursor(line.id)
    screen.show_rows()
    await running.pause()


def logins(running: Stage, file: Path | None) -> None:
    """Let the program keep logins, in that file."""
    world = running.world

    def open_with(key: str | None) -> Client:
        return open_client(
            "http://127.0.0.1", key, clock=running.clock, rng=random.Random(1),
            transport=SimulatorTransport(world),
        )  # fmt: skip

    service = Service(parse_origin(OFFICIAL), "", None, None, file, None)
    keep = KeyStore(service, open_with, Redactor()).log_in
    app = running.app
    app.session = replace(app.session, keep_login=keep, login_file=file, key_source="$VAST_API_KEY")


async def test_it_says_who_it_is_and_what_belongs_to_it() -> None:
    async with stage() as running:
        screen = await profile(running)
        for size in ((140, 40), (120, 36), (100, 30), (80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            for words in ("demo@example.com", "$42.50", "203.0.113.7", "lab@example"):
                assert words in running.text, size
            if size[0] >= 80:
                for words in ("prepaid credit only", "backups, s3", "since 12 Oct 2024", "spent"):
                    assert words in running.text, size
            if size[0] >= 100:
                assert "may pay · no card on file" in running.text, size
                assert "what this program works with" in running.text, size
        assert "lab@example.com" in running.text
        assert said_of(screen, "Two-factor") == ["off"]
        assert said_of(screen, "Auto-charge") == ["not set"]


async def test_it_has_an_order_of_its_own_and_others_on_request() -> None:
    async with stage() as running:
        screen = await profile(running)
        first = [line.name for line in screen.browse.rows]
        assert first[:2] == ["User", "Credit"]
        assert "sort" not in running.text.partition("refreshed")[2].partition("enter")[0]
        assert "▲" not in running.text
        await running.press(">")
        assert "sort About ▲" in running.text
        assert [line.name for line in screen.browse.rows] == sorted(first, key=str.casefold)
        await running.dialog("S")
        await running.pilot.click("#default")
        await running.press("enter")
        await running.pause()
        assert [line.name for line in screen.browse.rows] == first
        [limits] = [line for line in screen.browse.rows if line.name == "Limits"]
        assert limits.value == "prepaid credit only"
        assert limits.note == "may pay · no card on file"


async def test_a_threshold_is_changed_in_its_line_and_seen_after_it() -> None:
    async with stage() as running:
        screen = await profile(running)
        await go_to(running, screen, "Low balance")
        await running.press("e", *"10x", "tab", "shift+tab", "enter")
        assert "✖ Enter dollars, such as 12.50." in running.text
        assert "enter save" in running.text
        await running.press("backspace")
        assert "on, below $10.00" in running.text
        assert not running.sent("set_user")
        await running.press("enter")
        await running.until(lambda: said_of(screen, "Low balance") == ["on, below $10.00"])
        assert "Low balance on, below $10.00: saved and read back." in running.said
        [body] = running.sent("set_user")
        assert body == '{"balance_threshold": 10.0, "balance_threshold_enabled": true}'
        await running.press("e", "ctrl+u", "ctrl+k", "tab")
        assert "$, e.g. 12.50" in running.text
        await running.press("escape")
        await running.press("e", *["backspace"] * 5, "enter")
        await running.until(lambda: said_of(screen, "Low balance") == ["off"])
        assert len(running.sent("set_user")) == 2


async def test_other_changes_meanwhile_are_not_overwritten_and_lost_answers_read_back() -> None:
    async with stage(faults={"set_user": ["commit_then_reset"]}) as running:
        screen = await profile(running)
        await go_to(running, screen, "Auto-charge")
        await running.press("e", *"20")
        assert "! no card: nothing is charged · below $20.00" in running.text
        running.world.holder.accounts.profile.fields["autobill_threshold"] = 5.0
        await running.press("enter")
        await running.until(lambda: "Nothing was changed" in running.said)
        assert "Auto-charge was not set and is below $5.00 now." in running.said
        assert not running.sent("set_user")

        await go_to(running, screen, "Auto-charge")
        await running.press("e", *["backspace"] * 4, *"20", "enter")
        await running.until(lambda: "No answer came." in running.said)
        assert "Read back: Auto-charge is below $20.00, so it was saved." in running.said
        assert "No card on file: nothing is charged." in running.said
        [line] = [line for line in screen.browse.rows if line.id == "Auto-charge"]
        assert (line.value, line.style) == ("below $20.00: no card", "warn")
        assert line.note == "no card on file: nothing is charged"


class Stubborn(dict[str, Any]):
    """Fields of an account that stay what they are."""

    def update(self, *given: object, **named: object) -> None:
        """Nothing changes."""


async def test_what_the_service_keeps_instead_is_said() -> None:
    async with stage() as running:
        kept = running.world.holder.accounts.profile
        kept.fields = Stubborn(kept.fields, autobill_threshold=5.0)
        screen = await profile(running)
        await go_to(running, screen, "Auto-charge")
        await running.press("e", *["backspace"] * 4, *"20", "enter")
        await running.until(lambda: "The service kept" in running.said)
        assert "kept “below $5.00” instead of “below $20.00”. Look on the web." in running.said
        assert running.sent("set_user")


async def test_credit_is_transferred_once_after_recipient_amount_and_consent() -> None:
    async with stage() as running:
        screen = await profile(running)
        await running.dialog("m")
        await give(running, "demo@example.com")
        assert "That is this account." in running.text
        await give(running, "bob@example.com")
        await running.until(lambda: "Amount in $" in running.text)
        await give(running, "42.51")
        assert "There is only $42.50 of credit." in running.text
        await give(running, "3")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        await running.press("enter")
        await running.until(lambda: len(running.app.screen_stack) == 1)
        assert not running.sent("transfer_credit")

        await running.dialog("m")
        await give(running, "bob@example.com")
        await running.until(lambda: "Amount in $" in running.text)
        burn = running.app.fleet.burn
        await give(running, "3")
        text = await agree(running)
        assert "$3.00 to bob@example.com" in text
        assert "cannot be undone" in text
        lasts = f"It lasts {hours_words(39.5 / burn.total)} at {per_hour(burn.total)}, then all"
        assert f"then about $39.50. {lasts} instances stop." in " ".join(
            text.replace("│", " ").split()
        )
        await running.until(lambda: "$3.00 to bob@example.com was transferred." in running.said)
        await running.until(lambda: said_of(screen, "Credit") == ["$39.50"])
        assert running.sent("transfer_credit") == [
            '{"sender": "me", "recipient": "bob@example.com", "amount": 3.0}'
        ]


async def test_a_login_opens_the_account_and_keeps_the_key_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "vastai" / "vast_tfa_key"
    file.parent.mkdir()
    file.write_text("the-old-session-key")
    async with stage(account=LOCKED) as running:
        logins(running, file)
        screen = await profile(running)
        assert said_of(screen, "User") == ["? unknown"]
        assert "a login is needed" in running.text

        await running.dialog("L")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        await running.press("enter")
        await running.until(lambda: len(running.app.screen_stack) == 1)
        assert file.read_text() == "the-old-session-key"
        assert not running.sent("tfa_login")

        file.unlink()
        file.parent.rmdir()
        await running.dialog("L")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, AskModal))
        await give(running, "12")
        await running.until(lambda: "The code has 6 digits; nothing was sent." in running.text)
        assert not running.sent("tfa_login")
        await give(running, "000000")
        await running.until(lambda: "That code is wrong." in running.text)
        await give(running, "123 456")
        await running.until(lambda: said_of(screen, "User") == ["demo@example.com"])
        key = file.read_text()
        assert key in running.world.rights.sessions
        assert file.stat().st_mode & 0o777 == 0o600
        assert f"Session key stored in {file}, for the official client too." in running.said
        assert "At the next start $VAST_API_KEY goes before it: unset it." in running.said
        assert key not in running.said
        assert running.app.session.key_ends == key[-4:]
        [line] = [line for line in screen.browse.rows if line.name == "API key"]
        assert str(file) in line.note


async def test_a_code_by_text_message_is_sent_first() -> None:
    async with stage(account=LOCKED) as running:
        logins(running, None)
        screen = await profile(running)
        await running.dialog("L")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        await running.press("down", "enter")
        await running.until(lambda: isinstance(running.app.screen, AskModal))
        assert len(running.sent("tfa_sms")) == 1
        await give(running, "123456")
        await running.until(lambda: said_of(screen, "User") == ["demo@example.com"])
        assert "Session key in memory, for this run only: " in running.said
        assert "is not Vast.ai" in running.said
        assert "unset it" not in running.said


async def test_in_read_only_mode_no_code_is_sent_and_an_app_logs_in() -> None:
    async with stage(account=LOCKED, read_only=True) as running:
        logins(running, None)
        screen = await profile(running)
        await running.dialog("L")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        assert running.text.count("Read-only mode: nothing is changed.") == 2
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, AskModal))
        await give(running, "123456")
        await running.until(lambda: said_of(screen, "User") == ["demo@example.com"])
        assert running.sent("tfa_sms") == running.sent("tfa_email") == []


async def test_without_a_second_factor_no_login_is_needed_and_other_lines_stay() -> None:
    async with stage() as running:
        logins(running, None)
        await profile(running)
        await running.press("L")
        await running.until(lambda: "no login is needed" in running.said)
        await running.press("e")
        await running.until(lambda: "Only Low balance and Auto-charge" in running.said)


async def test_a_value_is_copied_and_private_mode_hides_it_in_every_tab() -> None:
    secrets = ("$42.50", "demo@example.com", "lab@example.com", "203.0.113.7")
    async with stage(size=(120, 40)) as running:
        screen = await profile(running)
        await go_to(running, screen, "Credit")
        await running.press("y")
        await running.until(lambda: "$42.50" in running.said)
        running.clock.advance(60)
        await running.press("P")
        await running.pause()
        table = running.text.partition("About")[2]
        assert "spent" not in table
        for secret in secrets:
            assert secret not in table

        await running.press("right_square_bracket")
        for name in ("User", "Credit", "Address", "Subaccount"):
            await go_to(running, screen, name)
            await running.pause()
            for secret in secrets:
                assert secret not in running.text, name
            assert "spent $" not in running.text


async def test_list_dialog_confirmation_and_first_line_say_one_credit() -> None:
    async with stage(instances=6) as running:
        screen = await profile(running)
        start, [old] = running.clock.monotonic(), said_of(screen, "Credit")
        await running.until(lambda: running.clock.monotonic() - start > 150, step=5)
        await running.pause()
        assert len(running.sent("subaccounts")) == 1
        account = running.app.fleet.account
        assert account is not None
        now = money(account.credit)
        assert now != old
        assert said_of(screen, "Credit") == [now]
        assert now in running.text.splitlines()[0]
        await running.dialog("m")
        assert f"You have {now}." in running.text
        await give(running, "bob@example.com")
        await running.until(lambda: "Amount in $" in running.text)
        await give(running, "3")
        assert f"Your credit: {now}" in " ".join((await agree(running)).replace("│", " ").split())


async def test_a_transfer_under_way_is_told_before_one_leaves_and_after() -> None:
    async with stage(faults={"transfer_credit": ["stall:60"]}) as running:
        await profile(running)
        await running.dialog("m")
        await give(running, "bob@example.com")
        await running.until(lambda: "Amount in $" in running.text)
        await give(running, "3")
        await agree(running)
        await running.until(lambda: running.sent("transfer_credit"))
        await running.press("m")
        assert "is being transferred; wait." in running.said
        await running.dialog("q")
        assert "Transferring $3.00 to bob@example.com" in running.text
        await running.press("tab", "enter")
        await running.until(lambda: running.app.return_code == 0)
        assert len(running.sent("transfer_credit")) == 1
    last = "It is not known whether $3.00 to bob@example.com was transferred; look at the invoices."
    assert last in exit_summary(running.app)


async def fill_subaccount(running: Stage, mail: str, password: str) -> None:
    """Fill the dialog and press its button."""
    dialog = running.app.screen
    dialog.query_one("#in_email", Input).value = mail
    dialog.query_one("#in_password", Input).value = password
    await running.pause()
    assert not password or password not in running.text
    dialog.query_one("#confirm", Button).press()
    await running.pause()


async def test_a_subaccount_or_transfer_whose_answer_is_lost_is_never_made_twice() -> None:
    faults = {"create_subaccount": ["reset"], "transfer_credit": ["reset"]}
    async with stage(faults=faults) as running:
        await profile(running)
        await running.dialog("n")
        await fill_subaccount(running, "ci@example.com", "hidden")
        await running.until(lambda: "It is not known whether" in running.said)
        assert len(running.sent("create_subaccount")) == 1

        for number in (1, 2):
            await running.dialog("m")
            await give(running, "bob@example.com")
            await running.until(lambda: "Amount in $" in running.text)
            await give(running, "3")
            text = await agree(running)
            assert ("! It is not known whether $3.00" in text) == (number == 2)
            await running.until(
                lambda: "was transferred" in running.said.partition("Transferring")[2]
            )
        assert "It is not known whether $3.00 to bob@example.com was transferred" in running.said
        assert len(running.sent("transfer_credit")) == 2
        assert len(running.sent("create_subaccount")) == 1


async def test_a_subaccount_is_made_once_and_seen() -> None:
    async with stage() as running:
        screen = await profile(running)
        await running.dialog("n")
        await fill_subaccount(running, "lab@example.com", "hidden")
        await running.until(lambda: "user already exists" in running.said)
        await running.until(lambda: len(running.app.screen_stack) == 1)
        assert len(running.sent("create_subaccount")) == 1

        await running.dialog("n")
        assert "There is no request that deletes one." in " ".join(running.text.split())
        await fill_subaccount(running, "ci@example", "")
        assert "That is no mail address that the service takes." in running.text
        assert "Enter the password of its first login." in running.text
        assert len(running.sent("create_subaccount")) == 1
        await fill_subaccount(running, " ci@example.com ", " pass word ")
        await running.until(lambda: "ci@example.com" in said_of(screen, "Subaccount"))
        assert "ci@example.com is a subaccount now." in running.said
        [_, body] = running.sent("create_subaccount")
        assert json.loads(body) == {
            "email": "ci@example.com", "username": "ci@example.com", "password": MASK,
            "host_only": False, "parent_id": "me",
        }  # fmt: skip
        assert running.app.api is not None
        assert "pass word" not in str(running.app.api.exchanges)


async def test_what_cannot_be_read_is_unknown_and_the_rest_is_shown() -> None:
    async with stage(
        faults={"ipaddrs": ["http:500"] * 9}, account={"subaccounts": False}
    ) as running:
        screen = await profile(running)
        assert said_of(screen, "Address") == said_of(screen, "Subaccount") == ["? unknown"]
        assert "not approved for subaccounts" in running.text
        assert said_of(screen, "Credit") == ["$42.50"]
        await running.press("n")
        assert "This account is not approved for subaccounts." in running.said
        assert len(running.app.screen_stack) == 1
    async with stage(faults={"account": ["http:500"] * 99}) as running:
        screen = await profile(running)
        assert screen.snapshot.error is not None
        assert "Account details cannot be shown" in running.text


async def test_read_only_mode_changes_nothing_and_makes_no_subaccount() -> None:
    async with stage(read_only=True) as running:
        screen = await profile(running)
        await go_to(running, screen, "Low balance")
        for number, key in enumerate(("e", "m", "n"), 1):
            await running.press(key)
            await running.pause()
            assert len(running.app.screen_stack) == 1, key
            assert running.said.count("Read-only mode") == number, key


async def test_a_part_that_failed_is_read_again_soon_and_a_refused_one_is_not() -> None:
    faults = {"ipaddrs": ["429:shared"], "connections": ["http:503"] * 3}
    async with stage(faults=faults, account={"subaccounts": False}) as running:
        screen = await profile(running)
        assert said_of(screen, "Address") == ["? unknown"]
        start = running.clock.monotonic()
        await running.until(lambda: "203.0.113.7, Lisbon, PT" in said_of(screen, "Address"))
        await running.until(lambda: "backups, s3" in said_of(screen, "Cloud"))
        assert running.clock.monotonic() - start < 60
        read = len(running.sent("subaccounts"))
        await running.until(lambda: running.clock.monotonic() - start > 200, step=1)
        assert len(running.sent("subaccounts")) == read
