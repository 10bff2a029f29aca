"""`vasttui offers` and `vasttui instances`: what they print, and where."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.offer_rows import PLAIN
from tests.support.served import served
from tests.support.simulator import KEY, demo_world
from vasttui.cli import main
from vasttui.clock import SystemClock
from vasttui.models.machine_memory import OwnRental
from vasttui.models.money import Usage
from vasttui.models.price_book import Kind
from vasttui.models.search import Scope
from vasttui.query.machine_sets import MACHINES
from vasttui.simulator.world import World
from vasttui.state.preferences import PreferenceStore
from vasttui.store import machines, prices
from vasttui.store.memory_file import MemoryFile
from vasttui.store.price_days import record_days
from vasttui.store.prices import Seen

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory, and no key in the environment."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "VAST_API_KEY", "VASTAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def world() -> World:
    return demo_world(clock=SystemClock(), offers=300)


@pytest.fixture
def service(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A served world, to which commands go."""
    with served(world) as address:
        monkeypatch.setenv("VAST_URL", address)
        yield world
    MACHINES.clear()


def printed(capsys: Captured, *words: str, code: int = 0) -> tuple[str, str]:
    assert main(words) == code
    return capsys.readouterr()


def objects(capsys: Captured, *words: str) -> list[dict[str, Any]]:
    rows = json.loads(printed(capsys, *words, "--json")[0])
    assert isinstance(rows, list)
    return rows


def test_offers_keep_the_rules_and_come_with_the_all_in_price(capsys: Captured) -> None:
    demo = ("--demo", "offers", "n=1 eff<0.5")
    rows = objects(capsys, *demo, "--hosts", "any")
    assert len(rows) > 20
    assert all(row["n"] == 1 and row["eff"] < 0.5 for row in rows)
    assert [row["eff"] for row in rows] == sorted(row["eff"] for row in rows)
    more = objects(capsys, *demo, "--hosts", "any", "--disk", "200", "--limit", "5")
    assert min(row["eff"] for row in more) > rows[0]["eff"]
    best = objects(capsys, *demo, "--sort", "value", "--limit", "3", "--columns", "value,id")
    assert [list(row) for row in best] == [["value", "id"]] * 3
    assert best[0]["value"] >= best[1]["value"] >= best[2]["value"]
    worst = objects(capsys, *demo, "--sort", "value+", "--limit", "1", "--columns", "value")
    assert worst[0]["value"] < best[2]["value"]


def test_a_table_is_plain_and_what_it_leaves_out_is_said_apart(capsys: Captured) -> None:
    out, err = printed(capsys, "--demo", "offers", "gpu:4090 n=1", "--limit", "2")
    title, *rows = out.splitlines()
    assert title.split()[:6] == ["GPU", "N", "VRAM", "CUDA", "$/h", "eff$/h"]
    assert [row.split()[:3] for row in rows] == [["RTX", "4090", "1"]] * 2
    assert "\x1b" not in out
    assert err.startswith("2 of ")
    assert " fetched in 1 page; on-demand, verified hosts, 10 GB for 8 h\n" in err
    assert err.endswith("cheap is unknown, and no machine is mine, failed or starred\n")
    out, err = printed(capsys, "--demo", "--search-cap", "5", "offers", "--limit", "0")
    assert out == f"{title}\n" or out.count("\n") == 1
    assert "fetched in 10 pages; more exist: max_pages = 10 in the configuration" in err


