"""Decodes API keys and their rights from the service's JSON (docs: "show api keys",
"permissions")."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vasttui.errors import VastError
from vasttui.models.api_key import ApiKey
from vasttui.models.decode_fields import RowDecoder, whole
from vasttui.models.rights import RIGHTS, Rights, log_of
from vasttui.text import clean

_SHOWN = 2_000
_SIGNS = {"eq": "=", "lte": "≤", "gte": "≥"}


def api_key_from(row: object) -> ApiKey | None:
    """The key in a row; None if it is deleted or has no id."""
    if not isinstance(row, dict) or row.get("deleted_at"):
        return None
    raw = row.get("rights") if row.get("rights") is not None else row.get("permissions")
    found = _key.readable(row)
    if found is None:
        return None
    text = raw if isinstance(raw, str) else "" if raw is None else json.dumps(raw, default=str)
    return ApiKey(
        found.id, found.name, found.team_id, found.team_name, found.created_at,
        rights_from(raw), clean(text, _SHOWN),
    )  # fmt: skip


def rights_from(raw: object) -> Rights:
    """Rights as the service writes them: an object, or its text."""
    if isinstance(raw, str):
        try:
            parsed = json.loads(raw)
        except (ValueError, RecursionError):
            return Rights(text=clean(raw))
        return rights_from(parsed) if isinstance(parsed, dict) else Rights(text=clean(raw))
    api = raw.get("api") if isinstance(raw, dict) else None
    if not isinstance(api, Mapping):
        return Rights()
    names = frozenset(name for name in map(clean, api))
    narrowed = {
        name: _limits(routes)
        for name in RIGHTS
        if isinstance(routes := api.get(name), Mapping) and routes
    }
    return Rights(names, narrowed, log_of=_log_of(api))


def permissions_in(text: str) -> dict[str, object]:
    """The permissions in a file for `vastai create api-key`. Raises VastError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise VastError(f"That is not JSON{where}.") from None
    api = document.get("api") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(api, dict) or not api:
        raise VastError('Rights look like {"api": {"instance_read": {}}}.')
    return document


def _log_of(api: Mapping[str, object]) -> int | None:
    """The instance whose log, and nothing else, may be read; None if it is not just that."""
    match api:
        case {
            "instance_read": {"api.instance.request_logs": {"constraints": {"id": {"eq": number}}}}
        }:
            whole = isinstance(number, int) and not isinstance(number, bool) and number > 0
            return number if whole and log_of(number)["api"] == api else None
    return None


def _limits(routes: Mapping[str, object]) -> str:
    """`api.instance.request_logs with id = 7`."""
    return clean("; ".join(_limit(f"{route}", limits) for route, limits in routes.items()), _SHOWN)


def _limit(route: str, limits: object) -> str:
    constraints = limits.get("constraints") if isinstance(limits, Mapping) else None
    if not isinstance(constraints, Mapping):
        return route
    words = [
        f"{name} {_SIGNS.get(sign, sign)} {value}"
        for name, bounds in constraints.items()
        if isinstance(bounds, Mapping)
        for sign, value in bounds.items()
    ]
    return f"{route} with {' and '.join(words)}" if words else route


_key = RowDecoder(ApiKey, {"id": whole(1)}, ours={"rights", "permissions"})
