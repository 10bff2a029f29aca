"""The configuration file: defaults, valid settings, and its error messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vasttui.errors import SettingsError
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.settings import (
    MarketSettings,
    Settings,
    UiSettings,
    check_key_names,
    default_config,
    find_line,
    load_settings,
    parse_settings,
    settings_of,
)
from vasttui.ui.key_table import ACTIONS
from vasttui.ui.keys import is_key

FILE = Path("config.toml")
KEYS = [("list.mark", "space,x", "mark this row")]


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "missing.toml") == Settings()


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[market]\ndisk = 60\nrental = "bid"\n[ui]\ntheme = "light"\n')
    settings = load_settings(path)
    assert settings.market == MarketSettings(disk=60.0, rental="bid")
    assert settings.ui == UiSettings(theme="light")


def test_the_market_section_becomes_the_switches() -> None:
    market = MarketSettings(rental="reserved", trust="any", disk=5, down=1, up=2, hours=3)
    usage = Usage(disk=5, down=1, up=2, hours=3)
    assert market.choice == SearchOptions(rental="reserved", trust="any", usage=usage)


def test_the_defaults_are_those_of_the_switches() -> None:
    assert MarketSettings().choice == SearchOptions()


def test_the_printed_configuration_is_the_defaults() -> None:
    assert parse_settings(default_config(KEYS), FILE) == Settings()


def test_the_printed_configuration_is_valid_when_uncommented() -> None:
    lines = default_config(KEYS).splitlines()
    source = "\n".join(re.sub(r"^# (?=[\w.\"]+ = )", "", line) for line in lines)
    settings = parse_settings(source, FILE)
    assert settings == Settings(keys={"list.mark": "space,x"})
    assert "refresh_seconds = 30" in source


def test_every_action_is_printed_with_its_keys() -> None:
    printed = default_config((one.id, one.keys, one.about) for one in ACTIONS)
    for one in ACTIONS:
        assert f'# {one.about}\n# "{one.id}" = "{one.keys}"\n' in printed
        assert all(map(is_key, filter(None, one.keys.split(","))))
    settings = parse_settings(printed, FILE)
    assert settings == Settings()


@pytest.mark.parametrize("section", [MarketSettings, UiSettings])
def test_every_setting_is_documented_and_printed(
    section: type[MarketSettings] | type[UiSettings],
) -> None:
    printed = default_config(KEYS)
    for one in settings_of(section):
        assert one.rule.about.endswith(".")
        assert one.rule.about in printed
        assert re.search(rf"^# {one.name} = ", printed, re.MULTILINE)


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("[market]\ndisk = 60\n\ndsik = 3", 4, "did you mean market.disk?"),
        ("[market]\n# trust\ntrust = 'verifed'", 3, "did you mean 'verified'?"),
        ("[markt]\ndisk = 3", 1, "did you mean market?"),
        ("\ndisk = 3", 2, "disk belongs under [market]"),
        ("colour = 3", 1, "valid names: alerts, keys, market, ssh, ui"),
        ("market = 3", 1, "write [market]"),
        ("market.disk = -1", 1, "a number from 1 to 1,000,000, not -1"),
        ("market = {disk = 'big'}", 1, "market.disk must be a number, not 'big'"),
        ("[market]\ndisk = true", 2, "market.disk must be a number, not True"),
        ("[market]\nhours = nan", 2, "market.hours must be a number from"),
        ("[market]\nup = inf", 2, "market.up must be a number from"),
        ("[market]\nmax_pages = 2.5", 2, "market.max_pages must be a whole number, not 2.5"),
        ("[ui]\ntheme = 3", 2, "ui.theme must be one of 'dark', 'light', not 3"),
        ("[keys]\n'list.mark' = 3", 2, "list.mark must be a key name"),
        ("[keys]\nlist.mark = ''", 2, "list.mark must be a key name"),
        ("[keys]\nlist.mark = ['x', 3]", 2, "list.mark must be a key name"),
        ("[market]\ndisk = ", 2, "not valid TOML"),
        ("[market]\n[market]\n", 2, "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_a_way_out(
    source: str, line: int, words: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(source, FILE)
    assert str(caught.value).startswith(f"config.toml:{line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "least", "most", "beyond"),
    [
        ("disk", 1, 1_000_000, 0.5), ("down", 0, 1_000_000, 1), ("up", 0, 1_000_000, 1),
        ("hours", 0.1, 87_600, 0.05), ("refresh_seconds", 5, 86_400, 0.5),
        ("max_pages", 1, 200, 1),
    ],
)  # fmt: skip
def test_numbers_are_taken_up_to_their_bounds(
    name: str, least: float, most: float, beyond: float
) -> None:
    for value in (least, most):
        settings = parse_settings(f"[market]\n{name} = {value}", FILE)
        assert getattr(settings.market, name) == value
    for value in (least - beyond, most + beyond):
        with pytest.raises(SettingsError, match=f"market.{name} must be a"):
            parse_settings(f"[market]\n{name} = {value}", FILE)


def test_keys_may_be_written_flat_or_nested_as_text_or_list() -> None:
    source = "[keys]\n'list.mark' = 'x'\noffers.copy = ['y', 'c']\n[keys.app]\nhelp = 'f1'\n"
    keys = parse_settings(source, FILE).keys
    assert keys == {"list.mark": "x", "offers.copy": "y,c", "app.help": "f1"}


def test_a_key_for_an_unknown_action_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[keys]\n'list.mark' = 'x'\n'offers.cpoy' = 'y'\n")
    settings = load_settings(path)
    with pytest.raises(SettingsError, match=r"config\.toml:3: .* did you mean offers\.copy\?"):
        check_key_names(path, settings.keys, ["list.mark", "offers.copy"], str.isalpha)
    check_key_names(path, {"list.mark": "x"}, ["list.mark", "offers.copy"], str.isalpha)


def test_a_key_that_does_not_exist_is_an_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[keys]\n'list.mark' = 'x, garbage'\n")
    wrong = r"config\.toml:2: list\.mark: there is no key 'garbage'; write x, G, space or ctrl\+r"
    with pytest.raises(SettingsError, match=wrong):
        check_key_names(path, load_settings(path).keys, ["list.mark"], is_key)
    path.write_text(
        "[keys]\n'list.mark' = 'f5, ctrl+x, shift+tab, ?, question_mark, ü, +, minus'\n"
    )
    check_key_names(path, load_settings(path).keys, ["list.mark"], is_key)


@pytest.mark.parametrize("content", [b"\xff\xfe[", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "config.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"config\.toml cannot be read"):
        load_settings(path)


@pytest.mark.parametrize(
    ("source", "place", "line"),
    [
        ("[a]\nx = 1\n[b]\nx = 2", ("b", "x"), 4),
        ("a.x = 1\na.y = 2", ("a", "y"), 2),
        ("[a.b]\nc = 1", ("a", "b", "c"), 2),
        ("[a]\nx = 1\ny = {z = 1}", ("a", "y", "z"), 3),
        ("x = 1", ("nowhere",), 1),
    ],
)
def test_lines_are_found(source: str, place: tuple[str, ...], line: int) -> None:
    assert find_line(source, place) == line


@pytest.mark.parametrize(
    ("forwards", "words"),
    [
        ("8080", "is not a port forward"),
        ("0:localhost:8080", "has a port that does not exist"),
        ("8080:localhost:65536", "has a port that does not exist"),
        ("8080:localhost:80 8080:localhost:81", "forwards port 8080 a second time"),
    ],
)
def test_forwards_that_ssh_would_refuse_are_refused_when_read(
    forwards: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[ssh]\nforwards = "{forwards}"\n')
    with pytest.raises(SettingsError, match=words):
        load_settings(path)


def test_forwards_of_several_addresses(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    text = "127.0.0.1:8080:localhost:80 127.0.0.2:8080:localhost:80"
    path.write_text(f'[ssh]\nforwards = "{text}"\n')
    assert load_settings(path).ssh.forwards == text


def test_alerts_are_switched_by_true_and_false(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    alerts = parse_settings(
        '[alerts]\nbell = false\nready = false\ndesktop = "osc777"\n', path
    ).alerts
    assert (alerts.bell, alerts.status, alerts.desktop) == (False, True, "osc777")
    assert alerts.kinds == {"exited", "outbid", "offline", "money", "offers", "timer", "idle"}
    with pytest.raises(SettingsError, match=r"config.toml:2: alerts.bell must be true or false"):
        parse_settings('[alerts]\nbell = "no"\n', path)
