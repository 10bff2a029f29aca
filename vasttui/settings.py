"""The user's configuration: settings, their descriptions and their defaults."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from msgspec import Struct, field

from vasttui.errors import SettingsError
from vasttui.files import read_regular
from vasttui.models.money import RentalType, Usage
from vasttui.models.search import SearchOptions, Trust
from vasttui.models.ssh_address import is_port
from vasttui.services.system.desktop_notice import NoticeStyle

Value = str | float | int


class Rule(Struct, frozen=True):
    """What a setting is about, and its allowed values. `check` returns what is wrong with a free
    text, or an empty string."""

    about: str
    among: tuple[str, ...] = ()
    least: float = -math.inf
    most: float = math.inf
    check: Callable[[str], str] | None = None


class Setting(Struct, frozen=True):
    """A setting of a section."""

    name: str
    default: Value
    rule: Rule


class MarketSettings(Struct, frozen=True, kw_only=True):
    """What the offer list shows at start. Views and switches change it later."""

    rental: Annotated[RentalType, Rule("Rental type.", among=get_args(RentalType))] = "on-demand"
    trust: Annotated[Trust, Rule("Which machines are listed.", among=get_args(Trust))] = "verified"
    disk: Annotated[
        float,
        Rule("Disk size used for prices, in GB.", least=1, most=1_000_000),
    ] = 10.0
    down: Annotated[
        float, Rule("Total download traffic used for prices, in GB.", least=0, most=1_000_000)
    ] = 0.0
    up: Annotated[
        float, Rule("Total upload traffic used for prices, in GB.", least=0, most=1_000_000)
    ] = 0.0
    hours: Annotated[
        float,
        Rule(
            "Rental time used for prices, in hours: traffic costs are spread over it.",
            least=0.1,
            most=87_600,
        ),
    ] = 8.0
    refresh_seconds: Annotated[
        float, Rule("Seconds between automatic searches.", least=5, most=86_400)
    ] = 30.0
    max_pages: Annotated[
        int, Rule("Maximum pages per search, of 64 offers each.", least=1, most=200)
    ] = 10

    @property
    def choice(self) -> SearchOptions:
        """These settings as the switches above the offer table."""
        usage = Usage(disk=self.disk, down=self.down, up=self.up, hours=self.hours)
        return SearchOptions(rental=self.rental, trust=self.trust, usage=usage)


class UiSettings(Struct, frozen=True, kw_only=True):
    """Appearance."""

    theme: Annotated[
        str, Rule("Color theme. NO_COLOR is respected too.", among=("dark", "light"))
    ] = "dark"
    ascii: Annotated[bool, Rule("Signs, lines and bars in ASCII, as with --ascii.")] = False


class AlertSettings(Struct, frozen=True, kw_only=True):
    """What alerts you while vasttui is open, and how."""

    exited: Annotated[bool, Rule("An instance exited or failed.")] = True
    outbid: Annotated[bool, Rule("An instance was outbid.")] = True
    offline: Annotated[bool, Rule("The host of an instance went offline.")] = True
    ready: Annotated[bool, Rule("An instance is ready.")] = True
    money: Annotated[bool, Rule("The credit gets short.")] = True
    offers: Annotated[bool, Rule("New offers match a watched filter.")] = True
    timers: Annotated[bool, Rule("A job at Vast.ai comes soon, early, late, or has run.")] = True
    idle: Annotated[bool, Rule("A GPU is not used for long.")] = True
    status: Annotated[bool, Rule("Alerts stand on the status line.")] = True
    bell: Annotated[bool, Rule("Alerts ring the terminal's bell.")] = True
    desktop: Annotated[
        NoticeStyle, Rule("Alerts as desktop notices: the sequence.", among=get_args(NoticeStyle))
    ] = "auto"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that are on."""
        switches = {
            "exited": self.exited, "outbid": self.outbid, "offline": self.offline,
            "ready": self.ready, "money": self.money, "offers": self.offers,
            "timer": self.timers, "idle": self.idle,
        }  # fmt: skip
        return frozenset(name for name, on in switches.items() if on)


_MOST = 1_000_000
"""Bytes of the configuration."""

_FORWARD = re.compile(r"((?:[\w.-]+:)?(\d{1,5})):[\w.-]+:(\d{1,5})")


def _forwards_problem(text: str) -> str:
    taken: set[str] = set()
    for part in text.split():
        found = _FORWARD.fullmatch(part)
        if found is None:
            return f"{part!r} is not a port forward, such as 8080:localhost:8080"
        if not is_port(int(found[2])) or not is_port(int(found[3])):
            return f"{part!r} has a port that does not exist: they go from 1 to 65535"
        if found[1] in taken:
            return f"{part!r} forwards port {found[1]} a second time"
        taken.add(found[1])
    return ""


