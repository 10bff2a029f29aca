"""The keys in force: bindings, key bar, help and palette follow from one table of actions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from textual.binding import Binding, BindingType
from textual.keys import REPLACED_KEYS, Keys

from vasttui.ui.key_table import ACTIONS, BY_ID, Action, Scope
from vasttui.ui.places import PLACES, place_of, section_named

FULL_VIEWS: Mapping[str, tuple[Scope, ...]] = {
    "instance": ("instance", "instances", "machine", "app"),
    "log": ("log", "instance", "instances", "machine", "app"),
    "endpoint": ("endpoint", "app"),
    "workers": ("workers", "endpoint", "list", "table", "filter", "app"),
    "settings": ("settings", "endpoint", "app"),
    "endpoint_log": ("endpoint_log", "log", "endpoint", "app"),
}
"""The scopes of what lies over a section, its own first: one instance in full, and its log; one
endpoint in full, its workers, its settings, and its log."""

_LACKING: Mapping[str, tuple[str, ...]] = {
    "endpoint_log": ("log.host", "log.which", "endpoint.new"),
    "endpoints": ("list.mark",),
}
"""Actions of its scopes that a screen does not have."""

SCREENS = (*(section.name for place in PLACES for section in place.sections), *FULL_VIEWS)
"""Every screen that has keys of its own."""


def scopes(screen: str) -> tuple[Scope, ...]:
    """The scopes of a screen, its own first."""
    if screen in FULL_VIEWS:
        return FULL_VIEWS[screen]
    section, place = section_named(screen), place_of(screen)
    machine = ("machine",) if section is not None and section.on_machines else ()
    days = ("range",) if section is not None and section.has_days else ()
    several = ("screen",) if place is not None and len(place.sections) > 1 else ()
    return (screen, *machine, *days, "list", "table", "filter", *several, "app")


FORMER_IDS: Mapping[str, str] = {
    "offers.save_view": "list.save",
    "offers.star": "machine.star",
    "offers.avoid": "machine.avoid",
}
"""Names that actions had in earlier versions; settings may go on using them."""

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_NAMED = frozenset(key.value for key in Keys)

_OVERLAYS = ("filter", "log")
"""Scopes that override the keys of others while in use."""

_SPELLED = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn",
    "home": "Home", "end": "End", "escape": "esc", "question_mark": "?", "slash": "/",
    "exclamation_mark": "!", "comma": ",", "full_stop": ".",
}  # fmt: skip


def bindings(*scopes: Scope) -> list[BindingType]:
    """The Textual bindings of these scopes; each calls `action_press` with the id of its action.

    They have priority, because Textual hands other keys to the focused widget, which looks at
    them later: of keys typed faster than the screen answers, some would reach the wrong widget.
    `action_press` raises SkipAction where a key means something else, as in an input.
    """
    return [
        Binding(
            ",".join(filter(None, (action.keys, action.former))) or f"unbound {action.id}",
            f"press('{action.id}')",
            action.about,
            id=action.id,  # settings can give it another key, also where it has none
            show=False,
            priority=True,
        )
        for scope in scopes
        for action in ACTIONS
        if action.scope == scope
    ]


def is_key(name: str) -> bool:
    """Whether a key has this name, such as `x`, `G`, `space`, `question_mark`, `ctrl+r`."""
    *modifiers, last = ["+"] if name == "+" else name.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    if len(last) == 1 or last in _NAMED or last in REPLACED_KEYS:
        return True
    try:
        unicodedata.lookup(last.replace("_", " "))
    except KeyError:
        return False
    return True


def spell(key: str) -> str:
    """A key as people write it: ^p, PgDn, ?."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return _SPELLED.get(key, key)


class Keymap:
    """The keys in force: the table's, changed by the user's settings."""

    def __init__(self, changes: Mapping[str, str] | None = None) -> None:
        """`changes` are keys by action, which may go by its former name."""
        given = {name: keys.replace(" ", "") for name, keys in (changes or {}).items()}
        renamed = {new: given.pop(old) for old, new in FORMER_IDS.items() if old in given}
        self.changes: Mapping[str, str] = {**renamed, **given}
        """What Textual's keymap needs: only what differs from the table."""
        self._keys: dict[str, tuple[str, ...]] = {}

    def keys(self, action_id: str) -> tuple[str, ...]:
        """The keys of an action, the first one being the one to show."""
        known = self._keys.get(action_id)
        if known is None:
            keys = self.changes.get(action_id, BY_ID[action_id].keys)
            known = self._keys[action_id] = tuple(filter(None, keys.split(",")))
        return known

    def spelled(self, action_id: str, most: int = 1) -> str:
        """The keys of an action as people write them."""
        return " ".join(spell(key) for key in self.keys(action_id)[:most])


def check_keymap(changes: Mapping[str, str]) -> list[str]:
    """Problems of the user's keys, a sentence each.

    Unknown actions and keys that two actions would share in the same place are reported; Textual
    itself drops the first silently and lets the inner one win in the second case.
    """
    keymap = Keymap(changes)
    problems = [
        f"keys: there is no action {name!r}; vasttui lists them under {keymap.spelled('app.help')}"
        for name in changes
        if name not in BY_ID and name not in FORMER_IDS
    ]
    known = [name for name in keymap.changes if name in BY_ID]
    problems += [f"keys: {name} has no key" for name in known if not keymap.keys(name)]
    shared: dict[tuple[str, str, str], None] = {}
    for screen in SCREENS:
        owners: dict[tuple[str, str], Action] = {}
        for action in _found_on(screen):
            layer = action.scope if action.scope in _OVERLAYS else ""
            for key in keymap.keys(action.id):
                other = owners.setdefault((layer, key), action)
                if other is not action:
                    shared[(spell(key), other.id, action.id)] = None
    return problems + [f"keys: {key} is both {one} and {other}" for key, one, other in shared]


def _found_on(screen: str) -> list[Action]:
    here, without = scopes(screen), _LACKING.get(screen, ())
    return [one for one in ACTIONS if one.scope in here and one.id not in without]


def actions_of(screen: str) -> list[Action]:
    """The actions of a screen, its own first."""
    here = scopes(screen)
    return sorted(_found_on(screen), key=lambda action: here.index(action.scope))


@cache
def by_rank(screen: str) -> Sequence[Action]:
    """The actions shown in the key bar of a screen, most needed first; help is the very first."""
    shown = [action for action in _found_on(screen) if action.label]
    return tuple(
        sorted(shown, key=lambda one: (one.rank >= 0 and one.scope not in _OVERLAYS, one.rank))
    )
