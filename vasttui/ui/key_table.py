"""The table of all keys: every action there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vasttui.ui.places import PLACES

Scope = str
"""Where an action works: "app" is everywhere, "screen" on screens of several sections, "table" and
"list" wherever there is a table, "filter" its filter line while typing, "machine" where rows
stand on a machine, "range" where a list is about some days, "instance" the full view of one
instance, "log" its log; else the name of the section."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do.

    `id` names it in the settings, `keys` are Textual key names, `action` is the Textual action,
    `label` its word in the key bar (empty: not shown there), `about` its line in help and
    palette, `group` its section of the help, `rank` says how long it survives in the key bar.
    `former` are keys of an earlier version, which go on working and are shown nowhere.
    """

    id: str
    keys: str
    action: str
    label: str
    about: str
    group: str
    rank: int = 50
    former: str = ""

    @property
    def scope(self) -> Scope:
        """Where it works."""
        return self.id.partition(".")[0]

    @property
    def click(self) -> str:
        """The Textual action from wherever it is called."""
        return f"{'app' if self.scope in ('app', 'screen') else 'screen'}.{self.action}"


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
    Action("list.details", "enter", "details", "details", "full details", "Rows", 1),
    Action("list.mark", "space", "mark", "mark", "mark this row", "Rows", 8),
    Action("offers.rent", "n", "rent", "rent", "rent this offer", "Offers", 0),
    Action("offers.compare", "=", "compare", "compare", "compare the marked offers", "Offers", 9),
    Action("machine.star", "*", "star", "star", "star this machine", "Rows", 30),
    Action("machine.avoid", "B", "avoid", "avoid", "avoid this machine", "Rows", 31),
    Action("machine.avoided", "", "avoided", "", "avoided machines: see them, take them off",
           "Rows", 40),
    Action("offers.copy", "y,c", "copy", "copy", "copy the offer id", "Offers", 10),
    Action("offers.copy_as", "Y", "copy_as", "", "copy as: vastai command, curl", "Offers", 40),
    Action("offers.rental", "i", "rental", "type",
           "on-demand, interruptible or reserved", "Offers", 32),
    Action("offers.trust", "h", "trust", "", "verified, datacenter or any host", "Offers", 40),
    Action("offers.without_template", "", "without_template", "",
           "rent without the chosen template", "Offers", 40),
    Action("templates.offers", "O", "offers", "offers for it", "offers that fit, to rent with it",
           "Templates", 0),
    Action("templates.new", "n", "new", "new", "new: empty, or a copy of this", "Templates", 2),
    Action("templates.edit", "e", "edit", "edit", "edit; another's: a copy of it", "Templates", 2),
    Action("templates.delete", "D", "delete", "delete", "delete, after its name was typed",
           "Templates", 3),
    Action("templates.star", "*", "star", "star", "star: on top here", "Templates", 30),
    Action("templates.open", "o", "open", "", "its page in the browser", "Templates", 40),
    Action("templates.copy", "y,c", "copy", "copy hash", "copy the hash id", "Templates", 10),
    Action("templates.copy_as", "Y", "copy_as", "", "copy as: vastai command, JSON", "Templates",
           40),
    Action("instances.copy", "y,c", "connect('copy')", "copy ssh", "copy the SSH command",
           "Connect", 2),
    Action("instances.copy_as", "Y", "connect('copy_as')", "copy as",
           "copy as: scp, rsync, config, VS Code", "Connect", 20),
    Action("instances.ssh", "s", "connect('ssh')", "ssh", "SSH in this terminal", "Connect", 3),
    Action("instances.other_way", "x", "other_way", "",
           "SSH the other way: direct, proxy", "Connect", 30),
    Action("instances.open", "o", "connect('browse')", "web", "Jupyter or portal in the browser",
           "Connect", 14),
    Action("instances.ports", "u", "connect('ports')", "", "copy the URL of a port", "Connect", 40),
    Action("instances.doctor", "T", "connect('doctor')", "test", "test the SSH login, step by step",
           "Connect", 15),
    Action("instances.ssh_config", "", "ssh_config", "", "write ~/.ssh/config entries",
           "Connect", 40),
    Action("instances.attach", "a", "attach", "attach key", "SSH keys: attach, detach",
           "Connect", 16),
    Action("instances.logs", "l", "logs", "logs", "logs", "Instances", 4),
    Action("instances.toggle", "t", "change('toggle')", "start/stop", "start or stop",
           "Instances", 4),
    Action("instances.reboot", "R", "change('reboot')", "reboot", "reboot: same GPU, same disk",
           "Instances", 7),
    Action("instances.recycle", "X", "change('recycle')", "", "recycle: recreate the container",
           "Instances", 40),
    Action("instances.edit", "e", "edit", "", "edit: image, template, variables (makes it anew)",
           "Instances", 40),
    Action("instances.snapshot", "", "snapshot", "", "snapshot: push the container to a registry",
           "Instances", 40),
    Action("instances.destroy", "D", "change('destroy')", "destroy", "destroy instance and disk",
           "Instances", 11),
    Action("instances.label", "L", "change('label')", "label", "change the label", "Instances", 12),
    Action("instances.bid", "b", "change('bid')", "bid", "change the bid", "Instances", 13),
    Action("instances.execute", "E", "execute", "", "run ls, du or rm on its disk",
           "Instances", 40),
    Action("machine.offers", "O", "offers", "offers here", "offers of this machine", "Rows", 35),
    Action("volumes.new", "n", "new", "new volume", "new volume: looks for room", "Volumes", 0),
    Action("volumes.transfer", "m", "transfer", "transfer, clone",
           "transfer: copy data to or from it; clone it to another machine", "Volumes", 3),
    Action("volumes.delete", "D", "delete", "delete", "delete: asks for the name", "Volumes", 5),
    Action("volumes.copy", "y,c", "copy", "copy id", "copy the id", "Volumes", 10),
    Action("volumes.copy_as", "Y", "copy_as", "", "copy as: mount option, vastai, curl",
           "Volumes", 40),
    Action("space.new", "n", "new", "new volume here", "new volume on this machine",
           "Space for rent", 0),
    Action("space.form", "f", "size", "size", "for how many GB", "Space for rent", 3),
    Action("space.trust", "h", "trust", "hosts", "verified or any hosts", "Space for rent", 4),
    Action("space.copy", "y,c", "copy", "copy id", "copy the id", "Space for rent", 10),
    Action("space.copy_as", "Y", "copy_as", "", "copy as: vastai, curl", "Space for rent", 40),
    Action("backups.transfer", "m", "transfer", "restore", "restore to an instance or a volume",
           "Backups", 0),
    Action("backups.copy", "y,c", "copy", "copy restore", "copy the command that restores it",
           "Backups", 0),
    Action("backups.copy_as", "Y", "copy_as", "", "copy as: restore, list of its files with links",
           "Backups", 40),
    Action("instances.transfer", "m", "transfer", "transfer", "transfer: copy data to or from it",
           "Instances", 4),
    Action("transfers.new", "n", "new", "new", "new transfer", "Transfers", 0),
    Action("transfers.again", "m", "again", "", "transfer: the same ends again, to be changed",
           "Transfers", 40),
    Action("transfers.toggle", "t", "stop_or_start", "stop, start", "stop, or start again",
           "Transfers", 2),
    Action("transfers.logs", "l", "output", "output", "what was said of it", "Transfers", 4),
    Action("transfers.forget", "D", "forget", "forget", "drop the row of one that is over",
           "Transfers", 5),
    Action("transfers.copy", "y,c", "copy", "copy command", "copy the command", "Transfers", 10),
    Action("transfers.copy_as", "Y", "copy_as", "", "copy as: vastai copy, curl", "Transfers", 40),
    Action("ssh_keys.new", "n", "new", "add key", "add: paste, file, new pair", "SSH keys", 0),
    Action("ssh_keys.attach", "a", "attach", "attach", "attach to instances", "SSH keys", 1),
    Action("ssh_keys.edit", "e", "edit", "replace", "replace by another key", "SSH keys", 1),
    Action("ssh_keys.delete", "D", "delete", "delete", "delete from the account", "SSH keys", 1),
    Action("ssh_keys.copy", "y,c", "copy", "copy public", "copy the public key", "SSH keys", 1),
    Action("ssh_keys.copy_as", "Y", "copy_as", "", "copy as: command, fingerprint", "SSH keys", 40),
    Action("ssh_keys.test", "T", "test", "test a login", "test: log in with it", "SSH keys", 8),
    Action("variables.new", "n", "new", "add", "add: one, many, or @file", "Variables", 0),
    Action("variables.edit", "e", "edit", "change", "change the value", "Variables", 1),
    Action("variables.delete", "D", "delete", "delete", "delete from the account", "Variables", 1),
    Action("variables.copy", "y,c", "copy", "copy name", "copy the name", "Variables", 3),
    Action("variables.copy_as", "Y", "copy_as", "", "copy as: -e NAME=…", "Variables", 40),
    Action("api_keys.new", "n", "new", "new", "new key, with a preset", "API keys", 0),
    Action("api_keys.delete", "D", "delete", "delete", "delete", "API keys", 1),
    Action("api_keys.test", "T", "test", "test", "test: what it may read", "API keys", 2),
    Action("api_keys.copy", "y,c", "copy", "copy name", "copy the name", "API keys", 3),
    Action("api_keys.copy_as", "Y", "copy_as", "", "copy as: permissions JSON", "API keys", 40),
    Action("api_keys.reset", "", "reset", "", "reset: a new key for this program", "API keys", 40),
    Action("audit.copy", "y,c", "copy", "copy", "copy the entry", "Audit", 10),
    Action("audit.copy_as", "Y", "copy_as", "", "copy as JSON", "Audit", 40),
    Action("range.longer", "+", "longer", "range", "a longer time", "Days", 6),
    Action("range.shorter", "-", "shorter", "", "a shorter time", "Days", 40),
    Action("invoices.form", "f", "form", "days", "days: so many, a month, from and to", "Days", 5),
    Action("invoices.open", "o", "open", "add credit", "add credit on the web", "Invoices", 8),
    Action("invoices.copy", "y,c", "copy", "copy", "copy the invoice number", "Invoices", 10),
    Action("invoices.copy_as", "Y", "copy_as", "", "copy as JSON", "Invoices", 40),
    Action("credit.edit", "e", "edit", "change", "change the warning or the charge of the card",
           "Credit", 0),
    Action("credit.open", "o", "open", "add credit", "add credit on the web", "Credit", 2),
    Action("credit.copy", "y,c", "copy", "copy", "copy the value", "Credit", 10),
    Action("profile.edit", "e", "edit", "change", "change the warning or the auto-charge",
           "Profile", 0),
    Action("profile.new", "n", "new", "new subaccount", "new subaccount", "Profile", 8),
    Action("profile.login", "L", "login", "log in", "log in with a second factor", "Profile", 3),
    Action("profile.transfer", "m", "transfer", "transfer credit",
           "transfer credit to another account", "Profile", 9),
    Action("profile.copy", "y,c", "copy", "copy", "copy the value", "Profile", 10),
    Action("list.next_tab", "]", "tab(1)", "", "next tab of the details", "Rows", 40),
    Action("list.previous_tab", "[", "tab(-1)", "", "previous tab of the details", "Rows", 40),
    Action("list.zoom", "z", "zoom", "", "resize the details", "Rows", 40),
    Action("instance.next_tab", "],tab", "tab(1)", "tabs", "next tab", "This instance", 3),
    Action("instance.previous_tab", "[,shift+tab", "tab(-1)", "", "previous tab",
           "This instance", 40),
    Action("instance.gpu", "M", "gpu", "live GPU", "live GPUs: nvidia-smi over SSH",
           "This instance", 5),
    Action("instance.back", "escape", "back", "back", "back to all instances", "This instance", 2),
    Action("log.search", "/", "search", "search", "search in the log", "Log", 1),
    Action("log.next", "n", "hit(1)", "", "next match", "Log", 40),
    Action("log.previous", "N", "hit(-1)", "", "previous match", "Log", 40),
    Action("log.follow", "F", "follow", "follow", "fetch again every 15 s", "Log", 2),
    Action("log.wrap", "w", "wrap", "wrap", "wrap long lines", "Log", 3),
    Action("log.host", "h", "host", "host", "container or host log", "Log", 3),
    Action("log.which", "f", "which", "lines", "number of lines, server-side filter",
           "Log", 5),
    Action("log.save", "ctrl+s", "save", "save", "save to a file", "Log", 4, former="S"),
    Action("log.copy", "Y", "copy_lines", "copy lines", "copy the lines in view", "Log", 6),
    Action("filter.keep", "enter", "keep_filter", "", "in the filter: keep it", "Filter", 40),
    Action("filter.clear", "escape", "clear_filter", "", "in the filter: clear it", "Filter", 40),
    Action("list.filter", "/", "filter", "filter", "type a filter", "Filter", 2),
    Action("offers.form", "f", "form", "form", "filter form", "Filter", 3),
    Action("offers.views", "v", "views", "views", "saved views", "Filter", 5),
    Action("list.save", "ctrl+s", "save", "", "save what is shown", "Rows", 40),
    Action("offers.watch", "W", "watch", "", "alert on new matches", "Filter", 40),
    Action("list.sort_right", ">", "sort_step(1)", "", "sort by the next column", "Sort", 40),
    Action("list.sort_left", "<", "sort_step(-1)", "sort", "sort by the previous column",
           "Sort", 4),
    Action("list.reverse", "I", "reverse", "", "reverse the order", "Sort", 40),
    Action("list.sort_by", "S", "sort_by", "", "sort by several columns", "Sort", 40),
    Action("list.columns", "C", "columns", "columns", "choose columns", "Sort", 33),
    *(Action(place.action, place.digit, f"place('{place.name}')", "", f"go to {place.title}",
             "Everywhere", 40) for place in PLACES),
    *(Action(section.action, "", f"go('{section.name}')", "", f"go to {section.title}",
             "Everywhere", 40)
      for place in PLACES for section in place.sections if section.action != place.action),
    Action("screen.next_section", "tab", "step_section(1)", "sections", "next section",
           "Everywhere", 7),
    Action("screen.previous_section", "shift+tab", "step_section(-1)", "", "previous section",
           "Everywhere", 40),
    Action("app.inbox", "!", "inbox", "inbox", "what needs your attention", "Everywhere", 10),
    Action("app.help", "?,f1", "help", "help", "this help", "Everywhere", -1),
    Action("app.palette", ":,ctrl+p", "palette", "commands", "find any command", "Everywhere", 6),
    Action("app.refresh", "r,ctrl+r", "refresh", "refresh", "refresh now", "Everywhere", 34),
    Action("app.pause", "p", "pause", "pause", "pause or resume refreshing", "Everywhere", 11),
    Action("app.sent", "@", "sent", "", "request log", "Everywhere", 40),
    Action("app.messages", "", "messages", "", "what was said lately", "Everywhere", 40),
    Action("app.privacy", "P", "privacy", "", "hide ids and addresses", "Everywhere", 40),
    Action("app.theme", "ctrl+t", "theme", "", "dark or light", "Everywhere", 40),
    Action("app.key", "K", "key", "", "add or change the API key", "Everywhere", 40),
    Action("app.back", "q", "leave", "", "back; quit at the top", "Everywhere", 40),
    Action("list.escape", "escape", "escape", "", "clear filter, then marks", "Filter", 40),
    Action("app.quit", "ctrl+q", "quit", "", "quit", "Everywhere", 40),
    Action("app.interrupt", "ctrl+c", "interrupt", "", "copy, close or quit", "Everywhere", 40),
    Action("app.suspend", "ctrl+z", "suspend_process", "", "suspend", "Everywhere", 40),
    Action("app.redraw", "ctrl+l", "redraw", "", "draw the whole screen again", "Everywhere", 40),
)  # fmt: skip

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}
