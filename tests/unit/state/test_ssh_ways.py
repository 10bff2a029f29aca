from __future__ import annotations

import json
from pathlib import Path

import pytest

from vasttui.models.ssh_address import SshAddress, SshWay
from vasttui.state.ssh_ways import SshWays

PROXY = SshAddress("ssh5.vast.ai", 10600, direct=False)


def ways(path: Path | None) -> SshWays:
    found = SshWays(path, lambda job: job())
    found.load()
    return found


def test_the_way_and_its_key_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "ssh_ways.json"
    first = ways(path)
    assert first.of(7) == SshWay()
    first.answered(7, PROXY)
    first.use_key(7, "/keys/work")
    first.answered(8, PROXY)
    first.drop(8)
    assert ways(path).of(7) == SshWay(direct=False, identity="/keys/work")
    assert ways(path).of(8) == SshWay()
    ways(None).answered(7, PROXY)


@pytest.mark.parametrize(
    "entry",
    [{"x": [True, ""]}, {"7": True}, {"7": [1, ""]}, {"7": [True, 3]}, {"7": [True]}],
)
def test_entries_edited_by_hand_are_ignored(entry: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "ssh_ways.json"
    path.write_text(json.dumps(entry))
    assert ways(path).of(7) == SshWay()
