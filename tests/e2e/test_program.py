"""The real program in a real terminal."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.support.program import (
    KEY,
    LEAVES,
    control,
    ledger,
    online,
    plan,
    quit_cleanly,
    simulator,
)
from tests.support.terminal import Terminal, vasttui

pytestmark = pytest.mark.e2e


def rows(terminal: Terminal) -> list[str]:
    """The rows of the table, without what changes every second."""
    return [line[:60] for line in terminal.lines if " RTX " in line[:9] or "▶ " in line[:3]]


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (200, 50)])
def test_the_demo_filters_sorts_and_leaves_the_terminal_as_it_was(
    size: tuple[int, int], tmp_path: Path
) -> None:
    with Terminal(vasttui("--demo"), columns=size[0], rows=size[1], home=tmp_path) as terminal:
        terminal.wait_for("✓")
        terminal.send("/", "gpu:4090 n=1")
        terminal.wait(lambda: "RTX 3070" not in terminal.text and "RTX 4090" in terminal.text)
        terminal.send("enter", "I")
        terminal.wait_for("eff$/h▼")
        terminal.send("?")
        terminal.wait_for("Help")
        terminal.send("esc")
        terminal.wait(lambda: "Help" not in terminal.text)
        quit_cleanly(terminal)
    assert list(tmp_path.iterdir()) == []


def test_keys_typed_ahead_reach_what_they_were_meant_for() -> None:
    with Terminal(vasttui("--demo")) as terminal:
        terminal.wait_for("✓")
        terminal.send("down", "down", "space", ":", "reverse the order", "enter")
        terminal.wait_for("eff$/h▼")
        terminal.wait(lambda: sum(line[2:3] == "✓" for line in terminal.lines) == 1)
        assert "Paused" not in terminal.text
        terminal.send("f", "5090", "enter")
        terminal.wait_for("gpu:5090")
        quit_cleanly(terminal)


def test_the_demo_and_the_simulator_over_tcp_show_the_same(tmp_path: Path) -> None:
    filtered = ("--query", "gpu:4090")
    with (
        simulator("--seed", "5") as address,
        Terminal(vasttui("--demo", "--seed", "5", *filtered)) as demo,
        Terminal(vasttui(*filtered), env=online(address), home=tmp_path) as terminal,
    ):
        demo.wait_for("●")
        terminal.wait_for("●")
        terminal.wait_for("$42.")

        def is_the_same() -> bool:
            demo.read(0.05)  # both go on: the market may have changed between their searches
            return len(rows(demo)) > 5 and rows(demo) == rows(terminal)

        terminal.wait(is_the_same)
        quit_cleanly(terminal)


def test_without_a_key_the_market_works_and_a_key_can_be_added(tmp_path: Path) -> None:
    with (
        simulator("--api-key", KEY) as address,
        Terminal(vasttui(), env={"VAST_URL": address}, home=tmp_path) as terminal,
    ):
        terminal.wait_for("Sign in to Vast.ai")
        terminal.send("f" * 40, "enter")
        terminal.wait_for("rejected this API key")
        terminal.send("esc")
        terminal.wait_for("no key · K")
        terminal.wait_for("●")
        terminal.send("K")
        terminal.wait_for("Sign in to Vast.ai")
        terminal.send(KEY, "enter")
        terminal.wait_for("$42.")
        assert KEY.encode() not in terminal.output
        quit_cleanly(terminal)


def test_a_wrong_key_is_a_sentence_and_the_program_goes_on(tmp_path: Path) -> None:
    with (
        simulator("--api-key", "another-key-entirely") as address,
        Terminal(vasttui(), env=online(address), home=tmp_path) as terminal,
    ):
        terminal.wait_for("rejected this API key")
        assert KEY.encode() not in terminal.output
        terminal.send("?")
        terminal.wait_for("Help")
        terminal.send("esc")
        terminal.wait(lambda: "Help" not in terminal.text)
        quit_cleanly(terminal)


def test_rows_stay_while_the_service_is_away_and_it_is_found_again(tmp_path: Path) -> None:
    with simulator() as address:
        port = address.rpartition(":")[2]
        terminal = Terminal(vasttui(), env=online(address), home=tmp_path)
        terminal.__enter__()
        terminal.wait_for("●")
        before = terminal.wait_steady(lambda: rows(terminal))
    try:
        terminal.send("r")
        terminal.wait_for("refused the connection")
        terminal.wait_for("refused the connection since")
        terminal.wait(lambda: rows(terminal) == before)
        with simulator("--port", port):
            terminal.send("r")
            terminal.wait(
                lambda: "refused the connection" not in terminal.text and "●" in terminal.text
            )
            quit_cleanly(terminal)
    finally:
        terminal.__exit__()


def test_bad_answers_are_sentences(tmp_path: Path) -> None:
    said = {
        "html": "web page",
        "half_json": "cut off",
        "http:500": "HTTP 500",
        "redirect:https://evil.example/": "evil.example",
        "quota": "quota",
    }
    with simulator() as address:
        plan(address, search=["html"] * 12)
        with Terminal(vasttui(), env=online(address), home=tmp_path) as terminal:
            for words, following in zip(said.values(), [*list(said)[1:], ""], strict=True):
                terminal.wait_for(words)
                assert "Traceback" not in terminal.text
                if following:
                    control(address, "reset", {})
                    plan(address, search=[following] * 12)
                    terminal.send("r")
            quit_cleanly(terminal)


def test_hostile_strings_do_not_reach_the_terminal_as_commands(tmp_path: Path) -> None:
    with simulator() as address:
        plan(address, search=["hostile"] * 30)
        query = vasttui("--query", "verified=any rentable=any external=any")
        with Terminal(query, env=online(address), home=tmp_path) as terminal:
            terminal.wait_for("●")
            terminal.send("down", "enter")
            terminal.settle()
            terminal.send("esc")
            terminal.settle()
            for forbidden in (b"\x1b]52", b"\x1b]0;", b"\x1b]2;", b"\x1bP", b"\xc2\x9b"):
                assert forbidden not in terminal.output
            quit_cleanly(terminal)


def searches(address: str) -> int:
    """How many searches have reached the simulator."""
    return sum(one["operation"] == "search" for one in ledger(address))


def test_keys_answer_while_a_search_hangs(tmp_path: Path) -> None:
    with (
        simulator() as address,
        Terminal(vasttui(), env=online(address), home=tmp_path) as terminal,
    ):
        terminal.wait_for("●")
        plan(address, search=["stall:60"] * 3)
        before = searches(address)
        terminal.send("r")
        terminal.wait(lambda: searches(address) > before)
        terminal.send("/", "gpu:3090")
        terminal.wait(lambda: "RTX 4060" not in terminal.text and "RTX 3090" in terminal.text)
        start = time.monotonic()
        terminal.send("enter", "q")
        assert terminal.finish() == 0
        assert time.monotonic() - start < 30  # the search hangs for a minute


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_signals_end_it_in_order(number: signal.Signals, code: int) -> None:
    with Terminal(vasttui("--demo")) as terminal:
        terminal.wait_for("✓")
        terminal.process.send_signal(number)
        assert terminal.finish() == code
        assert terminal.modes == terminal.modes_before
        for sequence in LEAVES:
            assert sequence in terminal.output


def test_a_crash_restores_the_terminal_and_shows_no_secret(tmp_path: Path) -> None:
    script = tmp_path / "crash.py"
    script.write_text(
        "import sys\n"
        "from vasttui.ui.offers.screen import OffersScreen\n"
        "def broken(self):\n"
        f"    api_key = 'SECRET{KEY}'\n"
        "    raise RuntimeError('broken on purpose')\n"
        "OffersScreen.action_mark = broken\n"
        "from vasttui.cli import main\n"
        "sys.exit(main(['--demo']))\n"
    )
    argv = [*vasttui()[:1], str(script)]
    root = str(Path(__file__).resolve().parents[2])
    with Terminal(argv, env={"PYTHONPATH": root, "TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for("✓")
        terminal.send("space")
        assert terminal.finish() == 1
        assert terminal.modes == terminal.modes_before
        assert b"vasttui crashed (" in terminal.output
        assert b"SECRET" not in terminal.output
        assert b"Traceback" not in terminal.output


def test_small_terminals_and_resize_storms(tmp_path: Path) -> None:
    rng = random.Random(7)
    with Terminal(vasttui("--demo", "--query", "gpu:4090"), home=tmp_path) as terminal:
        terminal.wait_for("✓")
        terminal.send("down", "down")
        for _ in range(60):
            terminal.resize(rng.randint(1, 220), rng.randint(1, 60))
            terminal.read(0.01)
        terminal.resize(40, 10)
        terminal.wait_for("vasttui needs")
        terminal.resize(120, 36)
        terminal.wait(lambda: "gpu:4090" in terminal.text and "▶" in terminal.text)
        quit_cleanly(terminal)


def test_no_color_means_no_colour() -> None:
    with Terminal(vasttui("--demo"), env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("✓")
        terminal.wait_for("▶")
        quit_cleanly(terminal)
        for part in bytes(terminal.output).split(b"\x1b[")[1:]:
            codes = part.partition(b"m")[0].split(b";")
            if part[: part.find(b"m")].replace(b";", b"").isdigit():
                colours = [codes[i + 2 : i + 5] for i, c in enumerate(codes) if c in (b"38", b"48")]
                assert all(len(set(rgb)) == 1 for rgb in colours), part[:40]


def test_a_bad_configuration_is_named_with_its_line(tmp_path: Path) -> None:
    config = tmp_path / ".config" / "vasttui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[market]\ndisc = 60\n")
    with Terminal(vasttui(), home=tmp_path) as terminal:
        assert terminal.finish() == 2
        assert "config.toml:2" in terminal.text.replace("\n", "")
        assert "market.disk" in terminal.text.replace("\n", "")


def test_the_places_of_the_account_work_over_tcp(tmp_path: Path) -> None:
    """Each is read through the HTTP client; a change reaches the service and is seen there."""
    places = (
        ("2", "old-c"), ("tab", "Certain?"), ("tab", "No transfers"), ("3", "datasets"),
        ("tab", "$/GB/mo"), ("tab", "backup"), ("4", "GPU + disk"),
        ("tab", "transcribe"), ("6", "work-mac"),
        ("tab", "WANDB_API_KEY"), ("tab", "phone"), ("tab", "rented"), ("tab", "demo@example.com"),
    )  # fmt: skip
    with (
        simulator("--instances", "6") as address,
        Terminal(vasttui(), env=online(address), home=tmp_path) as terminal,
    ):
        terminal.wait_for("●")
        terminal.send("1", "tab")
        terminal.wait_for("half    =   twice")
        terminal.send("tab")
        terminal.wait_for("vLLM")
        terminal.send("tab")
        terminal.wait_for("No watches")
        terminal.send("n")
        terminal.wait_for("Watch this filter")
        terminal.send("9", "enter")
        terminal.wait_for("match, the lowest is")
        for key, words in places:
            terminal.send(key)
            terminal.wait_for(words)
        terminal.send(":", "variables", "enter")
        terminal.wait_for("WANDB_API_KEY")
        terminal.send("n")
        terminal.wait_for("esc close")
        terminal.send("OVER_TCP=yes", "enter", "enter", "enter")
        terminal.wait_for("OVER_TCP: added.")
        quit_cleanly(terminal)
        read = {one["operation"] for one in ledger(address)}
    assert {
        "instances", "templates", "volumes", "search_volumes", "backups", "account_keys",
        "variables", "api_keys", "audit_logs", "account", "ipaddrs", "subaccounts", "connections",
        "add_variable", "endpoints", "workergroups", "endpoint_workers", "deployments",
    } <= read  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "SSL_CERT_FILE",
            "/missing.pem",
            "$SSL_CERT_FILE names /missing.pem: there is no such file.",
        ),
        ("ALL_PROXY", "socks5://me:hunter2@127.0.0.1:9", "$ALL_PROXY names a SOCKS proxy"),
        ("https_proxy", "quic://me:hunter2@proxy", "$https_proxy names a proxy of an unknown kind"),
    ],
)
def test_what_no_request_could_pass_is_told_at_the_start(
    name: str, value: str, words: str, tmp_path: Path
) -> None:
    env = {"VAST_API_KEY": KEY, name: value}
    with Terminal(vasttui(), env=env, home=tmp_path) as terminal:
        assert terminal.finish() == 1
        said = " ".join(bytes(terminal.output).decode().split())
        assert said.startswith(f"vasttui: {words}")
        assert "hunter2" not in said
        assert "Traceback" not in said
        assert LEAVES[0] not in terminal.output
