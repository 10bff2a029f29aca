"""The command line: what it accepts and rejects, and its messages."""

from __future__ import annotations

import re

import pytest

from vasttui.cli import main
from vasttui.cli.parser import parse_arguments
from vasttui.simulator.world import WorldConfig


def test_without_arguments_it_is_the_live_dashboard() -> None:
    options = parse_arguments([])
    assert options.command == "dashboard"
    assert (options.demo, options.read_only, options.query) == (False, False, "")
    assert options.key_file is None
    assert (options.ascii, parse_arguments(["--ascii"]).ascii) == (False, True)


def test_the_demo_takes_the_size_of_its_market() -> None:
    options = parse_arguments(
        ["--demo", "--offers", "20000", "--instances", "3", "--seed", "7", "--search-cap", "99"]
    )
    assert options.demo
    assert (options.offers, options.instances, options.seed, options.search_cap) == (
        20000,
        3,
        7,
        99,
    )


@pytest.mark.parametrize("command", ["--demo", "simulate"])
def test_both_take_accounts_that_may_not_do_everything(command: str) -> None:
    names = ("second_factor", "team_key", "narrow_key", "early_jobs")
    switches = [f"--{name.replace('_', '-')}" for name in names]
    options = parse_arguments([command, *switches])
    assert [getattr(options, name) for name in names] == [True] * 4
    options = parse_arguments([command])
    assert [getattr(options, name) for name in names] == [None] * 4


def test_simulate_takes_a_market_an_address_and_a_key() -> None:
    options = parse_arguments(
        ["simulate", "--port", "8080", "--api-key", "k", "--rate-limits", "--seed", "2"]
    )
    assert options.command == "simulate"
    assert (options.host, options.port, options.api_key) == ("127.0.0.1", 8080, "k")
    assert (options.rate_limits, options.seed, options.offers) == (True, 2, None)


@pytest.mark.parametrize("order", ["--demo doctor", "doctor --demo"])
def test_an_option_counts_before_and_after_the_command(order: str) -> None:
    options = parse_arguments(order.split())
    assert (options.command, options.demo) == ("doctor", True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--offers 5", "--offers needs --demo"),
        ("--search-cap 5", "--search-cap needs --demo"),
        ("--narrow-key", "--narrow-key needs --demo"),
        ("--demo --key-file k", "--demo cannot be combined with --key-file"),
        ("doctor --demo --key-file k", "--demo cannot be combined with --key-file"),
        ("--demo simulate", "simulate cannot be combined with --demo or --key-file"),
        ("--demo --offers many", "'many' is not a whole number from 0 to 200000"),
        ("--demo --offers -1", "offers"),
        ("offers a b", "vasttui offers: error: unrecognized arguments: b"),
        ("offers -- a b", "vasttui offers: error: unrecognized arguments: a b"),
        ("ssh box uptime", "vasttui ssh: error: unrecognized arguments: uptime; a command goes"),
        ("wait box --timeout 1e9", "'1e9' is not a number from 0 to 31536000"),
        ("doctor --report x", "--report needs --service"),
        ("--demo --search-cap 0", "'0' is not a whole number from 1 to 200000"),
        ("simulate --port 65536", "a whole number from 0 to 65535"),
        ("--dem", "--dem"),
        ("--api-key=k", "unrecognized arguments: --api-key"),
        ("rent", "argument command: invalid choice: 'rent'"),
    ],
)
def test_what_makes_no_sense_ends_with_two_and_a_sentence(
    arguments: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_help_names_every_option_with_the_simulators_real_defaults(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for option in ("--demo", "--key-file F", "--read-only", "--query Q", "--version"):
        assert option in text
    defaults = WorldConfig()
    for option, value in (
        ("offers", defaults.offers),
        ("instances", defaults.instances),
        ("seed", defaults.seed),
        ("search-cap", defaults.search_cap),
    ):
        assert re.search(rf"--{option} N [^-]*\({value}\)", text), option


def test_the_printed_configuration_comes_without_looking_at_anything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor", "--print-config"]) == 0
    assert capsys.readouterr().out.startswith("# The configuration of vasttui.")
