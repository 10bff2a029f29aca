"""Keys from all places combined; a place that cannot be read is unknown, never empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.ssh_keys import KeyAccount, Programs, public_key, write_key
from vasttui.errors import NetworkError
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.key_ring import account_ring, join, read_ring
from vasttui.services.system.programs import Finished

OFFLINE = NetworkError("The service was not reached.")


def key(seed: str, number: int | None = None, comment: str = "me") -> SshKey:
    return SshKey(public_key(seed, comment=comment), number)


async def test_the_same_key_from_all_places_is_one(tmp_path: Path) -> None:
    mine = write_key(tmp_path / "ssh", seed="a")
    service = KeyAccount(
        [SshKey(public_key("a", comment="other words"), 41), key("b", 42)], [key("a", 7)]
    )
    ring = await read_ring(service, [5], tmp_path / "ssh", Programs().run)
    first, second = ring.keys
    assert (first.key.blob, first.account, first.attached) == (mine.blob, (41,), {5: 7})
    assert first.local is not None
    assert first.local.usable
    assert first.name == "id_ed25519.pub"
    assert (second.account, second.attached, second.local) == ((42,), {}, None)
    assert first.fingerprint.startswith("SHA256:")
    assert ring.problems == ()


def test_a_key_that_is_on_the_account_twice_has_both_numbers() -> None:
    [one] = join([key("a", 1), key("a", 2)], {}, [])
    assert one.account == (1, 2)


def test_several_instances_are_told_apart() -> None:
    joined = join([], {5: [key("a", 1)], 6: [key("a", 2), key("b", 3)]}, [])
    assert {one.key.blob: one.attached for one in joined} == {
        key("a").blob: {5: 1, 6: 2},
        key("b").blob: {6: 3},
    }


async def test_what_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh", seed="a")
    service = KeyAccount([key("b", 1)], [])
    service.unreadable = OFFLINE
    ring = await read_ring(service, [5, 6], tmp_path / "ssh", Programs().run)
    assert len(ring.keys) == 1
    assert (ring.keys[0].account, ring.keys[0].attached) == (None, None)
    assert len(ring.problems) == 3
    assert all("could not be read" in sentence for sentence in ring.problems)


async def test_without_a_folder_no_file_is_read() -> None:
    ring = await read_ring(KeyAccount([key("b", 1)], []), [], None)
    assert [one.name for one in ring.keys] == ["me"]
    assert join([key("c", comment="")], None, [])[0].name == "unnamed"


@pytest.mark.parametrize(
    ("setting", "socket"),
    [
        (None, None),
        ("SSH_AUTH_SOCK", None),
        ("$OTHER_AGENT", "/run/other"),
        ("/run/mine", "/run/mine"),
        ("~/a.sock", f"{Path.home()}/a.sock"),
        ("none", ""),
        ("$NOT_SET", ""),
    ],
)
async def test_the_agent_that_ssh_would_ask_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str | None, socket: str | None
) -> None:
    monkeypatch.setenv("OTHER_AGENT", "/run/other")
    monkeypatch.delenv("NOT_SET", raising=False)
    line = "" if setting is None else f"identityagent {setting}\n"
    held = Finished(0, f"{public_key('b')}\n")
    programs = Programs(
        ssh=Finished(0, f"identityfile {tmp_path}/none\n{line}"), ssh_add=held, env=held
    )
    ring = await account_ring(KeyAccount([key("b", 1)], []), tmp_path / "ssh", programs.run)
    asked = [argv for argv in programs.calls if argv[-1] == "-L"]
    there = [] if socket is None else ["env", f"SSH_AUTH_SOCK={socket}"]
    assert asked == ([] if socket == "" else [[*there, "ssh-add", "-L"]])
    assert ring.keys[0].here is (socket != "")


async def test_a_key_that_the_configuration_names_elsewhere_is_here(tmp_path: Path) -> None:
    work = write_key(tmp_path / "elsewhere", "work", "b")
    programs = Programs(ssh=Finished(0, f"identityfile {tmp_path}/elsewhere/work\n"))
    ring = await account_ring(KeyAccount([work], []), tmp_path / "ssh", programs.run)
    assert [(one.name, one.here) for one in ring.keys] == [("work.pub", True)]
