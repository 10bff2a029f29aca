"""Every key of the program as data: one table feeds bindings, key bar, help and palette."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

Scope = str
"""Where an action works: "app" is everywhere, "table" and "list" wherever there is a table,
"filter" its filter line while one types, "offers" and "instances" those screens, "instance" the
full view of one instance, "log" its log."""

SCREENS: Mapping[str, tuple[Scope, ...]] = {
    "offers": ("offers", "list", "table", "filter", "app"),
    "instances": ("instances", "list", "table", "filter", "app"),
    "instance": ("instances", "instance", "log", "app"),
    "ssh_keys": ("ssh_keys", "list", "table", "filter", "app"),
}
"""The scopes of each screen, its own first."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do.

    `id` names it in the settings, `keys` are Textual key names, `action` is the Textual action,
    `label` its word in the key bar (empty: not shown there), `about` its line in help and
    palette, `group` its section of the help, `rank` says how long it survives in the key bar.
    """

    id: str
    keys: str
    action: str
    label: str
    about: str
    group: str
    rank: int = 50

    @property
    def scope(self) -> Scope:
        return self.id.partition(".")[0]


ACTIONS: tuple[Action, ...] = (
    Action("table.up", "up,k", "move(-1)", "", "row up", "Move"),
    Action("table.down", "down,j", "move(1)", "", "row down", "Move"),
    Action("table.first", "home,g", "edge(-1)", "", "first row", "Move"),
    Action("table.last", "end,G", "edge(1)", "", "last row", "Move"),
    Action("table.half_up", "ctrl+u", "half_page(-1)", "", "half a page up", "Move"),
    Action("table.half_down", "ctrl+d", "half_page(1)", "", "half a page down", "Move"),
    Action("table.page_up", "pageup", "page(-1)", "", "page up", "Move"),
    Action("table.page_down", "pagedown", "page(1)", "", "page down", "Move"),
    Action("table.left", "left", "slide(-1)", "", "columns to the left", "Move"),
    Action("table.right", "right", "slide(1)", "", "columns to the right", "Move"),
    Action("list.details", "enter", "details", "details", "details in full", "Rows", 1),
    Action("list.mark", "space", "mark", "mark", "mark this row", "Rows", 8),
    Action("offers.rent", "n", "rent", "rent", "rent this offer", "Offers", 0),
    Action("offers.compare", "=", "compare", "compare", "compare the marked offers", "Offers", 9),
    Action("offers.star", "*", "star", "star", "star this machine", "Offers", 30),
    Action("offers.avoid", "B", "avoid", "avoid", "avoid this machine", "Offers", 31),
    Action("offers.copy", "y,c", "copy", "copy", "copy the offer id", "Offers", 10),
    Action("offers.copy_as", "Y", "copy_as", "", "copy as: vastai command, curl", "Offers", 40),
    Action("offers.rental", "i", "rental", "type", "on-demand, bid or reserved", "Offers", 32),
    Action("offers.trust", "u", "trust", "", "verified, datacenter or any", "Offers", 40),
    Action("instances.copy", "y,c", "copy", "copy ssh", "copy the SSH command", "Connect", 2),
    Action("instances.copy_as", "Y", "copy_as", "copy as", "copy as: scp, rsync, config, VS Code",
           "Connect", 20),
    Action("instances.ssh", "s", "ssh", "ssh", "SSH in this terminal, and back", "Connect", 3),
    Action("instances.open", "o", "open", "web", "Jupyter or portal in the browser", "Connect", 14),
    Action("instances.ports", "u", "ports", "", "copy the URL of a port", "Connect", 40),
    Action("instances.doctor", "T", "doctor", "test", "test the SSH login, link by link",
           "Connect", 15),
    Action("instances.ssh_config", "", "ssh_config", "", "write hosts for ~/.ssh/config",
           "Connect", 40),
    Action("instances.attach", "a", "attach", "attach key", "SSH keys: attach, detach, make",
           "Connect", 16),
    Action("instances.logs", "l", "logs", "logs", "logs", "Instances", 4),
    Action("instances.toggle", "t", "start_stop", "start/stop", "start or stop", "Instances", 5),
    Action("instances.reboot", "R", "reboot", "reboot", "reboot: same GPU, same disk",
           "Instances", 7),
    Action("instances.recycle", "X", "recycle", "", "recycle: make the container anew",
           "Instances", 40),
    Action("instances.destroy", "D", "destroy", "destroy", "destroy: instance and disk, for ever",
           "Instances", 11),
    Action("instances.label", "L", "label", "label", "change the label", "Instances", 12),
    Action("instances.bid", "b", "bid", "bid", "change the bid", "Instances", 13),
    Action("instances.execute", "e", "execute", "", "run ls, du or rm there", "Instances", 40),
    Action("ssh_keys.new", "n", "new", "add key", "add: paste, file, new pair", "SSH keys", 0),
    Action("ssh_keys.delete", "D", "delete", "delete", "delete from the account", "SSH keys", 3),
    Action("ssh_keys.copy", "y,c", "copy", "copy public", "copy the public key", "SSH keys", 4),
    Action("list.next_tab", "]", "tab(1)", "", "next tab of the details", "Rows", 40),
    Action("list.previous_tab", "[", "tab(-1)", "", "previous tab of the details", "Rows", 40),
    Action("list.zoom", "z", "zoom", "", "more or less room for details", "Rows", 40),
    Action("instance.next_tab", "],tab", "tab(1)", "tabs", "next tab", "This instance", 3),
    Action("instance.previous_tab", "[,shift+tab", "tab(-1)", "", "previous tab",
           "This instance", 40),
    Action("instance.back", "escape", "back", "back", "back to all instances", "This instance", 2),
    Action("log.search", "/", "search", "search", "search in the log", "Log", 1),
    Action("log.next", "n", "hit(1)", "", "next match", "Log", 40),
    Action("log.previous", "N", "hit(-1)", "", "previous match", "Log", 40),
    Action("log.follow", "F", "follow", "follow", "fetch again every 15 s", "Log", 2),
    Action("log.wrap", "w", "wrap", "wrap", "wrap long lines", "Log", 3),
    Action("log.host", "h", "host", "host", "the container's or the host's log", "Log", 3),
    Action("log.which", "f", "which", "lines", "how many lines, filtered by the service",
           "Log", 5),
    Action("log.save", "S", "save", "save", "save to a file", "Log", 4),
    Action("log.copy", "Y", "copy_lines", "copy lines", "copy the lines in view", "Log", 6),
    Action("filter.keep", "enter", "keep_filter", "", "in the filter: keep it", "Filter", 40),
    Action("filter.clear", "escape", "clear_filter", "", "in the filter: clear it", "Filter", 40),
    Action("list.filter", "/", "filter", "filter", "type a filter", "Filter", 2),
    Action("offers.form", "f", "form", "form", "filter form", "Filter", 3),
    Action("offers.views", "v", "views", "views", "saved views", "Filter", 5),
    Action("offers.save_view", "ctrl+s", "save_view", "", "save this view", "Filter", 40),
    Action("offers.watch", "W", "watch", "", "ring when something matches", "Filter", 40),
    Action("list.sort_right", ">", "sort_step(1)", "", "sort by the next column", "Sort", 40),
    Action("list.sort_left", "<", "sort_step(-1)", "sort", "sort by the column before",
           "Sort", 4),
    Action("list.reverse", "I", "reverse", "", "reverse the order", "Sort", 40),
    Action("list.sort_by", "S", "sort_by", "", "sort by several columns", "Sort", 40),
    Action("list.columns", "C", "columns", "columns", "choose columns", "Sort", 33),
    Action("app.offers", "1", "offers", "", "the offers", "Everywhere", 40),
    Action("app.instances", "2", "instances", "", "your instances", "Everywhere", 40),
    Action("app.inbox", "!", "inbox", "inbox", "what needs your attention", "Everywhere", 10),
    Action("app.help", "?,f1", "help", "help", "this help", "Everywhere", -1),
    Action("app.ssh_keys", "", "ssh_keys", "", "SSH keys of the account", "Everywhere", 40),
    Action("app.palette", "ctrl+p,:", "palette", "all", "palette: every action", "Everywhere", 6),
    Action("app.refresh", "r,ctrl+r", "refresh", "refresh", "refresh now", "Everywhere", 34),
    Action("app.pause", "p", "pause", "pause", "pause or resume refreshing", "Everywhere", 11),
    Action("app.sent", "@", "sent", "", "what was sent", "Everywhere", 40),
    Action("app.privacy", "P", "privacy", "", "hide ids and addresses", "Everywhere", 40),
    Action("app.theme", "ctrl+t", "theme", "", "dark or light", "Everywhere", 40),
    Action("app.key", "K", "key", "", "add or change the API key", "Everywhere", 40),
    Action("app.back", "q", "leave", "", "back; quits at the top", "Everywhere", 40),
    Action("list.escape", "escape", "escape", "", "clear filter, then marks", "Filter", 40),
    Action("app.quit", "ctrl+q", "quit", "", "quit", "Everywhere", 40),
    Action("app.interrupt", "ctrl+c", "interrupt", "", "copy, close or quit", "Everywhere", 40),
    Action("app.suspend", "ctrl+z", "suspend_process", "", "suspend", "Everywhere", 40),
)  # fmt: skip

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

_OVERLAYS = ("filter", "log")
"""Scopes that take keys away from the others while they are in use."""

_SPELLED = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn",
    "home": "Home", "end": "End", "escape": "esc", "question_mark": "?", "slash": "/",
    "exclamation_mark": "!",
}  # fmt: skip


def bindings(scope: Scope) -> list[BindingType]:
    """The Textual bindings of one scope; each calls `action_press` with the id of its action.

    They have priority, because Textual hands other keys to the focused widget, which looks at
    them later: of keys typed faster than the screen answers, some would reach the wrong widget.
    `action_press` raises SkipAction where a key means something else, as in an input.
    """
    return [
        Binding(
            action.keys,
            f"press('{action.id}')",
            action.about,
            id=action.id,
            show=False,
            priority=True,
        )
        for action in ACTIONS
        if action.scope == scope and action.keys
    ]


def spell(key: str) -> str:
    """A key as people write it: ^p, PgDn, ?."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return _SPELLED.get(key, key)


