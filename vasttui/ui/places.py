"""All places: the screens by their digits, and the sections of each.

First line, section strip, keys, help and palette read this registry.
"""

from __future__ import annotations

from msgspec import Struct


class Section(Struct, frozen=True):
    """One list of a screen.

    `name` is its mode and the scope of its own keys, `title` its word in the strip, `action` the id
    of the action that goes there. `about` says in the palette what it holds, `words` what else
    people call it. `on_machines`: its rows stand on a machine.
    """

    name: str
    title: str
    action: str
    about: str
    words: tuple[str, ...] = ()
    on_machines: bool = False
    has_days: bool = False
    for_hosts: bool = False


class Place(Struct, frozen=True):
    """A screen: its digit, its name in the first line, long and short, and its sections."""

    name: str
    digit: str
    title: str
    short: str
    sections: tuple[Section, ...]

    @property
    def action(self) -> str:
        """The id of the action that goes there."""
        return f"app.{self.name}"

    def shown(self, here: str, *, hosts: bool) -> tuple[Section, ...]:
        """The sections to walk through: those that are for anybody, and the one that is `here`."""
        return tuple(one for one in self.sections if hosts or not one.for_hosts or one.name == here)


PLACES: tuple[Place, ...] = (
    Place("offers", "1", "Offers", "Offers", (
        Section("offers", "Offers", "app.offers", "what you could rent",
                ("market", "search", "gpus", "asks", "rent"), on_machines=True, has_days=True),
        Section("market", "Market", "app.market", "prices and supply of each GPU model",
                ("overview", "prices", "models", "gpus", "average price", "median", "supply"),
                has_days=True),
        Section("templates", "Templates", "app.templates", "images with their settings",
                ("images", "docker", "presets", "vllm", "comfyui", "jupyter")),
        Section("watches", "Watches", "app.watches", "filters that ring when an offer appears",
                ("alerts", "notify", "price alert", "search alerts", "waiting")),
    )),
    Place("instances", "2", "Instances", "Inst", (
        Section("instances", "Instances", "app.instances", "what runs for you",
                ("rented", "machines", "servers", "contracts"), on_machines=True),
        Section("timers", "Timers", "app.timers", "what stops or destroys by itself, and when",
                ("schedule", "scheduled jobs", "cron", "lease", "reminders", "auto-stop", "hours",
                 "idle"), on_machines=True),
        Section("transfers", "Transfers", "app.transfers", "copies of data, and how far they are",
                ("copy", "rsync", "move data", "download", "upload", "backup", "restore")),
    )),
    Place("volumes", "3", "Volumes", "Vol", (
        Section("volumes", "Volumes", "app.volumes", "storage that outlives instances",
                ("disks", "storage", "data", "mounts", "clone"), on_machines=True),
        Section("space", "Space for rent", "app.space", "machines with room for a volume",
                ("new volume", "search volumes", "room"), on_machines=True),
        Section("backups", "Backups", "app.backups", "copies that Vast.ai made itself",
                ("rescue", "restore", "saved", "lost data")),
    )),
    Place("serverless", "4", "Serverless", "Serv", (
        Section("endpoints", "Endpoints", "app.serverless", "what scales by itself",
                ("serverless", "autoscaler", "autoscaling", "worker groups", "workers", "inference",
                 "api")),
        Section("deployments", "Deployments", "app.deployments", "code that the SDK put there",
                ("serverless", "functions", "sdk", "versions")),
    )),
    Place("billing", "5", "Billing", "Bill", (
        Section("charges", "Charges", "app.charges", "what was spent, by day and by what",
                ("spending", "spend", "costs", "expenses", "usage", "statement"), has_days=True),
        Section("invoices", "Invoices", "app.invoices", "what was paid in and out",
                ("payments", "top-ups", "refunds", "receipts", "bills"), has_days=True),
        Section("credit", "Credit", "app.credit", "how long the money lasts",
                ("balance", "threshold", "auto-charge", "low balance", "idle", "burn",
                 "spending", "add credit")),
        Section("earnings", "Earnings", "app.earnings", "what your machines earned",
                ("income", "hosting", "payouts"), has_days=True, for_hosts=True),
    )),
    Place("account", "6", "Account", "Acct", (
        Section("ssh_keys", "SSH keys", "app.ssh_keys", "who may log in",
                ("public keys", "keys", "login", "authorized", "credentials")),
        Section("variables", "Variables", "app.variables", "what every new container gets",
                ("environment", "env", "secrets", "tokens", "dotenv", "settings")),
        Section("api_keys", "API keys", "app.api_keys", "who may do it",
                ("rights", "permissions", "tokens", "access")),
        Section("audit", "Audit", "app.audit", "what was done to the account",
                ("log", "history", "who", "requests")),
        Section("profile", "Profile", "app.profile", "the account, and who may use it",
                ("user", "balance", "threshold", "auto-charge", "addresses", "subaccounts",
                 "connections")),
    )),
)  # fmt: skip


def place_of(section: str) -> Place | None:
    """The screen that a section belongs to; None for an unknown section."""
    return next((place for place in PLACES if any(one.name == section for one in place.sections)),
                None)  # fmt: skip


def section_named(name: str) -> Section | None:
    """The section of that name."""
    return next((one for place in PLACES for one in place.sections if one.name == name), None)
