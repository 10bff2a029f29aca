"""What may be imported where, and when."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.fleet_rows import fleet_row
from tests.support.offer_rows import PLAIN
from tests.support.source import PACKAGE, ROOT, TESTS, Module, modules
from vasttui.api.origin import OFFICIAL
from vasttui.query.wire import ServerQuery
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.market.state import MarketState
from vasttui.state.kept_fleet import KeptFleet
from vasttui.state.kept_market import KeptMarket

FIRST_FRAME = (
    (ROOT / "ARCHITECTURE.md")
    .read_text()
    .split("\n## Before the first frame\n")[1]
    .split("\n## ")[0]
)
LATER = {
    name
    for first_cell in re.findall(r"^\| (`.*?) \|", FIRST_FRAME, re.MULTILINE)
    for name in re.findall(r"`([\w.]+)`", first_cell)
}
"""What is not loaded before the first frame; a package stands for everything in it."""

MODULES, DATACLASSES, STYLES, WIDGETS = 158, 0, 1_300, 17
TUPLES, NODES = 8, 13
"""Of ours before the first frame, at most; styles in bytes, widgets with Textual's own; named
tuples, and classes that Textual knows of. Each takes time, so raise them only for what is in that
frame: a module about 0.1 ms, a dataclass or a widget up to 1 ms, a named tuple 0.15 ms, a class of
Textual's 0.5 ms."""

FIRST_FRAME_OF_A_SESSION = """
import asyncio, json, os, random, sys
from dataclasses import is_dataclass
from pathlib import Path
import vasttui.cli
from vasttui.clock import SystemClock
from vasttui.dashboard import Run, demo_session, live_session, load
from vasttui.endpoint import find_service
from vasttui.logs import Redactor
from vasttui.paths import user_paths
from vasttui.run import Loop
from vasttui.state.json_file import Writer
from vasttui.ui.app.app import VasttuiApp

run = Run(clock=SystemClock(), rng=random.Random(1), writer=Writer(), redact=Redactor(),
          read_only=False, query="")
paths, home = user_paths(), os.environ["HOME"]
read = []
sys.addaudithook(lambda event, what: read.append(str(what[0])) if event == "open" else None)

def dataclasses(space):
    for one in list(vars(space).values()):
        if isinstance(one, type) and one.__module__.startswith("vasttui."):
            if is_dataclass(one):
                yield f"{one.__module__}.{one.__qualname__}"
            if one.__qualname__ == f"{getattr(space, '__qualname__', '')}.{one.__name__}":
                yield from dataclasses(one)
            elif space is sys.modules[one.__module__]:
                yield from dataclasses(one)

def classes(modules):
    return {one for module in modules for one in vars(module).values()
            if isinstance(one, type) and one.__module__ == module.__name__}

class FirstFrame(VasttuiApp):
    def start(self):
        ours = [one for name, one in sys.modules.items() if name.partition(".")[0] == "vasttui"]
        styles = [css.content for (path, _), css in self.stylesheet.source.items()
                  if path.endswith(".tcss")]
        json.dump({
            "files": [Path(one).name for one in read if one.startswith(home)],
            "loaded": list(sys.modules), "modules": len(ours), "styles": len("".join(styles)),
            "tuples": [one.__name__ for one in classes(ours) if hasattr(one, "_fields")],
            "nodes": [one.__name__ for one in classes(ours) if hasattr(one, "_merged_bindings")],
            "widgets": len(list(self.screen.walk_children())),
            "dataclasses": sorted({one for module in ours for one in dataclasses(module)}),
        }, sys.stdout)
        self.exit()

if DEMO:
    from vasttui.cli.parser import parse_arguments
    parse_arguments(["--demo"])
app = FirstFrame(
    demo_session(run, {}) if DEMO else
    live_session(run, find_service(os.environ, Path.home(), None), load(paths), paths)
)
with asyncio.Runner(loop_factory=Loop) as runner:
    runner.run(app.run_async(headless=True, size=(120, 36)))
"""


