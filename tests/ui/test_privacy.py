"""While others look on: no id, address, account or amount spent on any line."""

from __future__ import annotations

import re

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import ModalScreen
from textual.widgets import Input

from tests.support.dialogs import opened
from tests.support.fleet_rows import fleet_row
from tests.support.stage import Stage, stage
from vasttui.models.account import Account
from vasttui.models.ssh_key import SshKey
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.ssh.key_ring import join
from vasttui.services.ssh.local_keys import fingerprint
from vasttui.ui.instances.destroy_dialog import DestroyModal
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.privacy import Veil
from vasttui.words import money

MINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZha2Uga2V5IG9mIHRoZSBkZW1vIGFjY291bnQh laptop"


def veil() -> Veil:
    """Knows an account, an instance and a key."""
    row = fleet_row(
        54551874, machine_id=2915, host_id=60128, ssh_port=12204, public_ipaddr="65.130.162.74",
        jupyter_token="f00d" * 16,
    )  # fmt: skip
    account = Account(id=123456, username="ada", email="ada@example.org", credit=42.5)
    known = Veil()
    known.learn_fleet(Fleet(rows=(row,), account=account))
    known.learn_keys(join([SshKey(MINE, 4101)], {54551874: [SshKey(MINE, 900_000)]}, ()))
    return known


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ssh -p 40022 root@198.51.100.2 -L 8080:localhost:8080",
         "ssh -p ••••• ••••••••••••••••• -L 8080:localhost:8080"),
        ("Rent offer 44100001 ✓", "Rent offer •••••••• ✓"),
        ("Machine 2915: starred. Host 77, V.5 data", "Machine ••••: starred. Host ••, V.• data"),
        ("train-a (54551874) 1× RTX 4090", "train-a (••••••••) 1× RTX 4090"),
        ("C.54551874 instance-54551874", "C.•••••••• instance-••••••••"),
        ("PUT /asks/44100001/ and /api/v0/instances/54551874/",
         "PUT /asks/••••••••/ and /api/v0/instances/••••••••/"),
        ('{"machine_id": 12, "id": 7} machine_id=77 id=8',
         '{"machine_id": ••, "id": •} machine_id=•• id=•'),
        ("gpu:4090 m:77,78 -h=5 rm:7 7h:30", "gpu:4090 m:••••• -h=• rm:7 7h:30"),
        ("65.130.162.74:33526 -> 8080/tcp", "••••••••••••••••••• -> 8080/tcp"),
        ("[2001:db8::1]:40022 ssh5.vast.ai:12204", "••••••••••••••••••• ••••••••••••••••••"),
        ("End 1 Dec 00:00:00: stopped; 9:05:07: so", "End 1 Dec 00:00:00: stopped; 9:05:07: so"),
        ("12:34:56:78:9a:bc and 12:34:56::1", "••••••••••••••••• and •••••••••••"),
        ("ssh://root@[2001:db8::1]:22", "•••••••••••••••••••••••••••"),
        ("Signed in as ada@example.org.", "Signed in as ••••••••••••••••"),
        ("Signed in as ada, adamant.", "Signed in as •••, adamant."),
        ("yes, id 4101 (4101,)", "yes, id •••• (••••,)"),
        ("account 123456", "account ••••••"),
        ("credit $42.50, lasts 3 h", "credit ••••••, lasts •••"),
        ("lasts 33 h now, 31 h with this instance", "lasts •••• now, •••• with this instance"),
        ("$9 lasts at most 5.0 days with it", "$9 lasts •••••••••••••••• with it"),
        ("Credit lasts 33 min at $1.10/h.", "Credit lasts •••••••••••••••••."),
        ("$0.40/h (then ~6d, to Mon 28 Sep)", "$0.40/h (then ••••••••••••••••••)"),
        ("stays and bills $48.00/month", "stays and bills ••••••/month"),
        ("$1,191.56+?/month", "•••••••••••/month"),
        ("60 GB × $0.08/GB/month = $0.024/h ($0.58/day)", None),
        ("$4.20 left, about 23d", "••••• left, about •••"),
        ("account threshold $10.00", "account threshold ••••••"),
        ("type:ed25519 ssh-ed25519", None),
        ("-H 'Authorization: Bearer k-1$' -H \"Authorization: Bearer ab12\" -d",
         "-H 'Authorization: Bearer ••••' -H \"Authorization: Bearer ••••\" -d"),
        ("SHA256:x/yz work-mac", "••••••••••• work-mac"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFub3RoZXIg", "ssh-ed25519 " + "•" * 36),
        ("IGZha2Uga2V5IG9mIHRo laptop", "•••••••••••••••••••• ••••••"),
        ("http://x:8080/?token=abc-1", "http://x:8080/?token=•••••"),
        ("f00df00df00df00df00d", "••••••••••••••••••••"),
        ("HF_TOKEN=hf_abcdefgh123", "HF_TOKEN=••••••••••••••"),
        ("Type 1874 to destroy:", None),
        ("spent at most $1,234.50 · stopped $0.013/h",
         "spent ••••••••••••••••• · stopped $0.013/h"),
        ("at $0.287/h, $2.31 so far", "at $0.287/h, ••••• so far"),
        ("balance  $42.50 ", "balance  •••••• "),
        ("endpoint 19392, endpoint-7, invoice 12", "endpoint •••••, endpoint-•, invoice ••"),
        ("Manual Billing from VISA ...4242", "Manual Billing from VISA ...••••"),
        ("text message to ******1234", "text message to ******••••"),
        ("from $VAST_API_KEY, ending in 9f3a", "from $VAST_API_KEY, ending in ••••"),
        # What tells nothing of anybody
        ("driver 570.124.04, 20,000 offers, CUDA 12.8", None),
        ("12:34:56 [disk 60000G] $0.30/GB/month 2.1.0.post1", None),
        ("99.99999 % · 0.0123456 · 8 h = $3.63 → $0.454/h all-in", None),
        ("step 120480/500000 loss 1.2 tokens 32768 listening on port 48022", None),
        ("vastai/pytorch:@vastai-automatic-tag  vastai/pytorch:@vastai-aut…", None),
        ("vastai/pytorch@sha25…", None),
        ("mine · template 334549 · yours", "mine · template •••••• · yours"),
        ("old-c: The contract ends in 2 days; 1 of 2 disks · SE · ends in 41d", None),
        ("--image vastai/pytorch@sha256:" + "ab" * 32 + " --disk 20000", None),
        ("gpu_totalram 24564 cpu_ram 515604 /data/20260101/x 2915.5 $2915", None),
    ],
)  # fmt: skip
def test_what_is_hidden(text: str, shown: str | None) -> None:
    hidden = veil().hide(text)
    assert hidden == (text if shown is None else shown)
    assert len(hidden) == len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("15 contracts · $506.08 in 30 days", "15 contracts · ••••••• in 30 days"),
        ("train-a  256.30  -  0.004  1,256.30", "train-a  ••••••  -  •••••  ••••••••"),
        ("$4 ┤", "•• ┤"),
        ("452.6 h at $0.29 to $0.45/h, 12.50 %", None),
        ("$0.585/h 0.585 total>5.50", None),
        ("old-ck  4.75  0.000  0.0049  0.017", "old-ck  ••••  0.000  0.0049  0.017"),
    ],
)
def test_where_all_money_is_the_account_s_its_sums_are_hidden(text: str, shown: str | None) -> None:
    assert Veil(lambda: True).hide(text) == (text if shown is None else shown)
    assert Veil().hide(text) == text