def test_a_terminal_gets_the_columns_that_fit_and_signs_that_it_can_print(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--demo", "instances")
    whole, _ = printed(capsys, *words)
    plain, _ = printed(capsys, *words, "--ascii")
    assert not whole.isascii()
    assert plain.isascii()
    with monkeypatch.context() as patch:
        patch.setattr(sys.stdout, "isatty", lambda: True)
        patch.setenv("COLUMNS", "40")
        assert printed(capsys, *words)[0].split()[:3] == ["State", "Label", "Instance"]
        patch.setenv("COLUMNS", "60")
        narrow, err = printed(capsys, *words)
    assert max(map(len, narrow.splitlines())) <= 60
    assert narrow.split()[:3] == ["State", "Label", "Instance"]
    assert "columns did not fit; --columns chooses" in err


def test_csv_is_that_of_the_dashboard(capsys: Captured) -> None:
    out, _ = printed(capsys, "--demo", "offers", "--csv", "--limit", "3")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 3
    assert all(float(row["eff$/h"]) > 0 for row in rows)


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (["gpu:4090 eff<cheap"], ["at 'eff<cheap'", "try eff"]),
        (["gpu_nam=RTX_4090"], ["at 'gpu_nam=RTX_4090'", "unknown field gpu_nam", "gpu_name?"]),
        (["eff<" + "x " * 2000], ["at most 2000 characters", "x…'"]),
        (["eff"], ["at 'eff'", "needs a number"]),
        (["vastai search offers"], ["is a command, not a filter"]),
        (["--sort", "prize"], ["no column 'prize'; did you mean price?"]),
        (["--columns", ","], ["--columns names no column", "Columns: gpu, n,"]),
        (["--sort", ""], ["--sort names no column", "Columns: gpu, n,"]),
        (["--columns", "gpu,Eff"], ["no column 'Eff'", "Columns: gpu, n,", "\n         Others: a"]),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_and_nothing_is_printed(
    words: list[str], sentences: list[str], capsys: Captured
) -> None:
    out, err = printed(capsys, "--demo", "offers", *words, code=2)
    assert out == ""
    assert all(sentence in err for sentence in sentences), err
    if "Columns" in err:
        assert max(map(len, err.splitlines())) <= 80


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("gpu:9999", "no offer can match, as with a GPU that the market does not have"),
        ("gpu:4090 platypus", "vasttui: without platypus there would be "),
    ],
)
def test_an_empty_list_says_which_rule_empties_it(
    text: str, sentence: str, capsys: Captured
) -> None:
    out, err = printed(capsys, "--demo", "offers", text)
    assert out.count("\n") == 1
    assert "0 offers, of " in err
    assert sentence in err


def test_the_choices_of_the_dashboard_hold_without_being_written(
    service: World, home: Path, capsys: Captured
) -> None:
    first = objects(capsys, "offers", "--limit", "1")[0]
    state = home / ".local" / "state" / "vasttui" / "preferences.json"
    store = PreferenceStore(state, lambda job: job())
    store.change(avoided=frozenset({first["mach"]}))
    before = state.read_bytes()
    out, err = printed(capsys, "offers", "--columns", "mach")
    assert str(first["mach"]) not in out.split()
    assert "of machines you avoid left out" in err
    assert str(first["mach"]) in printed(capsys, "offers", "--all", "--columns", "mach")[0].split()
    assert state.read_bytes() == before
    config = home / ".config" / "vasttui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[market]\nhours = 0\n")
    assert "config.toml:2" in printed(capsys, "offers", code=2)[1]


def test_the_filter_knows_what_is_remembered_of_machines(
    service: World, home: Path, capsys: Captured
) -> None:
    state = home / ".local" / "state" / "vasttui"
    first, second, third, *_ = (row["mach"] for row in objects(capsys, "offers"))
    assert not (state / "memory.sqlite3").exists()
    store = PreferenceStore(state / "preferences.json", lambda job: job())
    store.change(avoided=frozenset({third}))
    file = MemoryFile(state / "memory.sqlite3", SystemClock().now)

    def remember(rows: sqlite3.Connection) -> None:
        machines.set_mark(rows, first, {"note": "slow disk", "noted": 1.0})
        rental = OwnRental(instance=1, machine=second, trouble="slow", rented=1.0)
        machines.set_rentals(rows, [rental], "me")

    file.do(machines.TABLES, remember)
    file.close()
    for word, machine in (("noted", first), ("failed", second), ("mine", second),
                          ("avoided", third)):  # fmt: skip
        rows = objects(capsys, "offers", word)
        assert {row["mach"] for row in rows} == {machine}, word
    assert "✖1 slow" in objects(capsys, "offers", "mine")[0]["flags"]
    assert objects(capsys, "--demo", "offers", "mine") == []
    assert main(["watch", "avoided", "--once", "--timeout", "0"]) == 0
    assert json.loads(capsys.readouterr().out)["mach"] == third
    file.do(machines.TABLES, lambda rows: machines.take_over(rows, {first}, {second}, 1.0))
    file.close()
    (state / "preferences.json").unlink()  # it has a copy, no more
    assert {row["mach"] for row in objects(capsys, "offers", "starred")} == {first}
    assert {row["mach"] for row in objects(capsys, "offers", "avoided")} == {second}
    for is_newer in (True, False):
        if is_newer:
            file.do((), lambda rows: rows.execute("PRAGMA user_version = 99"))
            file.close()
        else:
            (state / "memory.sqlite3").write_bytes(b"nonsense" * 5_000)
        before = (state / "memory.sqlite3").read_bytes()
        err = printed(capsys, "offers", "mine")[1]
        assert "vasttui: The memory is not read: " in err
        assert (state / "memory.sqlite3").read_bytes() == before
    assert list(state.glob("memory.broken*")) == []
    (state / "preferences.json").write_text("[{")
    err = printed(capsys, "offers", "mine")[1]
    assert "vasttui: Your preferences could not be read; they are kept aside as " in err


