"""Commands of the official client that are no filter, and where it is done here.

Commands: client 1.9.1 `cli/commands`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from vasttui.errors import QueryError, VastError
from vasttui.query.command import search_command

_COMMAND = re.compile(
    r"\s*(?:[$%#❯>]\s+)?(?:(?:sudo|uvx?|run|python[0-9.]*|[A-Z_]+=\S*)\s+)*"
    r"(?:\S*/)?vast(?:ai|\.py)?\s+([a-z][a-z-]*)(?:\s+([a-z][a-z0-9-]*))?"
)
_OF_INSTANCES = (
    "attach", "change", "destroy", "detach", "execute", "label", "logs", "prepay", "reboot",
    "recycle", "scp-url", "ssh-url", "start", "stop", "take",
)  # fmt: skip
_VERBS: Mapping[str, str] = {
    **dict.fromkeys(_OF_INSTANCES, "instances"),
    **dict.fromkeys(("cancel", "cloud", "copy"), "transfers"),
    **dict.fromkeys(("launch",), "offers"),
    **dict.fromkeys(("tfa", "transfer"), "profile"),
    **dict.fromkeys(("add", "clone", "create", "delete", "get", "remove", "reset", "search", "set",
                     "show", "update"), ""),
}  # fmt: skip
"""Where it is done, by the verb; empty: the noun decides."""
_NOUNS: Mapping[str, str] = {
    "api-key": "api_keys", "audit-log": "audit", "charge": "charges", "connection": "profile",
    "deposit": "charges", "earning": "earnings", "env-var": "variables", "instance": "instances",
    "instance-backup": "backups", "invoice": "invoices", "ipaddr": "profile",
    "scheduled-job": "timers", "ssh-key": "ssh_keys", "subaccount": "profile",
    "template": "templates", "user": "profile", "volume": "volumes",
    **dict.fromkeys(("endpoint", "endpt-log", "endpt-worker", "worker", "workergroup",
                     "wrkgrp-log", "wrkgrp-worker"), "endpoints"),
    **dict.fromkeys(("deployment", "deployment-version"), "deployments"),
}  # fmt: skip
_EXACT: Mapping[str, str] = {
    "create instance": "offers", "search offers": "offers", "search volumes": "space",
    "create volume": "space", "start deployment": "deployments", "stop deployment": "deployments",
}  # fmt: skip


class OtherCommand(NamedTuple):
    """A command, `vastai show instances`, and the section where it is done; empty if none is
    known."""

    words: str
    section: str


def other_command(text: str) -> OtherCommand | None:
    """The command that the text is; None if it is none."""
    found = _COMMAND.match(text)
    if found is None or found[1] not in _VERBS:
        return None
    verb, noun = found[1], found[2] or ""
    section = "" if f"{verb} {noun}" in _EXACT else _VERBS[verb]
    what = f"{verb} {noun}" if noun and not section else verb
    one = noun.removesuffix("-v1").removesuffix("s")
    return OtherCommand(f"vastai {what}", _EXACT.get(what) or section or _NOUNS.get(one, ""))


def unread_command(text: str) -> QueryError | None:
    """Why a command that is typed does not filter yet; None if the text is none."""
    command = other_command(text)
    if command is None:
        return None
    reason = f"{command.words} is a command, not a filter"
    try:
        if search_command(text) is not None:
            reason = "a command of the official client: read when you keep it"
    except VastError:
        reason = "a quote of the command is not closed"
    return QueryError(reason, start=0, end=len(text))
