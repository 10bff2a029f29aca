"""Names that strangers choose (markup, escapes, directions, lines, 20 kB) on the account's screens
and the transfers: they are text, and the screens take their keys as ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.events import Paste
from textual.widgets import Input

from tests.support.ssh_keys import public_key
from tests.support.stage import Stage, stage
from vasttui.models.data_transfer import End
from vasttui.simulator.account import access
from vasttui.simulator.account.api_keys import StoredKey
from vasttui.simulator.account.audit import AuditRow
from vasttui.simulator.account.copy_progress import Said
from vasttui.simulator.account.ssh_keys import AccountKey
from vasttui.simulator.http.damage import HOSTILE
from vasttui.ui.lists.resource_screen import ResourceScreen

NAMES = [*HOSTILE, "[/]", "[b]x", "a\\", "[@click=app.quit]x[/]"]
VALID = [name.encode("utf-8", "replace").decode() for name in NAMES]
"""The same as JSON can carry them."""


async def shown(running: Stage, section: str, rows: int) -> None:
    """Go there, read what is listed, and use its keys: everything stays plain text."""
    await running.until(lambda: running.app.fleet.account)
    running.app.go(section)
    screen: Any = running.app.get_screen(section)
    assert isinstance(screen, ResourceScreen)
    await running.until(lambda: len(screen.browse.rows) >= rows)
    await running.pause()
    plain(running)
    for key in ("end", "right_square_bracket", "right_square_bracket", "home", "z", "z"):
        await running.press(key)
        plain(running)
    await running.press("slash")
    await running.type("text:[red]")
    await running.press("enter", "escape")
    plain(running)
    assert running.app.current_mode == section
    assert len(screen.browse.rows) >= rows


def plain(running: Stage) -> None:
    """The screen has nothing that a terminal would obey, and no line that is too wide."""
    text = running.text
    assert all(char == "\n" or char.isprintable() for char in text)
    assert max(map(cell_len, text.splitlines())) <= running.app.size.width


async def test_on_the_audit_log() -> None:
    async with stage() as running:
        now = running.clock.now()
        running.world.holder.audit.rows.extend(
            AuditRow(now, f"api.{name}", {name[:50]: name}, address=name) for name in VALID
        )
        await shown(running, "audit", len(NAMES))


async def test_on_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_CONNECTIONS", [
        (at, name, name) for at, name in enumerate(VALID, 1)
    ])  # fmt: skip
    monkeypatch.setattr(access, "_ADDRESSES", [(name, 9.0, name) for name in VALID])
    async with stage(
        size=(100, 30), faults={"account": ["hostile"] * 9, "subaccounts": ["hostile"] * 9}
    ) as running:
        await shown(running, "profile", 2 * len(NAMES))


async def test_on_the_api_keys() -> None:
    async with stage(size=(80, 24)) as running:
        running.world.api_keys.ring.keys.extend(
            StoredKey(60_000 + at, name, {"api": {name: {}, "user_read": {}}}, 1.0)
            for at, name in enumerate(VALID)
        )
        await shown(running, "api_keys", len(NAMES))


async def test_on_the_ssh_keys() -> None:
    async with stage() as running:
        keys = [
            AccountKey(70_000 + at, public_key(f"{at}", comment=name), 1.0)
            for at, name in enumerate(VALID)
        ]
        running.world.keys.restore([*keys, AccountKey(71_000, VALID[4], 1.0)])
        await shown(running, "ssh_keys", len(NAMES) - 2)


async def test_a_key_file_of_ten_megabytes_is_not_read_to_its_end(tmp_path: Path) -> None:
    huge = tmp_path / "huge.pub"
    huge.write_text(f"{public_key()}\n" * 120_000)
    assert huge.stat().st_size > 10_000_000
    async with stage() as running:
        await shown(running, "ssh_keys", 2)
        await running.dialog("n")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.focused, Input))
        await running.burst(Paste(f"{huge}"))
        await running.press("enter")
        await running.until(lambda: "too long for a public key" in running.text)
        assert running.sent("add_key") == []


async def test_on_the_transfers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_CONNECTIONS", [
        (number, name, "s3") for number, name in zip((1_811, 1_905), VALID, strict=False)
    ])  # fmt: skip
    async with stage(instances=6, size=(140, 40)) as running:
        contracts = running.world.contracts.all(running.clock.now())
        for contract, name in zip(contracts, VALID[2:], strict=False):
            contract.label = name
        await running.instances()
        live = running.app.live
        assert live is not None
        live.clouds = await live.api.account.connections()
        [target, *others] = sorted(contracts, key=lambda one: not one.is_running)
        into = End("instance", target.id, f"/{VALID[4]}{'A' * 900}")
        for other in others:
            await live.copies.start(End("instance", other.id, f"/{VALID[4]}[/]"), into)
        for number in (1_811, 1_905):
            await live.copies.start(into, End("cloud", number, f"{VALID[12]}"))
        target.said = [Said(running.clock.now(), f"ERROR : {VALID[1]}{VALID[4]}", "")]
        await shown(running, "transfers", 7)
        await running.until(lambda: len(live.copies.under_way) < 7, 60, step=2)
        plain(running)
        await running.dialog("l")
        plain(running)
        await running.press("escape", "y")
        plain(running)
