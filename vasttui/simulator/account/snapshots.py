"""Snapshots of containers, pushed to a registry (client 1.9.1 `api/instances.py`; answers as seen
in October 2026)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence

from vasttui.simulator.account.contract import Contract, Pushed
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.instances import contract_in
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

PUSH_SECONDS = 420.0

_REPOSITORY = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+"
)
_FORM = (
    "Invalid Docker repository format. Expected [registry[:port]/]namespace/repo with no tag or "
    "digest"
)
_SUFFIXES = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


class Snapshots:
    """Each request pushes another tag; nothing but the registry shows when it is there.

    An id in the body that repeats the one in the path is refused, as was seen. The official client
    sends it as text, which is let through unless `strict`.
    """

    def __init__(self, contracts: Contracts, *, strict: bool) -> None:
        self._contracts = contracts
        self._strict = strict

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        path = "/api/v0/instances/take_snapshot/{id}"
        return [Route("POST", path, "snapshot", self._take, interval=1.0)]

    def _take(self, call: Call) -> Reply:
        body = call.request.json_object()
        if "id" in body and (self._strict or not isinstance(body["id"], str)):
            return _invalid("params duplicated in URL and body: ['id']")
        contract = contract_in(call, self._contracts)
        if contract is None:
            text = f"Instance {call.params['id']} not found."
            return error_reply(404, "no_such_instance", text)
        wrong = _wrong(body)
        if wrong:
            return _invalid(wrong)
        tag = tag_of(contract, call.now)
        ready = call.now + PUSH_SECONDS
        contract.pushed.append(Pushed(f"{body['personal_repo']}:{tag}", ready))
        return json_reply({"success": True, "msg": "Snapshot request sent"})


def tag_of(contract: Contract, now: float) -> str:
    """The tag of a snapshot taken at that time, such as
    `instance_54548215_at_October_6th_2026_at_10-08-32_PM_UTC`."""
    at = time.gmtime(now)
    day = f"{at.tm_mday}{_SUFFIXES.get(at.tm_mday, 'th')}"
    hour = time.strftime("%I-%M-%S_%p", at)
    return f"instance_{contract.id}_at_{time.strftime('%B', at)}_{day}_{at.tm_year}_at_{hour}_UTC"


def _wrong(body: Mapping[str, object]) -> str:
    repository = body.get("personal_repo")
    if not isinstance(repository, str) or not _REPOSITORY.fullmatch(repository):
        return _FORM
    if body.get("pause") not in ("true", "false"):
        return "pause must be true or false"
    return ""


def _invalid(text: str) -> Reply:
    return error_reply(400, "invalid_args", text)
