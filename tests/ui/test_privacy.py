"""While others look on: no id, address, account or amount spent on any line."""

from __future__ import annotations

import re

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tests.support.stage import stage
from vasttui.ui.privacy import Veil, veiled


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ssh -p 40022 root@198.51.100.2 -L 8080:localhost:8080",
         "ssh -p ••••• ••••••••••••••••• -L 8080:localhost:8080"),
        ("Rent offer 44100001 ✓", "Rent offer •••••••• ✓"),
        ("Machine 2915: starred. Host 77, V.5 data", "Machine ••••: starred. Host ••, V.• data"),
        ("train-a (54551874) 1× RTX 4090", "train-a (••••••••) 1× RTX 4090"),
        ("65.130.162.74:33526 -> 8080/tcp", "••••••••••••••••••• -> 8080/tcp"),
        ("[2001:db8::1]:40022 ssh5.vast.ai:12204", "••••••••••••••••••• ••••••••••••••••••"),
        ("ssh://root@[2001:db8::1]:22", "•••••••••••••••••••••••••••"),
        ("Signed in as ada@example.org.", "Signed in as ••••••••••••••••"),
        ("yes, id 4100", "yes, id ••••"),
        ("type:ed25519 ssh-ed25519", None),
        ("SHA256:x/yz laptop", "••••••••••• laptop"),
        ("Type a to destroy, or 1874, the end of its id:",
         "Type a to destroy, or ••••, the end of its id:"),
        ("Type 1874 to destroy:", None),
        ("spent at most $1,234.50 · stopped $0.013/h",
         "spent ••••••••••••••••• · stopped $0.013/h"),
        ("at $0.287/h, $2.31 so far", "at $0.287/h, ••••• so far"),
        ("balance  $42.50 ", "balance  •••••• "),
        # What tells nothing of anybody
        ("driver 570.124.04, 20,000 offers, CUDA 12.8", None),
        ("12:34:56 [disk 60000G] $0.30/GB/month 2.1.0.post1", None),
        ("99.99999 % · 0.0123456 · 8 h = $3.63 → $0.454/h all-in", None),
    ],
)  # fmt: skip
def test_what_is_hidden(text: str, shown: str | None) -> None:
    assert veiled(text) == (text if shown is None else shown)
    assert len(veiled(text)) == len(text)


def test_styles_stay_where_they_were() -> None:
    bold, plain = Style(bold=True), Style()
    line = [Segment("○ offer ", plain), Segment("4410", bold), Segment("0001 ✓", plain)]
    assert Veil().apply(line, Color(0, 0, 0)) == [
        Segment("○ offer ", plain), Segment("••••", bold), Segment("•••• ✓", plain),
    ]  # fmt: skip


async def test_no_screen_dialog_or_notification_tells_an_id() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        await running.instances()
        rows = running.app.fleet.rows
        ids = [str(row.id) for row in rows]
        addresses = [row.instance.public_ipaddr for row in rows if row.instance.public_ipaddr]
        spent = re.findall(r"≤?\$[\d.]+ +\d+[hmd]", running.text)
        assert spent
        await running.press("P")
        await running.pause()
        assert "private" in running.text.splitlines()[0]
        assert "Private: ids, addresses" in running.text
        for keys in (
            ("slash", *"train-a", "enter"), ("y",), ("Y",), ("escape", "D"), ("escape", "!"),
            ("escape", "enter"), ("escape", "1"), ("2",), ("*",),
        ):  # fmt: skip
            await running.press(*keys)
            await running.until(lambda: not running.app.fleet.busy)
            await running.pause()
            for word in (*ids, *addresses, *spent):
                assert word not in running.text, (keys, word)
        await running.press("P")
        await running.pause()
        assert "private" not in running.text.splitlines()[0]
        assert any(word in running.text for word in ids)


async def test_what_is_copied_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(instances=4) as running:
        await running.instances()
        copied: list[str] = []
        monkeypatch.setattr(running.app, "copy_to_clipboard", copied.append)
        await running.press("slash", *"train-a", "enter", "P", "y")
        await running.until(lambda: copied)
        assert "@" in copied[0]
        assert "•" not in copied[0]