class SshSettings(Struct, frozen=True, kw_only=True):
    """SSH connections to instances."""

    forwards: Annotated[
        str,
        Rule(
            "Ports to forward with every SSH command (-L), such as"
            ' "8080:localhost:8080 6006:localhost:6006".',
            check=_forwards_problem,
        ),
    ] = ""


class Settings(Struct, frozen=True, kw_only=True):
    """All settings of the configuration file.

    `keys` maps action ids to key names ("list.mark": "space,x").
    """

    market: MarketSettings = field(default_factory=MarketSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    ssh: SshSettings = field(default_factory=SshSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    keys: Mapping[str, str] = field(default_factory=dict)


_Section = MarketSettings | UiSettings | SshSettings | AlertSettings
_SECTIONS: dict[str, type[_Section]] = {
    "market": MarketSettings,
    "ui": UiSettings,
    "ssh": SshSettings,
    "alerts": AlertSettings,
}
_KEYS_ABOUT = (
    "# Keys by action. Separate several keys with commas: up, pageup, ctrl+r, G, slash.",
    "# An empty one stands for an action that is in the palette alone, until it is given a key.",
    "[keys]",
)


def settings_of(section: type[_Section]) -> list[Setting]:
    """The settings of a section."""
    hints = get_type_hints(section, include_extras=True)
    values = zip(section.__struct_fields__, section.__struct_defaults__, strict=True)
    return [Setting(name, default, *hints[name].__metadata__) for name, default in values]


def _text(path: Path) -> str:
    return read_regular(path, _MOST).decode("utf-8")


def load_settings(path: Path) -> Settings:
    """The settings in `path`, or the defaults if there is no such file.

    Raises SettingsError with file, line and, for an unknown name, the nearest valid one.
    """
    try:
        source = _text(path)
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    return parse_settings(source, path)


def parse_settings(source: str, path: Path) -> Settings:
    """The settings in `source`; `path` is only used in errors. Raises SettingsError."""
    # tomllib costs 14 ms of start-up and most people have no configuration file.
    import tomllib

    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else max(1, source.count("\n") + 1)
        reason = str(error).partition(" (at ")[0]
        raise SettingsError(f"{path}:{line}: not valid TOML: {reason}") from None
    return _Reader(source, path).settings(document)


def check_key_names(
    path: Path, keys: Mapping[str, str], actions: Iterable[str], is_key: Callable[[str], bool]
) -> None:
    """Raise SettingsError for the first of `keys` that is not for one of `actions`, or is none."""
    known = list(actions)
    for name, text in keys.items():
        place = ("keys", *name.split("."))
        if name not in known:
            raise _Reader(_text(path), path).unknown(place, name, known)
        wrong = next((key for key in text.replace(" ", "").split(",") if not is_key(key)), None)
        if wrong is not None:
            raise _Reader(_text(path), path).no_key(place, name, wrong)


def default_config(actions: Iterable[tuple[str, str, str]]) -> str:
    """A configuration file with every setting, its description and its default, commented out.
    `actions` are the id, keys and meaning of each action that can have a key."""
    lines = ["# The configuration of vasttui. All settings are shown with their defaults."]
    for name, section in _SECTIONS.items():
        lines += ["", f"# {(section.__doc__ or '').strip()}", f"[{name}]"]
        for setting in settings_of(section):
            allowed = " | ".join(f'"{value}"' for value in setting.rule.among)
            lines.append(f"# {setting.rule.about}" + (f" {allowed}" if allowed else ""))
            default = setting.default
            value = f'"{default}"' if isinstance(default, str) else f"{default:g}"
            if isinstance(default, bool):
                value = str(default).lower()
            lines.append(f"# {setting.name} = {value}")
    lines += ["", *_KEYS_ABOUT]
    for name, keys, about in actions:
        lines += [f"# {about}", f'# "{name}" = "{keys}"']
    return "\n".join(lines) + "\n"


class _Reader:
    """Checks a parsed document against the sections and finds the lines of errors."""

    def __init__(self, source: str, path: Path) -> None:
        self._source = source
        self._path = path

    def settings(self, document: Mapping[str, object]) -> Settings:
        tables: dict[str, Mapping[str, object]] = {}
        for name, table in document.items():
            if name != "keys" and name not in _SECTIONS:
                raise self._misplaced(name)
            if not isinstance(table, dict):
                raise self._wrong((name,), f"{name} is a section; write [{name}]")
            tables[name] = table
        return Settings(
            market=MarketSettings(**self._section("market", tables.get("market", {}))),
            ui=UiSettings(**self._section("ui", tables.get("ui", {}))),
            ssh=SshSettings(**self._section("ssh", tables.get("ssh", {}))),
            alerts=AlertSettings(**self._section("alerts", tables.get("alerts", {}))),
            keys=self._keys((), tables.get("keys", {})),
        )

    def unknown(self, place: tuple[str, ...], name: str, known: Iterable[str]) -> SettingsError:
        """The error for an unknown name, with the nearest valid one."""
        near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"valid names: {', '.join(sorted(known))}"
        return self._wrong(place, f"{name} is unknown; {hint}")

    def _misplaced(self, name: str) -> SettingsError:
        for section, kind in _SECTIONS.items():
            if name in kind.__struct_fields__:
                return self._wrong((name,), f"{name} belongs under [{section}]")
        return self.unknown((name,), name, [*_SECTIONS, "keys"])

    def _section(self, section: str, table: Mapping[str, object]) -> dict[str, Any]:
        known = {setting.name: setting for setting in settings_of(_SECTIONS[section])}
        values: dict[str, Any] = {}
        for name, value in table.items():
            place = (section, name)
            if name not in known:
                raise self.unknown(
                    place, f"{section}.{name}", [f"{section}.{setting}" for setting in known]
                )
            values[name] = self._value(place, value, known[name].default, known[name].rule)
        return values

    def _value(self, place: tuple[str, ...], value: object, default: object, rule: Rule) -> Value:
        name = ".".join(place)
        if rule.check is not None:
            return self._text(place, value, rule.check)
        if isinstance(default, str):
            if value in rule.among and isinstance(value, str):
                return value
            near = difflib.get_close_matches(str(value), rule.among, n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            choice = ", ".join(map(repr, rule.among))
            raise self._wrong(place, f"{name} must be one of {choice}, not {value!r}{hint}")
        if isinstance(default, bool):
            if isinstance(value, bool):
                return value
            raise self._wrong(place, f"{name} must be true or false, not {value!r}")
        number = "a whole number" if isinstance(default, int) else "a number"
        allowed = (int,) if isinstance(default, int) else (int, float)
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise self._wrong(place, f"{name} must be {number}, not {value!r}")
        if not rule.least <= value <= rule.most:
            span = f"from {rule.least:,} to {rule.most:,}"
            raise self._wrong(place, f"{name} must be {number} {span}, not {value!r}")
        return value if isinstance(default, int) else float(value)

    def _text(self, place: tuple[str, ...], value: object, check: Callable[[str], str]) -> str:
        wrong = check(value) if isinstance(value, str) else f"{value!r} is not a string"
        if wrong:
            raise self._wrong(place, f"{'.'.join(place)}: {wrong}")
        assert isinstance(value, str)
        return value

    def _keys(self, place: tuple[str, ...], table: Mapping[str, object]) -> dict[str, str]:
        """Keys by flat action id, from either `"list.mark" = ` or `list.mark = `."""
        keys: dict[str, str] = {}
        for name, value in table.items():
            here = (*place, *name.split("."))
            if isinstance(value, dict):
                keys |= self._keys(here, value)
                continue
            names = value if isinstance(value, list) else [value]
            text = ",".join(key for key in names if isinstance(key, str) and key.strip())
            if not text or not all(isinstance(key, str) for key in names):
                raise self._wrong(
                    ("keys", *here), f'{".".join(here)} must be a key name, such as "space,x"'
                )
            keys[".".join(here)] = text
        return keys

    def no_key(self, place: tuple[str, ...], name: str, key: str) -> SettingsError:
        """There is no key of that name."""
        return self._wrong(place, f"{name}: there is no key {key!r}; write x, G, space or ctrl+r")

    def _wrong(self, place: tuple[str, ...], sentence: str) -> SettingsError:
        return SettingsError(f"{self._path}:{find_line(self._source, place)}: {sentence}")


_HEADER = re.compile(r"\s*\[+([^\]]+)\]+")
_ASSIGNMENT = re.compile(r"\s*((?:[\w.-]|\"[^\"]*\"|'[^']*'|\s(?=\s*[.=]))+?)\s*=")


def find_line(source: str, place: tuple[str, ...]) -> int:
    """The number, from 1, of the line that sets `place` (section and names inside it).

    If that line is not found, as inside an inline table, the nearest enclosing one.
    """
    wanted = list(place)
    table: list[str] = []
    best, best_depth = 1, 0
    for number, line in enumerate(source.splitlines(), 1):
        if header := _HEADER.match(line):
            here = table = _names(header[1])
        elif assignment := _ASSIGNMENT.match(line):
            here = table + _names(assignment[1])
        else:
            continue
        if here == wanted:
            return number
        if here == wanted[: len(here)] and len(here) > best_depth:
            best, best_depth = number, len(here)
    return best


def _names(dotted: str) -> list[str]:
    """The parts of a TOML key; dots inside quotes split it too, as in our action ids."""
    return [part.strip() for part in re.sub(r"[\"']", "", dotted).split(".")]
