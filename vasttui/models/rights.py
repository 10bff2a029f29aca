"""What an API key may do: the categories of the service, and which of them a request needs (docs:
"permissions")."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from vasttui.words import UNKNOWN

LOG_ROUTE = "api.instance.request_logs"
"""The one route whose name is documented (docs: "permissions", constraints)."""

RIGHTS: Mapping[str, str] = {
    "instance_read": "see instances, logs, volumes",
    "instance_write": "rent, start, stop, destroy",
    "user_read": "see the account, its keys, variables, templates",
    "user_write": "change the account, its keys, variables, templates",
    "billing_read": "see charges and invoices",
    "billing_write": "transfer credit",
    "machine_read": "see machines and their reports",
    "machine_write": "manage machines that you host",
    "misc": "search offers, use serverless",
    "team_read": "see team members and roles",
    "team_write": "manage team members and roles",
}
"""Every category, and what it allows."""

_GROUPS: Mapping[str, str] = {
    "instances": "instance", "asks": "instance", "volumes": "instance", "commands": "instance",
    "instance_backups": "instance",
    "charges": "billing", "invoices": "billing", "machines": "machine", "team": "team",
    "bundles": "misc", "benchmarks": "misc", "endptjobs": "misc", "autojobs": "misc",
    "workergroups": "misc", "deployments": "misc", "deployment": "misc", "gpu_names": "misc",
    "network_volumes": "misc", "get_endpoint_workers": "misc", "get_workergroup_workers": "misc",
    "get_endpoint_logs": "misc", "get_autogroup_logs": "misc", "update_workers": "misc",
    "route": "misc",
}  # fmt: skip
_SPECIAL: Mapping[str, str] = {
    "commands/transfer_credit": "billing", "commands/reset_apikey": "user",
    "volumes/search": "misc", "users/me/machine-earnings": "billing",
}  # fmt: skip
_NOUNS: Mapping[str, str] = {
    "instance": "instances", "billing": "billing", "machine": "machines", "team": "the team",
    "user": "the account",
}  # fmt: skip


def right_of(method: str, path: str) -> str:
    """The category that a request needs; `path` without the version, as `/instances/{id}/`."""
    parts = path.strip("/").split("/")
    group = _SPECIAL.get("/".join(parts)) or _GROUPS.get(parts[0], "user")
    if group == "misc":
        return group
    reads = method == "GET" or "request_logs" in parts  # makes the host upload its log
    return f"{group}_{'read' if reads else 'write'}"


def lacks(right: str) -> str:
    """The sentence for a key without this right."""
    group, _, kind = right.partition("_")
    if not kind:
        return f"This key may not search or use serverless (it lacks {right})."
    verb = "read" if kind == "read" else "change"
    return f"This key may not {verb} {_NOUNS[group]} (it lacks {right})."


WATCHING = frozenset({"instance_read", "user_read", "billing_read", "misc"})
RENTING = WATCHING | {"instance_write"}
EVERYTHING = frozenset(RIGHTS)
PRESETS: Mapping[str, tuple[frozenset[str], str]] = {
    "watching": (WATCHING, "sees instances, prices, charges; changes nothing"),
    "renting": (RENTING, "watching, and rents, starts, stops, destroys"),
    "everything": (EVERYTHING, "all that your own key may"),
}
"""Usual sets of rights, and what they are for."""

_RISKS: Mapping[str, str] = {
    "instance_write": "can spend your credit: the service knows no limit in dollars for a key",
    "billing_write": "can send your credit to others",
    "user_write": "can make and delete API keys",
}


@dataclass(frozen=True, slots=True)
class Rights:
    """What a key may do: the names of categories, and those `limited` to some of their routes, with
    what is left of each in words.

    `text` is what the service wrote where it cannot be read, empty if it wrote nothing. `log_of` is
    the id of the instance whose log is all that may be read, `log_name` what to call it.
    """

    names: frozenset[str] | None = None
    limited: Mapping[str, str] = field(default_factory=dict, hash=False)
    text: str = ""
    log_of: int | None = None
    log_name: str = ""

    @property
    def words(self) -> str:
        """The rights in a few words."""
        if self.log_of is not None:
            return f"one instance: log of {self.log_name or self.log_of}"
        if self.names is None:
            return self.text or UNKNOWN
        for preset, (names, about) in PRESETS.items():
            if names == self.names and not self.limited:
                return preset if names == EVERYTHING else f"{preset}: {about}"
        known = len(self.names & EVERYTHING)
        if not self.names:
            return "none"
        return f"own: {known} of {len(RIGHTS)} rights{', limited' if self.limited else ''}"


def permissions(names: Collection[str]) -> dict[str, object]:
    """The JSON for these rights (docs: "permissions")."""
    return {"api": {name: {} for name in RIGHTS if name in names}}


def log_of(instance_id: int) -> dict[str, object]:
    """The JSON for the log of one instance and nothing else (docs: "permissions", constraints)."""
    return {
        "api": {"instance_read": {LOG_ROUTE: {"constraints": {"id": {"eq": instance_id}}}}}
    }  # fmt: skip


def risks(names: Collection[str]) -> list[str]:
    """What a key with these rights could do to its owner, as clauses."""
    return [words for name, words in _RISKS.items() if name in names]