def test_wide_letters_keep_their_width() -> None:
    known = Veil()
    known.learn_fleet(Fleet(account=Account(id=1, username="名前だ")))
    assert known.hide("by 名前だ.") == "by ・・・."


def test_what_is_gone_stays_private() -> None:
    known = veil()
    known.learn_fleet(Fleet())
    assert known.hide("train-a (54551874)") == "train-a (••••••••)"


def test_styles_stay_where_they_were() -> None:
    bold, plain = Style(bold=True), Style()
    line = [Segment("○ offer ", plain), Segment("4410", bold), Segment("0001 ✓", plain)]
    assert Veil().apply(line, Color(0, 0, 0)) == [
        Segment("○ offer ", plain), Segment("••••", bold), Segment("•••• ✓", plain),
    ]  # fmt: skip


def known_values(running: Stage) -> list[str]:
    """What the screen must not tell, as the service has it."""
    fleet, world = running.app.fleet, running.world
    account = fleet.account
    assert account is not None
    values: list[object] = [account.id, account.email, money(account.credit)]
    for row in fleet.rows:
        one = row.instance
        values += [one.id, one.machine_id, one.host_id, one.public_ipaddr, one.jupyter_token]
        values += [one.ssh_host, one.ssh_port, *(port.outside for port in one.ports)]
    for key in world.keys.account:
        values += [key.id, *key.text.split()[1:], fingerprint(key.text).partition(":")[2]]
    return [str(value) for value in values if value is not None]


