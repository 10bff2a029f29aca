"""Decodes endpoints, worker groups, workers and deployments from the service's JSON, in all known
shapes. Only the id is essential: one that is missing from a list looks deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from vasttui.models.decode_account import moment
from vasttui.models.decode_fields import COUNT, PRICE, Check, RowDecoder, between, reason, whole
from vasttui.models.route import RouteAnswer
from vasttui.models.secret import Secret
from vasttui.models.serverless import (
    Deployment,
    DeploymentList,
    DeploymentVersion,
    Endpoint,
    EndpointList,
    GroupList,
    LeftWorkers,
    Worker,
    WorkerGroup,
    WorkerList,
)
from vasttui.text import MESSAGE_CAP, clean

Model = TypeVar("Model", Endpoint, WorkerGroup, Worker, Deployment)

_REASONS = 5
_EXACT_CAP = 65_536
_MOST_INDEX = 2**53
_LONG = 19


def endpoints_from(rows: Sequence[object]) -> EndpointList:
    """The endpoints in these rows (docs: "show endpoints"); a bad row does not affect others."""
    return EndpointList(*_all(_endpoint, rows, "An endpoint cannot be shown"))


def groups_from(rows: Sequence[object]) -> GroupList:
    """The worker groups in these rows (docs: "show workergroups")."""
    return GroupList(*_all(_group, rows, "A worker group cannot be shown"))


def deployments_from(rows: Sequence[object]) -> DeploymentList:
    """The deployments in these rows (docs: "show deployments")."""
    return DeploymentList(*_all(_deployment, rows, "A deployment cannot be shown"))


def workers_from(document: object) -> WorkerList | None:
    """The workers in an answer: an array, `{"workers": […]}`, `{"error_msg": …}`, or a text that
    says why there are none (docs: "get endpoint workers"). None if it is nothing of these."""
    if isinstance(document, str):
        return WorkerList(said=_sentence(document))
    if isinstance(document, dict):
        rows = document.get("workers", document.get("results"))
        if not isinstance(rows, list):
            said = next((document[one] for one in ("error_msg", "error", "msg")
                         if isinstance(document.get(one), str)), None)  # fmt: skip
            return None if said is None else WorkerList(said=_sentence(said))
        document = rows
    if not isinstance(document, list):
        return None
    workers, bad, _ = _all(_worker, document, "A worker cannot be shown")
    return WorkerList(workers, bad)


def versions_from(rows: Sequence[object]) -> tuple[DeploymentVersion, ...]:
    """The versions of a deployment in these rows, those with a readable id."""
    found = (_version.readable(_labelled(row)) for row in rows)
    return tuple(one for one in found if one is not None)


def left_workers_from(document: object) -> LeftWorkers:
    """What the answer to a deletion says of the workers (docs: "delete endpoint")."""
    answer = document if isinstance(document, dict) else {}
    return LeftWorkers(_ids(answer.get("deleted_workers")), _ids(answer.get("failed_workers")))


def route_from(document: object) -> RouteAnswer | None:
    """The answer of the router; None if it names neither a worker nor what is waited for."""
    if not isinstance(document, dict):
        return None
    url, status, number = (document.get(name) for name in ("url", "status", "reqnum"))
    index = document.get("request_idx")
    if isinstance(url, str) and url.strip():
        status = ""
    elif not isinstance(status, str) and type(index) is not int:
        return None
    return RouteAnswer(
        url.strip() if isinstance(url, str) else "",
        clean(status, MESSAGE_CAP) if isinstance(status, str) else "",
        index if type(index) is int and 0 <= index < _MOST_INDEX else 0,
        number if type(number) is int else None,
        document if isinstance(url, str) else {},
    )


def _all(
    decoder: RowDecoder[Model], rows: Sequence[object], what: str
) -> tuple[tuple[Model, ...], int, tuple[str, ...]]:
    """The models in these rows, how many could not be read, and why of a few."""
    found: dict[int, Model] = {}
    reasons: list[str] = []
    for row in rows:
        model, wrong = decoder.decode(row)
        if model is None:
            reasons.append(reason(what, row, wrong or ("id",)))
        else:
            found.setdefault(model.id, replace(model, unread=wrong) if wrong else model)
    return tuple(found.values()), len(reasons), tuple(reasons[:_REASONS])


def _sentence(text: str) -> str:
    return clean(text, MESSAGE_CAP).strip(" .") or "nothing"


def _labelled(row: object) -> object:
    """A version's label under one name."""
    if not isinstance(row, dict):
        return row
    return {**row, "label": row.get("label", row.get("version_label", row.get("version")))}


def _ids(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(one for one in value if type(one) is int and one > 0)


def _secret(value: object) -> Secret | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise ValueError("not a key")
    return Secret(value.strip())


def _exact(value: object) -> str | None:
    if not isinstance(value, str | None) or len(value or "") > _EXACT_CAP:
        raise ValueError("not a text")
    return value


def _search(value: object) -> str | Mapping[str, object] | None:
    return value if isinstance(value, dict) else _exact(value)


def _id(value: object) -> int:
    """An id, which may come as text."""
    is_number = isinstance(value, str) and value.isascii() and value.isdecimal()
    return _number(
        int(value) if isinstance(value, str) and is_number and len(value) < _LONG else value
    )


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


_TIMES: Mapping[str, Check] = dict.fromkeys(
    ("created_at", "updated_at", "last_client_heartbeat", "loaded_at", "started_at"), moment
)
_number = whole(1)
_IDS: Mapping[str, Check] = dict.fromkeys(
    ("id", "endpoint_id", "template_id", "current_version_id", "last_healthy_version_id"), _id
)
_OURS = {"unread"}

_endpoint = RowDecoder(
    Endpoint,
    {
        **_IDS, **_TIMES, "api_key": _secret,
        **dict.fromkeys(("cold_workers", "max_workers"), COUNT),
        **dict.fromkeys(
            ("min_load", "min_cold_load", "target_util", "cold_mult", "max_queue_time",
             "target_queue_time", "auto_delete_in_seconds"), PRICE,
        ),
    },
    ours=_OURS,
)  # fmt: skip
_group = RowDecoder(
    WorkerGroup,
    {
        **_IDS, **_TIMES, "search_params": _search, "search_query": _object,
        "launch_args": _exact, "gpu_ram": PRICE,
    },
    ours=_OURS,
)  # fmt: skip
_worker = RowDecoder(
    Worker,
    {**_IDS, **_TIMES, "reqs_working": whole(0), "reliability": between(0, 1)},
    ours=_OURS,
)
_deployment = RowDecoder(Deployment, {**_IDS, **_TIMES, "worker_count": whole(0)}, ours=_OURS)
_version = RowDecoder(DeploymentVersion, {**_IDS, **_TIMES})