class Keymap:
    """The keys in force: the table's, changed by the user's settings."""

    def __init__(self, changes: Mapping[str, str] | None = None) -> None:
        self._changes = dict(changes or {})

    def keys(self, action_id: str) -> tuple[str, ...]:
        """The keys of an action, the first one being the one to show."""
        keys = self._changes.get(action_id, BY_ID[action_id].keys)
        return tuple(key.strip() for key in keys.split(",") if key.strip())

    def spelled(self, action_id: str, most: int = 1) -> str:
        """The keys of an action as people write them."""
        return " ".join(spell(key) for key in self.keys(action_id)[:most])

    @property
    def changes(self) -> Mapping[str, str]:
        """What Textual's keymap needs: only what differs from the table."""
        return self._changes


def check_keymap(changes: Mapping[str, str]) -> list[str]:
    """What is wrong with the user's keys, one sentence each.

    Unknown actions and keys that two actions would share in the same place are reported; Textual
    itself drops the first silently and lets the inner one win in the second case.
    """
    problems = [
        f"keys: there is no action {name!r}; vasttui lists them under ?"
        for name in changes
        if name not in BY_ID
    ]
    keymap = Keymap({name: keys for name, keys in changes.items() if name in BY_ID})
    problems += [
        f"keys: {name} has no key" for name in changes if name in BY_ID and not keymap.keys(name)
    ]
    shared: dict[tuple[str, str, str], None] = {}
    for scopes in SCREENS.values():
        owners: dict[tuple[str, str], Action] = {}
        for action in (action for action in ACTIONS if action.scope in scopes):
            layer = action.scope if action.scope in _OVERLAYS else ""
            for key in keymap.keys(action.id):
                other = owners.setdefault((layer, key), action)
                if other is not action:
                    shared[(spell(key), other.id, action.id)] = None
    return problems + [f"keys: {key} is both {one} and {other}" for key, one, other in shared]


def by_rank(scopes: Iterable[Scope]) -> list[Action]:
    """The actions shown in the key bar for these scopes, most needed first."""
    wanted = set(scopes)
    shown = [action for action in ACTIONS if action.label and action.scope in wanted]
    return sorted(shown, key=lambda action: action.rank)
