"""What an API key may do: the categories of the service, and which of them a request needs (docs:
"permissions")."""

from __future__ import annotations

from collections.abc import Mapping

_GROUPS: Mapping[str, str] = {
    "instances": "instance", "asks": "instance", "volumes": "instance", "commands": "instance",
    "charges": "billing", "invoices": "billing", "machines": "machine", "team": "team",
    "bundles": "misc", "benchmarks": "misc", "endptjobs": "misc", "autojobs": "misc",
    "workergroups": "misc", "deployments": "misc", "deployment": "misc", "gpu_names": "misc",
    "network_volumes": "misc",
}  # fmt: skip
_SPECIAL: Mapping[str, str] = {
    "commands/transfer_credit": "billing", "commands/reset_apikey": "user",
    "volumes/search": "misc",
}  # fmt: skip
_NOUNS: Mapping[str, str] = {
    "instance": "instances", "billing": "billing", "machine": "machines", "team": "the team",
    "user": "the account",
}  # fmt: skip


def right_of(method: str, path: str) -> str:
    """The category that a request needs; `path` without the version, as `/instances/{id}/`."""
    parts = path.strip("/").split("/")
    group = _SPECIAL.get("/".join(parts[:2])) or _GROUPS.get(parts[0], "user")
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
