"""What became of an action that another run of the program left unconfirmed."""

from __future__ import annotations

from vasttui.services.actions.kinds import action_from
from vasttui.services.actions.state import ActionState, Step
from vasttui.services.fleet.snapshot import Fleet
from vasttui.store.intent import Intent

QUEUED = "queued"
"""The state of a row whose action waits for its turn behind others: it was not sent."""

_UNCONFIRMED = "unconfirmed when vasttui ended"


def outcome_of(intent: Intent, fleet: Fleet, *, mine: bool | None) -> ActionState:
    """How it ended, by a new reading; with `mine` None its account is not known, so that it says
    nothing about an instance that is not listed."""
    number = _number(intent)
    if not number:
        return _state(intent, Step.UNKNOWN, f"{_UNCONFIRMED}; its row does not say which instance")
    row, action = fleet.row(number), action_from(intent.kind, intent.details)
    if row is None and mine is None:
        sentence = f"{_UNCONFIRMED}. It is not listed; which account it belongs to is not known"
        return _state(intent, Step.UNKNOWN, sentence)
    name = f"{intent.target}" if row is None else row.instance.name
    if row is None and intent.kind == "destroy" and action is not None:
        return _state(intent, Step.DONE, action.promise, name)
    if row is None:
        return _state(intent, Step.GONE, "it no longer exists", name)
    if action is not None and action.achieved(None, row):
        return _state(intent, Step.DONE, action.promise, name)
    if intent.state == QUEUED:
        return _state(intent, Step.REFUSED, "not sent: vasttui ended before its turn came", name)
    text = f"{_UNCONFIRMED}; no effect is seen, and it is not sent again"
    if action is not None and action.aspect == "snapshot":  # no reading ever shows one
        text = f"{_UNCONFIRMED}, and not sent again. {action.check}"
    return _state(intent, Step.UNKNOWN, text, name)


def foreign(intent: Intent) -> ActionState:
    """One of another account, which waits for a key of that."""
    sentence = f"{_UNCONFIRMED}, under another account: vasttui checks it with a key of that"
    return _state(intent, Step.UNKNOWN, sentence)


def _state(intent: Intent, step: Step, sentence: str, name: str = "") -> ActionState:
    name = name or f"{intent.target}"
    return ActionState(_number(intent), name, intent.kind, step, sentence, is_recovered=True)


def _number(intent: Intent) -> int:
    """The instance; 0 if the row is damaged."""
    text = f"{intent.target}"
    return int(text) if text.isdecimal() else 0
