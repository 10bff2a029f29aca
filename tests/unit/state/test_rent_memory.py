"""The rent dialog starts with the last rental; secrets are never saved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from vasttui.models.template import Need, Template
from vasttui.state.rent_memory import RentMemory

TORCH = Template(
    id=5, hash_id="ab12", name="PyTorch", image="vastai/pytorch", runtype="args", disk=32
)
FIELDS = {
    "image": "vastai/pytorch", "disk": "60", "launch": "SSH", "env": "TOKEN=hunter2",
    "login": "-u me -p hunter2 docker.io", "onstart": "export TOKEN=hunter2", "volume": "1:/x",
}  # fmt: skip


def memory(path: Path | None = None) -> RentMemory:
    found = RentMemory(path, lambda job: job())
    found.load()
    return found


def test_nothing_is_remembered_at_first() -> None:
    assert memory().last() is None
    assert memory().of("ab12") is None


def test_each_template_has_its_own_and_the_last_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "rentals.json"
    mine = memory(path)
    mine.keep(FIELDS, TORCH)
    mine.keep({**FIELDS, "disk": "20"}, None)
    again = memory(path)
    last, torch = again.last(), again.of("ab12")
    assert last is not None
    assert torch is not None
    assert (last.fields["disk"], last.template) == ("20", None)
    assert (torch.fields["disk"], torch.template) == ("60", TORCH)
    again.keep(FIELDS, TORCH)
    newest = memory(path).last()
    assert newest is not None
    assert newest.template == TORCH


def test_what_may_be_secret_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "rentals.json"
    memory(path).keep(FIELDS, TORCH)
    assert "hunter2" not in path.read_text()
    last = memory(path).last()
    assert last is not None
    assert set(last.fields) == {"image", "disk", "launch"}


def test_reminder_and_stops_were_for_one_rental(tmp_path: Path) -> None:
    path = tmp_path / "rentals.json"
    times = {"remind": "8", "self_stop": "2", "stop_at": "23:00"}
    memory(path).keep({**FIELDS, **times}, None)
    assert not any(name in path.read_text() for name in times)
    path.write_text(json.dumps({"rentals": [{"disk": "60", **times}]}))  # of an earlier version
    last = memory(path).last()
    assert last is not None
    assert last.fields == {"disk": "60"}


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    mine = memory(tmp_path / "rentals.json")
    for number in range(50):
        mine.keep(FIELDS, Template(id=number, hash_id=f"h{number}", name="x"))
    assert mine.of("h9") is None
    assert mine.of("h10") is not None


def test_nonsense_in_the_file_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "rentals.json"
    bad = {"disk": 7, "image": "x" * 2000, "template": [1]}
    path.write_text(json.dumps({"rentals": [5, bad]}))
    last = memory(path).last()
    assert last is not None
    assert (last.fields, last.template) == ({}, None)
    bad = {"template": {"id": "7", "hash_id": "x", "name": "y"}}
    path.write_text(json.dumps({"rentals": [bad]}))
    last = memory(path).last()
    assert last is not None
    assert last.template is None


def test_what_a_template_opens_and_needs_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "rentals.json"
    needs = (Need("cpu_arch", "in", ("amd64",)), Need("cuda_max_good", "gte", 12.9), Need("odd"))
    torch = replace(TORCH, ports=("8080:8080",), needs=needs)
    memory(path).keep(FIELDS, torch)
    last = memory(path).last()
    assert last is not None
    assert last.template is not None
    assert (last.template.ports, last.template.needs) == (("8080:8080",), needs)


def test_an_edited_template_keeps_what_is_remembered_and_its_place(tmp_path: Path) -> None:
    mine = memory(tmp_path / "rentals.json")
    mine.keep(FIELDS, TORCH)
    mine.keep({**FIELDS, "disk": "20"}, None)
    new = replace(TORCH, hash_id="cd34", name="new")
    mine.renew("ab12", new)
    mine.renew("unknown", new)
    again = memory(tmp_path / "rentals.json")
    assert again.of("ab12") is None
    renewed, last = again.of("cd34"), again.last()
    assert renewed is not None
    assert last is not None
    assert (renewed.template, renewed.fields["disk"]) == (new, "60")
    assert last.template is None