EARLY = """
import socket
from vasttui.api.early import EarlyConnection
from vasttui.api.origin import parse_origin

with socket.create_server(("127.0.0.1", 0)) as server:
    address = f"http://localhost:{server.getsockname()[1]}"
    EarlyConnection(parse_origin(address)).connected.result().close()
"""

CONNECT = """
import random
from vasttui.clock import SystemClock
from vasttui.dashboard import Run, market_at
from vasttui.logs import Redactor

run = Run(clock=SystemClock(), rng=random.Random(1), writer=None, redact=Redactor(),
          read_only=False, query="")
market_at("https://console.vast.ai", run)(None)
"""


def local_imports(module: Module) -> list[int]:
    """The lines of the imports inside functions."""
    functions = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        node.lineno
        for node in module.nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(node.lineno in lines for lines in functions)
    ]


def has_reason(module: Module, line: int) -> bool:
    """Whether a comment right above the imports gives their start-up cost."""
    lines = module.text.splitlines()
    above = line - 2
    while above >= 0 and "import" in lines[above] and not lines[above].lstrip().startswith("#"):
        above -= 1
    comment = []
    while above >= 0 and lines[above].lstrip().startswith("#"):
        comment.append(lines[above])
        above -= 1
    text = " ".join(comment).lower()
    return "start-up" in text or " ms" in text


def test_imports_inside_functions_name_their_price() -> None:
    assert [
        f"{module.name}:{line}"
        for module in modules(PACKAGE)
        for line in local_imports(module)
        if not has_reason(module, line)
    ] == []


def imported_by(code: str) -> set[str]:
    """The top-level packages loaded after running `code` in a fresh interpreter."""
    script = f"{code}\nimport sys; sys.stderr.write('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def first_frame(home: Path, *, demo: bool) -> Any:
    """What was loaded, made and read when the first frame was drawn, in a home without files."""
    code = FIRST_FRAME_OF_A_SESSION.replace("DEMO", str(demo))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"HOME": str(home), "PATH": os.environ["PATH"]},
        text=True, capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("demo", [False, True])
def test_the_first_frame_waits_for_nothing_heavy(demo: bool, tmp_path: Path) -> None:
    found = first_frame(tmp_path, demo=demo)
    loaded = set(found["loaded"])
    assert "textual.app" in loaded
    assert ("argparse" in loaded) == demo, "without arguments there are none to read"
    assert {"httpx", "pydantic", "vasttui.simulator", "vasttui.ui.modals"} <= LATER
    assert {one for one in loaded for later in LATER if f"{one}.".startswith(f"{later}.")} == set()
    assert found["modules"] <= MODULES
    assert len(found["dataclasses"]) <= DATACLASSES, found["dataclasses"]
    assert 0 < found["styles"] <= STYLES
    assert found["widgets"] <= WIDGETS
    assert len(found["tuples"]) <= TUPLES, found["tuples"]
    assert len(found["nodes"]) <= NODES, found["nodes"]


FIRST_SEARCH = {
    "vasttui.api.line", "vasttui.models.decode", "httpx", "httpcore", "h11", "anyio",
}  # fmt: skip
"""What is loaded for the first search, of what waits for the first frame."""

SEARCH_MODULES = 33
"""Of ours after the first frame and before the first search, at most."""


def test_what_was_kept_is_shown_with_the_instance_and_nothing_else(tmp_path: Path) -> None:
    state, now = tmp_path / ".local/state/vasttui", time.time()
    market = MarketState(
        rows=(PLAIN,), query=ServerQuery({}, "on-demand", 10.0), as_of=0.0, as_of_wall=now
    )
    fleet = Fleet(rows=(fleet_row(),), number=1, as_of=0.0, as_of_wall=now)
    KeptMarket(state / "market.json", lambda job: job(), OFFICIAL).see(market, 0.0)
    KeptFleet(state / "instances.json", lambda job: job()).see(fleet, "nobody", 0.0)
    found = first_frame(tmp_path, demo=False)
    loaded = set(found["loaded"])
    assert {"vasttui.services.fleet.store", "vasttui.models.instance"} <= loaded
    assert loaded & LATER == {"vasttui.models.instance"}
    assert len(found["dataclasses"]) <= DATACLASSES, found["dataclasses"]


