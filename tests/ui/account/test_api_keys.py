"""The API keys of the account: made, shown once, deleted, reset."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual.widgets import Input, OptionList

from tests.support.simulator import ask
from tests.support.stage import KEY, Stage, stage
from vasttui.api.client import open_client
from vasttui.errors import KeyFileError
from vasttui.models.rights import RENTING, WATCHING, log_of, permissions
from vasttui.simulator.account.api_keys import MAIN, StoredKey
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.ui.account.api_keys import ApiKeysScreen
from vasttui.ui.account.new_api_key import NewKeyModal
from vasttui.ui.account.shown_key import ShownKeyModal
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import ChooseModal
from vasttui.ui.session import KeptKey


async def api_keys(running: Stage) -> ApiKeysScreen:
    """Go there and wait until they and the account are loaded."""
    await running.until(lambda: running.app.fleet.account or running.app.fleet.account_error)
    running.app.go("api_keys")
    screen = running.app.get_screen("api_keys")
    assert isinstance(screen, ApiKeysScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def stored(running: Stage) -> list[StoredKey]:
    return running.world.api_keys.ring.keys


async def make(running: Stage, *keys: str) -> None:
    """Make a key named ci, with these keys pressed in the list of rights."""
    await running.dialog("n")
    assert isinstance(running.app.screen, NewKeyModal)
    await running.type("ci")
    await running.press("enter", *keys)
    running.app.screen.query_one("#confirm").focus()
    await running.press("enter")


async def test_what_will_be_sent_is_as_legible_as_the_rest() -> None:
    async with stage() as running:
        await api_keys(running)
        await running.dialog("n")
        modal = running.app.screen
        assert modal.query_one("#hint").colors[-1] == modal.query_one("#frame").colors[-1]


async def test_keys_are_listed_with_their_rights_and_the_one_in_use() -> None:
    async with stage(size=(160, 36)) as running:
        screen = await api_keys(running)
        assert [key.id for key in screen.browse.rows] == [MAIN, 51_877]
        lines = running.text.splitlines()
        assert any("main" in line and "everything" in line and "★" in line for line in lines)
        assert any("phone" in line and "watching: sees instances" in line for line in lines)
        await running.press("slash")
        await running.type("rights:instance_write")
        assert [key.id for key in screen.browse.rows] == [MAIN]


async def test_a_key_is_made_with_a_preset_and_its_text_is_shown_once() -> None:
    copied: list[str] = []
    async with stage() as running:
        running.app.copy_to_clipboard = copied.append  # type: ignore[assignment,method-assign]
        screen = await api_keys(running)
        await make(running, "down", "space")
        await running.until(lambda: isinstance(running.app.screen, ShownKeyModal))
        await running.pause()
        new = stored(running)[-1]
        assert (new.name, new.rights) == ("ci", permissions(RENTING))
        assert new.text not in running.text
        assert f"{new.text[:4]}…{new.text[-4:]}" in running.text
        await running.press("space")
        await running.pause()
        assert new.text in running.text
        await running.press("y")
        await running.until(lambda: copied == [new.text])
        await running.press("escape")
        await running.until(lambda: not isinstance(running.app.screen, ShownKeyModal))
        await running.until(lambda: screen.browse.current and screen.browse.current.id == new.id)
        assert new.text not in running.text + running.said
        api: Any = running.app.api
        assert new.text not in repr(api.exchanges)


async def test_a_key_for_the_log_of_one_instance() -> None:
    async with stage() as running:
        screen = await api_keys(running)
        first, other = (row.instance for row in running.app.fleet.rows[:2])
        await running.dialog("n")
        await running.type("log reader")
        assert "space choose" not in running.text
        assert "Y show JSON" not in running.text
        await running.press("enter")
        assert "space choose" in running.text
        assert "Y show JSON" in running.text
        await running.press("down", "down", "down", "space")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, NewKeyModal))
        await running.pause()
        assert f"(●) one instance      the log of {first.name} ({first.id})" in running.text
        assert f"instance_read: only api.instance.request_logs with id = {first.id}" in running.text
        await running.dialog("Y")
        assert f'"eq": {first.id}' in running.text
        await running.press("escape")
        running.app.screen.query_one("#confirm").focus()
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, ShownKeyModal))
        new = stored(running)[-1]
        assert new.rights == log_of(first.id)
        bearer = (("authorization", f"Bearer {new.text}"),)
        log = "/api/v0/instances/request_logs/{}/"
        assert ask(running.world, "PUT", log.format(first.id), {}, bearer).status == 200
        assert ask(running.world, "PUT", log.format(other.id), {}, bearer).status == 401
        assert ask(running.world, "GET", "/api/v1/instances/", headers=bearer).status == 403
        await running.press("escape", "escape")
        await running.until(lambda: screen.browse.current and screen.browse.current.id == new.id)
        words = f"one instance: log of {first.name}"
        await running.until(lambda: running.text.count(words) == 3)  # row, title, details
        assert "read that log, and nothing else" in running.text
        assert "see instances" not in running.text


async def test_rights_come_from_a_file_as_the_official_client_takes_it(tmp_path: Path) -> None:
    wanted: object = {"api": {"misc": {}, "instance_read": {"*": {}}, "quantum_read": {}}}
    file = tmp_path / "rights.json"
    looks = 'Rights look like {"api": {"instance_read": {}}}.'
    async with stage() as running:
        await api_keys(running)
        await running.dialog("n")
        await running.press("tab", "down", "down", "down", "down", "space")
        await running.until(lambda: isinstance(running.app.screen, AskModal))
        line = running.app.screen.query_one(Input)
        for text, said in (
            ("", "That is not JSON (line 1)."),
            ("[]", looks),
            ("{", "That is not JSON (line 1)."),
            ('{"api": {}}', looks),
            ("[" * 30_000, "That is not JSON."),
            ("x" * 70_000, "cannot be read."),
        ):
            file.write_text(text)
            line.value = f"@{file}"
            await running.press("enter")
            assert said in running.text, text[:20]
        file.write_text(json.dumps(wanted))
        await running.press("enter")
        await running.until(lambda: "those in rights.json" in running.text)
        assert "sends  instance_read misc quantum_read" in running.text
        assert "! quantum_read is no right that is known here." in running.text
        running.app.screen.query_one(Input).value = "ci"
        running.app.screen.query_one("#confirm").focus()
        await running.press("enter")
        await running.until(lambda: "Invalid permission format" in running.said)
        [body] = running.sent("create_api_key")
        assert json.loads(body) == {"name": "ci", "permissions": wanted}


async def test_the_key_in_use_is_tested_by_reading_and_others_cannot_be() -> None:
    async with stage(account={"narrow_key": True}) as running:
        await running.until(lambda: running.app.fleet.account_error)
        screen = await api_keys(running)
        assert screen.browse.current is not None
        before = len(running.world.ledger.requests)
        await running.dialog("T")
        lines = {line.split()[2]: line for line in running.text.splitlines() if "_" in line
                 and line.split()[1] in ("✓", "✖", "-")}  # fmt: skip
        assert "✓ instance_read" in lines["instance_read"]
        assert "✖ user_read" in lines["user_read"]
        assert "not tried: that would change something" in lines["instance_write"]
        sent = running.world.ledger.requests[before:]
        assert {one.method for one in sent} <= {"GET", "POST"}
        assert all(one.operation == "search_volumes" for one in sent if one.method == "POST")


async def test_it_does_not_close_unseen_before_the_key_was_taken(tmp_path: Path) -> None:
    target = tmp_path / "key"
    async with stage() as running:
        await api_keys(running)
        await make(running)
        await running.until(lambda: isinstance(running.app.screen, ShownKeyModal))
        await running.press("escape")
        await running.pause()
        assert isinstance(running.app.screen, ShownKeyModal)
        assert "esc again closes" in running.text
        await running.press("ctrl+s")
        await running.until(lambda: isinstance(running.app.focused, Input))
        await running.type(str(target))
        await running.press("enter")
        await running.until(lambda: "saved to" in running.text)
        assert target.read_text() == f"{stored(running)[-1].text}\n"
        assert target.stat().st_mode & 0o777 == 0o600
        await running.press("escape")
        await running.until(lambda: len(running.app.screen_stack) == 1)


async def test_a_stray_key_is_named_and_deleted() -> None:
    async with stage(faults={"create_api_key": ["commit_then_reset"]}) as running:
        await api_keys(running)
        await make(running)
        await running.until(lambda: "nobody has its text" in running.text)
        assert len(stored(running)) == 3
        await running.press("tab", "enter")
        await running.until(lambda: "ci (52019) is deleted." in running.said)
        assert len(stored(running)) == 2


async def test_the_key_in_use_is_not_deleted_and_another_one_is_by_its_name() -> None:
    async with stage() as running:
        await api_keys(running)
        assert "T test" in running.text
        assert "D delete" not in running.text
        await running.press("D")
        await running.until(lambda: "This program works with main" in running.said)
        assert len(running.app.screen_stack) == 1

        await running.press("down")
        assert "T test" not in running.text
        assert "D delete" in running.text
        await running.press("T")
        assert "Only the key in use can be tested, not phone, watching" in running.said
        assert len(running.app.screen_stack) == 1

        await running.dialog("D")
        await running.type("phone, watching")
        await running.press("enter")
        await running.until(lambda: "phone, watching (51877) is deleted." in running.said)
        assert [key.id for key in stored(running)] == [MAIN]


async def test_if_the_key_in_use_is_not_known_none_is_deleted() -> None:
    async with stage(faults={"account": ["no_right"] * 9}) as running:
        await api_keys(running)
        await running.press("D")
        words = (
            "Which key is in use here is not known, so none is deleted. "
            "This key may not read the account"
        )
        await running.until(lambda: words in running.said)
        assert running.sent("delete_api_key") == []


@dataclass
class Keeper:
    """Keeps a new key, or fails to."""

    fails: bool = False
    kept: list[str] = field(default_factory=list)
    running: Stage | None = None

    async def __call__(self, key: str) -> KeptKey:
        if self.fails:
            raise KeyFileError("The key cannot be stored in /x: No space left on device.")
        self.kept.append(key)
        assert self.running is not None
        api = open_client(
            "http://127.0.0.1:1", key, clock=self.running.clock, rng=self.running.app.session.rng,
            transport=SimulatorTransport(self.running.world),
        )  # fmt: skip
        return KeptKey(api, "~/.config/vastai/vast_api_key")


async def reset(running: Stage) -> None:
    screen = await api_keys(running)
    running.app.run_worker(screen.action_reset())
    await running.until(lambda: isinstance(running.app.focused, Input))
    await running.pause()
    words = " ".join(running.text.replace("│", " ").split())
    assert f"shown once, and stored in {running.app.session.kept_in()}." in words
    await running.type("reset")
    await running.press("enter")


async def test_a_reset_stores_the_new_key_and_goes_on_with_it() -> None:
    keeper = Keeper()
    home = "~/.config/vastai/vast_api_key; $VAST_API_KEY keeps the old key"
    async with stage(keep_key=keeper, kept_in=lambda: home) as running:
        keeper.running = running
        await reset(running)
        await running.until(lambda: isinstance(running.app.screen, ShownKeyModal))
        await running.pause()
        assert "Stored in ~/.config/vastai/vast_api_key." in running.text
        assert keeper.kept == [stored(running)[0].text]
        await running.press("escape")
        screen = running.app.get_screen("api_keys")
        assert isinstance(screen, ApiKeysScreen)
        await running.until(lambda: screen.snapshot.number)
        assert KEY in running.world.api_keys.ring.revoked


async def test_a_new_key_that_cannot_be_stored_is_shown_all_the_same() -> None:
    async with stage(keep_key=Keeper(fails=True)) as running:
        await reset(running)
        await running.until(lambda: isinstance(running.app.screen, ShownKeyModal))
        await running.pause()
        assert "✖ It could not be stored, so copy it now." in running.text
        await running.press("escape")
        await running.pause()
        assert isinstance(running.app.screen, ShownKeyModal)


async def test_read_only_mode_changes_nothing() -> None:
    async with stage(read_only=True) as running:
        screen = await api_keys(running)
        await running.press("n", "D")
        running.app.run_worker(screen.action_reset())
        await running.pause()
        assert len(running.app.screen_stack) == 1
        assert "Read-only mode" in running.said


async def test_keys_that_cannot_be_read_are_no_empty_list() -> None:
    async with stage(faults={"api_keys": [*["http:503"] * 9, "no_right", "tfa"]}) as running:
        await api_keys(running)
        for words in (
            "API keys cannot be shown",
            "This key may not read the account (it lacks user_read).",
            "two-factor authentication",
        ):
            await running.press("r")
            await running.until(lambda words=words: words in running.text, 60, step=2)  # type: ignore[misc]
            assert "No API keys" not in running.text, words


async def test_it_fits() -> None:
    async with stage() as running:
        screen = await api_keys(running)
        rights = next(one for one in screen.table.fitted.columns if one.key == "rights")
        assert rights.width > 60
        stored(running).append(StoredKey(7, "long " * 60, permissions(WATCHING), 1.0))
        await running.press("r")
        await running.until(lambda: len(screen.browse.rows) == 3)
        for size in ((80, 24), (100, 30)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "main" in running.text, size
            await running.dialog("n")
            assert "[ Make it ]" in running.text, size
            assert max(len(line) for line in running.text.splitlines()) <= size[0]
            await running.press("escape")


async def test_without_a_name_or_a_right_nothing_is_sent_and_the_risk_is_said() -> None:
    async with stage() as running:
        await api_keys(running)
        await running.dialog("n")
        running.app.screen.query_one("#confirm").focus()
        await running.press("enter")
        await running.pause()
        assert "✖ Give it a name" in running.text
        await running.press("escape")
        assert running.sent("create_api_key") == []

        await running.dialog("n")
        await running.press("tab", *["down"] * 7, "space")
        await running.pause()
        assert "[x] instance_write" in running.text
        assert "! It can spend your credit" in running.text
        assert "(●) renting" in running.text
        await running.press("up", "space")
        await running.pause()
        assert "[ ] instance_read" in running.text
        assert "(●) own choice" in running.text
        assert running.text.count("(●)") == 1
        await running.press("up", "space")
        assert running.app.screen.query_one("#list", OptionList).highlighted == 6
        await running.press("escape", "escape")

        await running.dialog(":")
        await running.type("reset key")
        await running.pause()
        assert "eset: a new key for this program" in running.text