SWEEP = (
    "2", "]", "]", "]", "[", "Y", "D", "a", "!", "@", "T", "b", "y", ":", "enter", "l", "]", "]",
    "]", "escape", "6", "]", "y", "D", "n", "1", "]", "]", "]", "y", "Y", "enter", "n", "@",
)  # fmt: skip
"""Keys that go through every screen, tab and dialog that has something to tell."""


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
async def test_no_screen_dialog_or_notification_tells_a_known_value(size: tuple[int, int]) -> None:
    async with stage(instances=6, size=size) as running:
        await running.instances()
        values = known_values(running)
        spent = re.findall(r"≤?\$[\d.]+ +\d+[hmd]", running.text)
        assert any(value in running.text for value in values) or size[0] < 100
        await running.press("P")
        await running.pause()
        assert "private" in running.text.splitlines()[0]
        assert "Private: ids, addresses" in running.text
        seen = set()
        for key in SWEEP:
            if key in "yY" and running.app.current_scope == "offers":
                row = running.app.offers.browse.current
                assert row is not None
                values += [str(row.offer.id), str(row.offer.machine_id)]
            await running.press(key)
            await running.until(lambda: not running.app.fleet.busy)
            await running.pause()
            seen.add(running.text)
            for word in (*values, *spent):
                assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", running.text), (key, word)
            while isinstance(running.app.screen, ModalScreen):
                await running.press("escape")
        assert len(seen) > len(SWEEP) - 8


def tails(running: Stage) -> list[str]:
    """The last letters of what the account's keys must not tell, as a narrow line would leave."""
    keys = running.world.keys.account
    secrets = [*(key.text.split()[1] for key in keys), *(fingerprint(key.text) for key in keys)]
    return [secret[-length:] for secret in secrets for length in range(4, 8)]


async def test_what_goes_on_in_the_next_line_is_hidden_to_its_end() -> None:
    async with stage(instances=2) as running:
        await running.press("6")
        screen = running.app.get_screen("ssh_keys")
        assert isinstance(screen, ResourceScreen)
        await running.until(lambda: screen.snapshot.number)
        await running.press("P")
        secrets = set(tails(running))
        for size in ((60, 20), (66, 24), (80, 24), (100, 30), (140, 40)):
            await running.pilot.resize_terminal(*size)
            await running.press("home", "enter")
            for key in ("]", "]", "j", "]", "]", "D", "escape", "y", "Y", "escape"):
                await running.press(key)
                await running.pause()
                words = {word.strip("│ ") for word in running.text.split()}
                assert not words & secrets, (size, key, running.text)
                assert "•••••" in running.text, (size, key)
            await running.press("escape")


async def test_notices_and_last_words_are_veiled_too_and_what_is_copied_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=4) as running:
        await running.instances()
        copied: list[str] = []
        monkeypatch.setattr(running.app, "copy_to_clipboard", copied.append)
        number = running.app.fleet.rows[0].id
        assert running.app.discreet(f"{number} exited") == f"{number} exited"
        await running.press("slash", *"train-a", "enter", "P", "y")
        assert str(number) not in running.app.discreet(f"{number} exited")
        await running.until(lambda: copied)
        assert "@" in copied[0]
        assert "•" not in copied[0]


async def test_what_must_be_typed_can_be_seen() -> None:
    async with opened(DestroyModal([fleet_row(1)], 0.0, veil().hide)) as seen:
        for label, word in (
            ("train-z", "train-z"),
            ("", "destroy"),
            ("ada@example.org", "destroy"),
        ):
            row = fleet_row(54551874, label=label)
            await seen.again(DestroyModal([row], 0.0, veil().hide))
            assert f"Type {word} to destroy:" in seen.text, label
            assert "the end of its id" not in seen.text, label
            entry = seen.app.screen.query_one(Input)
            for text, meant in {"1874": False, label or "x": label == word, word: True}.items():
                entry.value = text
                await seen.pause()
                disabled = seen.app.screen.query_one("#destroy").disabled
                assert disabled is not meant, (label, text)


async def test_private_mode_never_asks_for_what_it_hides() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.press("P")
        await running.dialog("D")
        asked = running.text.partition(" to destroy:")[0].rpartition("Type ")[2]
        assert asked == running.app.screen.words()[0]  # type: ignore[attr-defined]
        running.app.screen.query_one(Input).value = asked
        await running.pause()
        assert not running.app.screen.query_one("#destroy").disabled