def test_the_first_search_waits_for_little_more(tmp_path: Path) -> None:
    loaded = imported_by("import vasttui.ui.searching, vasttui.ui.app.app, httpcore\n" + CONNECT)
    assert loaded >= FIRST_SEARCH
    later = LATER - FIRST_SEARCH
    assert {one for one in loaded for name in later if f"{one}.".startswith(f"{name}.")} == set()
    more = loaded - set(first_frame(tmp_path, demo=False)["loaded"])
    assert len([name for name in more if name.startswith("vasttui.")]) <= SEARCH_MODULES


def test_the_early_connection_loads_no_tables_of_letters() -> None:
    assert not imported_by(EARLY) & {"encodings.idna", "stringprep"}


BACKGROUND = "import vasttui.api.client, vasttui.ui.live"

BACKGROUND_DATACLASSES = 6
"""Of ours in what works in the background, at most: one takes 10 to 60 kB, a msgspec record 3.
They are for a field that is not in `repr`, `==` or `hash`."""


def test_the_background_has_few_dataclasses() -> None:
    found = {
        f"{name}.{one.__name__}"
        for name in imported_by(BACKGROUND)
        if name.startswith("vasttui.")
        for one in vars(importlib.import_module(name)).values()
        if is_dataclass(one) and isinstance(one, type) and one.__module__ == name
    }
    assert len(found) <= BACKGROUND_DATACLASSES, found


def test_the_background_loads_nothing_that_waits_for_the_user() -> None:
    loaded = imported_by(BACKGROUND)
    (waiting,) = (row for row in FIRST_FRAME.splitlines() if "`ui/on_demand.py`" in row)
    names = re.findall(r"`(vasttui[\w.]+)`", waiting)
    assert len(names) == 19
    assert "vasttui.services.fleet.poller" in loaded
    assert {one for one in loaded for name in names if f"{one}.".startswith(f"{name}.")} == set()


@pytest.mark.parametrize("demo", [False, True])
def test_the_first_frame_reads_the_named_files_and_no_other(demo: bool, tmp_path: Path) -> None:
    keys = {"vast_tfa_key", "vast_api_key", ".vast_api_key"}
    named = set(re.findall(r"`(\w+\.(?:toml|json))`", FIRST_FRAME))
    assert set(first_frame(tmp_path, demo=demo)["files"]) == (set() if demo else keys | named)


@pytest.mark.parametrize(
    "arguments", ["--version", "--help", "simulate --help", "doctor --help", "offers --help"]
)
def test_the_small_commands_load_little(arguments: str) -> None:
    loaded = imported_by(
        "from vasttui.cli import main\n"
        f"try: main({arguments.split()!r})\n"
        "except SystemExit as done: assert done.code == 0"
    )
    assert loaded & {"textual", "rich", "asyncio", *LATER} == set()


def test_doctor_and_the_simulator_do_without_the_screens() -> None:
    loaded = imported_by("import vasttui.cli, vasttui.doctor, vasttui.simulate")
    assert loaded & {"textual", "rich", "httpx", "pydantic"} == set()


def test_lists_without_the_screen_do_without_textual() -> None:
    loaded = imported_by(
        "from vasttui.cli import main\n"
        "for words in ('offers', 'instances', 'wait train-a'): main(['--demo', *words.split()])"
    )
    assert "vasttui.lists.browse" in loaded
    assert "textual" not in loaded


def test_nobody_sleeps_on_the_computers_clock() -> None:
    bad = []
    for module in (*modules(PACKAGE), *modules(TESTS)):
        if "time.sleep" not in module.text and "from time import" not in module.text:
            continue  # to parse the tests takes seconds
        for node in module.nodes:
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "sleep"
                and isinstance(node.value, ast.Name)
                and node.value.id == "time"
            ):
                bad.append(module.at(node))
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                bad += [module.at(node) for one in node.names if one.name == "sleep"]
    assert bad == []
