"""The outcome of a request, which may be unknown."""

from __future__ import annotations

import re
from enum import Enum

from msgspec import Struct

from vasttui.errors import (
    BrokenAnswer,
    NetworkError,
    RateLimited,
    ReadOnlyRefused,
    Rejected,
    ServiceDown,
    VastError,
)

_DIGITS = re.compile(r"[0-9]{1,19}")
_MOST_CONTRACT = 2**63
_VOLUME = re.compile(r"V\.([1-9][0-9]{0,17})")


class Fate(Enum):
    """Whether the service did what was asked."""

    OK = "done"
    REJECTED = "refused by the service"
    THROTTLED = "refused because of too many requests"
    NOT_SENT = "never reached the service"
    UNKNOWN = "not known whether it was done"


class Outcome(Struct, frozen=True):
    """The fate of a request, with its answer (`data`, parsed JSON) or its error. `status` is the
    HTTP status, None if no answer came."""

    fate: Fate
    data: object = None
    error: VastError | None = None
    status: int | None = None

    def unwrap(self) -> object:
        """The answer. Raises the error if there is one."""
        if self.error is not None:
            raise self.error
        return self.data


def contract_in(document: object) -> int | None:
    """The id of a new instance in an answer, a number or its text (docs: "create instance", "launch
    instance")."""
    return _id_in(document, "new_contract")


def job_in(document: object) -> int | None:
    """The id of a scheduled job in an answer (client 1.9.1 `cli/util.py`)."""
    return _id_in(document, "scheduled_job_id")


def _id_in(document: object, field: str) -> int | None:
    number = document.get(field) if isinstance(document, dict) else None
    if isinstance(number, str) and _DIGITS.fullmatch(number):
        number = int(number)
    return number if type(number) is int and 0 < number < _MOST_CONTRACT else None


def new_contract(outcome: Outcome) -> int | None:
    """The id of the instance that a rent request created, even if the service refused to start it
    or gave no clear answer."""
    if isinstance(outcome.error, Rejected | ServiceDown):
        return outcome.error.contract
    return contract_in(outcome.data)


def new_volume(outcome: Outcome) -> int | None:
    """The id of a new volume in an answer, which may name it only as `V.20118481`."""
    data = outcome.data if isinstance(outcome.data, dict) else {}
    number, name = data.get("volume_id"), data.get("volume_name")
    if type(number) is int and 0 < number < _MOST_CONTRACT:
        return number
    named = _VOLUME.fullmatch(name) if isinstance(name, str) else None
    return int(named[1]) if named is not None else None


def outcome_of(error: VastError) -> Outcome:
    """The outcome of a request that failed with this error."""
    status = error.status if isinstance(error, Rejected | ServiceDown) else None
    return Outcome(_fate(error), error=error, status=status)


def _fate(error: VastError) -> Fate:
    if isinstance(error, NetworkError | ReadOnlyRefused):
        return Fate.NOT_SENT
    if isinstance(error, RateLimited):
        return Fate.THROTTLED
    if isinstance(error, Rejected):
        return Fate.REJECTED
    assert isinstance(error, BrokenAnswer), type(error)
    return Fate.UNKNOWN