def test_offers_are_compared_with_the_prices_that_were_seen(
    service: World, home: Path, capsys: Captured
) -> None:
    state, now = home / ".local" / "state" / "vasttui", SystemClock().now()
    row = objects(capsys, "offers", "--limit", "1")[0]
    file = MemoryFile(state / "memory.sqlite3", SystemClock().now)
    state.mkdir(parents=True, exist_ok=True)
    kind = Kind(row["gpu"], round(row["vram"] / 1024), row["n"])
    dear = replace(
        PLAIN, gpu_name=kind.gpu, gpu_ram=row["vram"], num_gpus=kind.gpus, machine_id=row["mach"],
        dph_base=2 * row["eff"], storage_cost=0.0,
    )  # fmt: skip

    def remember(rows: sqlite3.Connection) -> None:
        for day in range(1, 10):
            seen = Seen(now - day * 86_400, "on-demand", Usage(), [dear], True, Scope("verified"))
            prices.record_offers(rows, seen, [dear])
            record_days(rows, seen, [kind])

    file.do(prices.TABLES, remember)
    file.close()
    [found, *_] = objects(capsys, "offers", "cheap<-40 seen>5")
    assert found["id"] == row["id"]
    assert found["cheap"] == pytest.approx(-50, abs=1)
    assert main(["watch", "cheap<-40", "--once", "--timeout", "0"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == row["id"]
    assert objects(capsys, "offers", "--hosts", "any", "cheap<-40") == [], "not of these hosts"
    assert objects(capsys, "offers", "verified=any cheap<-40") == []
    assert objects(capsys, "--demo", "offers", "cheap<-40") == []


def test_offers_need_no_key_and_instances_say_what_to_do(service: World, capsys: Captured) -> None:
    out, err = printed(capsys, "offers", "--limit", "1")
    assert out.count("\n") == 2
    assert "this is not Vast.ai: http://127.0.0.1" in err
    out, err = printed(capsys, "instances", code=6)
    assert out == ""
    assert "This needs an API key." in err
    assert "Set VAST_API_KEY, name a file with --key-file, or press K in vasttui." in err


def test_instances_have_words_prices_and_a_way_in_but_no_secret(
    service: World, home: Path, capsys: Captured
) -> None:
    (home / "key").write_text(KEY)
    words = ("instances", "--key-file", str(home / "key"), "--read-only")
    rows = objects(capsys, *words)
    states = {row["label"]: row["state"] for row in rows}
    assert states["train-a"] == "running"
    running = next(row for row in rows if row["label"] == "train-a")
    assert running["ssh"].startswith("ssh -p ")
    assert running["price"] > 0
    assert abs(running["read_at"] - SystemClock().now()) < 60
    out, err = printed(capsys, *words, "state:running")
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["running"] * out.count("running ")
    assert "1 shown of 4 instances" in err
    assert "read at " in err
    everything = json.dumps(rows) + out + err
    assert KEY not in everything
    assert "token" not in everything
    assert "Other users of this computer can read your key" in err


def test_a_reader_that_left_ends_it_without_a_word(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(text: str) -> int:
        raise BrokenPipeError

    for words in (("offers",), ("watch", "gpu:4090", "--timeout", "0")):
        with monkeypatch.context() as patch:
            patch.setattr(sys.stdout, "write", gone)
            with pytest.raises(SystemExit) as ended:
                main(["--demo", *words])
        assert ended.value.code == 141
        assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(("fault", "code"), [("quota", 7), ("http:401", 6), ("http:400", 1)])
def test_a_service_that_refuses_gives_the_code_that_says_why(
    fault: str, code: int, service: World, capsys: Captured
) -> None:
    service.plan("search", [fault])
    assert printed(capsys, "offers", "--json", code=code)[0] == ""
    first, *_ = objects(capsys, "offers", "--hosts", "any", "--limit", "1")
    service.plan("search", ["ok", fault])
    out, err = printed(capsys, "offers", "--hosts", "any", "--json", code=code)
    assert first["id"] in [row["id"] for row in json.loads(out)]
    assert " fetched in 1 page; the rest is missing" in err


def test_what_strangers_write_is_clean_in_every_form(service: World, capsys: Captured) -> None:
    for form in ("--table", "--csv", "--json"):
        service.plan("search", ["hostile"])
        out, _ = printed(capsys, "offers", "--hosts", "any", form, "--columns", "gpu,place,cpu,id")
        assert out.count("\n") > 3
        assert all(char == "\n" or char.isprintable() for char in out)
        assert "\n=" not in out
