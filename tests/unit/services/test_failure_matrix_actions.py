"""The outcome of actions on instances when something goes wrong, fault by fault.

Faults on the way are given as the outcome the client makes of them. Each cell gives the number of
requests, the final state and the message. What must never happen:

- start: money is spent after a newer stop; stop: a running instance is shown as stopped;
- label: the mark of an unconfirmed rental is overwritten; reboot: two of them;
- bid: a price other than the one shown; destroy: "done" while it is still listed.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.fake_actions import OK, Answer, Bench, bench, running, stopped
from tests.support.faults import FAULTS
from tests.support.windows import kill, says, window
from tests.support.writes import REMAKE, SNAPSHOT
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.errors import BrokenAnswer, RateLimited, ServiceDown
from vasttui.models.instance import Instance
from vasttui.services.actions.kinds import (
    DESTROY,
    REBOOT,
    START,
    STOP,
    Action,
    bid,
    remake,
    rename,
    snapshot,
)  # fmt: skip
from vasttui.services.actions.state import ActionState, Step

OPS = ("start", "stop", "label", "reboot", "bid", "destroy", "snapshot", "update")
ONCE = ("reboot", "snapshot", "update")
"""Each request acts anew: it is sent once."""

UNSEEN = ("reboot", "snapshot")
"""A later reading does not tell whether it was done."""

PRICE = 0.25
ACTIONS: dict[str, Action] = {
    "start": START, "stop": STOP, "label": rename("new"), "reboot": REBOOT,
    "bid": bid(PRICE), "destroy": DESTROY, "snapshot": snapshot(SNAPSHOT),
    "update": remake(REMAKE),
}  # fmt: skip

# One letter for each of OPS:
# N not sent; r retried automatically; T no certificate, not retried; v looked up, then sent again;
# u looked up, never sent again; X K P refused; G looked up in the list; w n waits, then sent again;
# C J Z k clocks, signals; o sent without the journal; ! not sent without it; E another window does
# it; - nothing.
MATRIX = {
    "connect_refused": "NrrNNNNN", "dns_failure": "NrrNNNNN", "tls_error": "TTTTTTTT",
    "timeout_before_send": "NrrNNNNN", "timeout_mid_send": "vvvuvvuu",
    "timeout_after_send": "vvvuvvuu", "reset_or_close_after_send": "vvvuvvuu", "400": "XXXXXXXX",
    "401": "KKKKKKKK", "403": "PPPPPPPP", "404": "GGGGGGGG", "409": "vvvvvvvv", "410": "GGGGGGGG",
    "429_retry_after": "wwwnwwnn", "429_plain": "wwwnwwnn", "429_search_quota": "nnnnnnnn",
    "500": "vvvuvvuu", "502_503_504": "vvvuvvuu", "200_success_false": "XXXXXXXX",
    "200_html_proxy": "vvvuvvuu", "truncated_json": "vvvuvvuu", "wrong_types": "vvvuvvuu",
    "missing_fields": "vvvuvvuu", "null_fields": "vvvuvvuu", "extra_fields": "--------",
    "huge_body": "vvvuvvuu", "gzip_bomb": "vvvuvvuu", "slow_drip": "vvvuvvuu",
    "redirect_same_site": "vvvuvvuu", "redirect_other_host": "vvvuvvuu", "clock_jump": "CCCCCCCC",
    "sleep_resume": "vvvuvvuu", "resize_storm": "--------", "sigterm": "JJJJJJJJ",
    "sighup_terminal_closed": "JJJJJJJJ", "ctrl_c": "JJJJJJJJ", "sigkill_or_oom": "kkkkkkkk",
    "journal_unwritable": "!ooo!ooo", "second_vasttui": "vvvEEEEE",
}  # fmt: skip

WIRE = [(fault, op) for fault in FAULTS for op in OPS]


def code(fault: str, op: str) -> str:
    return MATRIX[fault][OPS.index(op)]


def instance_for(op: str) -> Instance:
    return stopped() if op == "start" else running(is_bid=op == "bid")


def stage_for(op: str, path: Path | None = None) -> Bench:
    return bench(instance_for(op), path=path)


@dataclass(frozen=True)
class End:
    """How it ended: the number of requests sent, and the final message."""

    sends: int
    step: Step
    sentence: str


async def run_action(stage: Bench, op: str) -> End:
    """Run the action, and check that no promise was broken."""
    (state,) = await stage.finish(stage.runner.run(ACTIONS[op], stage.rows(7)))
    return ended(stage, op, state)


def ended(stage: Bench, op: str, state: ActionState) -> End:
    service = stage.service
    assert state.is_over
    assert all(published.sentence for published in stage.published)
    assert service.most_at_once <= 1
    assert service.hurries == 0
    if state.step is Step.DONE and op == "stop":
        assert service.instances[7].intended_status == "stopped"
    if op in ONCE:
        assert len(service.done) <= 1
    if op == "bid":
        assert {request.value for request in service.sent} <= {PRICE}
    if op == "destroy":
        assert state.step is not Step.DONE or 7 not in service.instances
    return End(len(service.sent), state.step, state.sentence)


def test_every_cell_has_its_letter() -> None:
    assert len(MATRIX) == 39
    assert {len(letters) for letters in MATRIX.values()} == {len(OPS)}
    elsewhere = {"extra_fields", "clock_jump", "sleep_resume", "resize_storm", *SIGNALS}
    elsewhere |= {"sigkill_or_oom", "journal_unwritable", "second_vasttui"}
    assert set(MATRIX) == set(FAULTS) | elsewhere


# On the way to the service and back


async def not_sent(stage: Bench, op: str, words: str) -> None:
    assert await run_action(stage, op) == End(
        1, Step.REFUSED, f"not sent, nothing was changed: {words}"
    )


async def tried_again(stage: Bench, op: str, words: str) -> None:
    assert await run_action(stage, op) == End(
        3, Step.REFUSED, f"not sent, nothing was changed: {words}"
    )
    gaps = [two.at - one.at for one, two in zip(stage.service.sent, stage.service.sent[1:])]  # noqa: B905
    assert all(gap > 1.0 for gap in gaps)


async def refused(stage: Bench, op: str, words: str) -> None:
    assert await run_action(stage, op) == End(1, Step.REFUSED, words)


async def looked_up(stage: Bench, op: str, words: str) -> None:
    end = await run_action(stage, op)
    assert (end.sends, end.step) == (1, Step.REFUSED)
    assert "but lists it" in end.sentence
    assert any("checking the list" in told.sentence for told in stage.published)


async def checked(stage: Bench, op: str, words: str) -> None:
    """Nothing was done, and the fault stays."""
    end = await run_action(stage, op)
    assert any(published.step is Step.CHECKING for published in stage.published)
    if stage.service.always is not None and stage.service.always.outcome.fate is Fate.REJECTED:
        sends = 1 if op in ONCE else 2
        assert end == End(sends, Step.REFUSED, words)
    else:
        assert (end.sends, end.step) == (2, Step.UNKNOWN)
        assert "does not seem to have taken effect" in end.sentence


async def watched(stage: Bench, op: str, words: str) -> None:
    end = await run_action(stage, op)
    assert (end.sends, end.step) == (1, Step.UNKNOWN)
    assert "unconfirmed, and not sent again" in end.sentence
    assert any("unconfirmed: watching its state" in told.sentence for told in stage.published)


async def waited(stage: Bench, op: str, words: str) -> None:
    end = await run_action(stage, op)
    assert (end.sends, end.step) == (2, Step.REFUSED)
    assert end.sentence == f"nothing was changed: {words} Try again later."
    first, second = stage.service.sent
    error = stage.service.always.outcome.error if stage.service.always else None
    assert isinstance(error, RateLimited)
    assert second.at - first.at >= (error.retry_after or 12.0)
    waiting = "rate limited by Vast.ai: sending again in"
    assert any(waiting in told.sentence for told in stage.published)


CELLS: dict[str, Callable[[Bench, str, str], Awaitable[None]]] = {
    "N": not_sent, "T": not_sent, "r": tried_again, "X": refused, "K": refused, "P": refused,
    "G": looked_up, "v": checked, "u": watched, "w": waited, "n": waited,
}  # fmt: skip


@pytest.mark.parametrize(("fault", "op"), WIRE)
async def test_a_fault_that_stays(fault: str, op: str) -> None:
    stage, error = stage_for(op), FAULTS[fault]
    stage.service.always = Answer(outcome_of(error), does=False)
    await CELLS[code(fault, op)](stage, op, f"{error} {error.hint}".strip())
    assert stage.service.done == []
    assert await stage.journal.unfinished() == []


PASSING = {"r": 2, "v": 2, "w": 2, "n": 2}


@pytest.mark.parametrize(("fault", "op"), [cell for cell in WIRE if code(*cell) in PASSING])
async def test_a_fault_that_passes(fault: str, op: str) -> None:
    stage = stage_for(op)
    stage.service.answers = [Answer(outcome_of(FAULTS[fault]), does=False)]
    end = await run_action(stage, op)
    if fault == "409" and op in ONCE:
        assert (end.sends, end.step) == (1, Step.REFUSED)
        return
    assert end == End(PASSING[code(fault, op)], Step.DONE, ACTIONS[op].promise)
    assert len(stage.service.done) == 1


@pytest.mark.parametrize(("fault", "op"), [cell for cell in WIRE if code(*cell) in "uv"])
async def test_a_fault_on_the_way_back(fault: str, op: str) -> None:
    stage = stage_for(op)
    stage.service.always = Answer(outcome_of(FAULTS[fault]), does=True)
    end = await run_action(stage, op)
    if op == "snapshot":
        assert (end.sends, end.step) == (1, Step.REFUSED if fault == "409" else Step.UNKNOWN)
    else:
        assert end == End(1, Step.DONE, ACTIONS[op].promise)


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("fault", ["404", "410"])
async def test_what_the_list_lacks_as_well_is_gone(fault: str, op: str) -> None:
    stage = stage_for(op)
    stage.service.always = Answer(outcome_of(FAULTS[fault]), does=False)
    work = asyncio.ensure_future(stage.runner.run(ACTIONS[op], stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    stage.service.instances.clear()
    stage.service.refuses_readings = [ServiceDown("Down.", status=502)]  # says nothing about it
    await stage.clock.until(work.done)
    end = ended(stage, op, work.result()[0])
    gone = (Step.GONE, "it no longer exists")
    assert end == End(1, *((Step.DONE, DESTROY.promise) if op == "destroy" else gone))


@pytest.mark.parametrize("op", OPS)
async def test_extra_fields_mean_nothing(op: str) -> None:
    stage = stage_for(op)
    data = {"success": True, "new": [{"a": None}]}
    stage.service.always = Answer(Outcome(Fate.OK, data=data, status=200))
    assert await run_action(stage, op) == End(1, Step.DONE, ACTIONS[op].promise)


# The promises, whatever goes wrong


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_start_goes_out_after_a_newer_stop(fault: str) -> None:
    stage = stage_for("start")
    broken = Answer(outcome_of(FAULTS[fault]), does=False, seconds=3.0)
    stage.service.always = broken
    start = asyncio.ensure_future(stage.runner.run(START, stage.rows(7)))
    await stage.clock.quiet()
    stage.service.always = Answer(OK)
    stage.service.change(7, intended_status="running")
    stage.service.answers = []
    stop = asyncio.ensure_future(stage.runner.run(STOP, stage.rows(7)))
    await stage.clock.until(lambda: start.done() and stop.done())
    assert [request.what for request in stage.service.sent] == ["running", "stopped"]
    assert stage.service.instances[7].intended_status == "stopped"
    assert start.result()[0].step in (Step.SKIPPED, Step.REFUSED)
    assert stop.result()[0].step is Step.DONE


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_fault_lets_a_label_over_the_mark_of_a_rental(fault: str) -> None:
    stage = bench(running(label="vt-abcdefghij"))
    await stage.journal.open("rent", "5", {"nonce": "vt-abcdefghij"}, now=0.0)
    stage.service.always = Answer(outcome_of(FAULTS[fault]))
    end = await run_action(stage, "label")
    assert (end.sends, end.step) == (0, Step.REFUSED)
    assert stage.service.instances[7].label == "vt-abcdefghij"


# Clocks


@pytest.mark.parametrize("jump", [-7200.0, 7200.0])
@pytest.mark.parametrize("op", OPS)
async def test_clock_jump(op: str, jump: float) -> None:
    stage = stage_for(op)
    work = asyncio.ensure_future(stage.runner.run(ACTIONS[op], stage.rows(7)))
    await stage.clock.quiet()
    stage.clock.jump(jump)
    await stage.clock.until(work.done)
    end = ended(stage, op, work.result()[0])
    assert end == End(1, Step.DONE, ACTIONS[op].promise)
    assert stage.clock.monotonic() < 10


@pytest.mark.parametrize("does", [True, False])
@pytest.mark.parametrize("op", OPS)
async def test_sleep_resume(op: str, does: bool) -> None:
    stage = stage_for(op)
    stage.service.answers = [Answer(outcome_of(BrokenAnswer("It broke.")), does=does)]
    work = asyncio.ensure_future(stage.runner.run(ACTIONS[op], stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is Step.CHECKING)
    stage.clock.advance(7 * 3600)
    await stage.clock.until(work.done)
    end = ended(stage, op, work.result()[0])
    if (does and op != "snapshot") or op not in ONCE:
        assert end == End(1 if does else 2, Step.DONE, ACTIONS[op].promise)
    else:
        assert (end.sends, end.step) == (1, Step.UNKNOWN)


# Signals: what they lead to once the program receives them

SIGNALS = {
    "sigterm": signal.SIGTERM, "sighup_terminal_closed": signal.SIGHUP, "ctrl_c": signal.SIGINT,
}  # fmt: skip


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("fault", SIGNALS)
async def test_a_signal_lets_what_was_sent_arrive(fault: str, op: str, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    stage = stage_for(op, path)
    stage = Bench(stage.clock, stage.service, stage.journal, grace=60.0)
    stage.service.gate = asyncio.Event()
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(SIGNALS[fault], heard.set)
    try:
        work = asyncio.ensure_future(stage.runner.run(ACTIONS[op], stage.rows(7)))
        await stage.clock.quiet()
        signal.raise_signal(SIGNALS[fault])
        await heard.wait()
    finally:
        loop.remove_signal_handler(SIGNALS[fault])
    leaving = asyncio.ensure_future(stage.runner.aclose())
    stage.service.gate.set()
    await stage.clock.until(leaving.done)
    assert work.cancelled()
    assert (len(stage.service.sent), len(stage.service.done)) == (1, 1)
    written = [intent.kind for intent in await stage.journal.unfinished()]
    assert written == [op]
    stage.journal.finish()
    await found_again(op, path, stage.service.instances.get(7), done=True)


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("op", OPS)
async def test_sigkill_or_oom(op: str, done: bool, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    other = window(path, op, "7", '{"price": "0.25", "image": "acme/new:2", "label": "new"}')
    assert says(other) == "opened"
    kill(other)
    before: Instance | None = instance_for(op)
    after = {
        "start": running(), "stop": stopped(), "bid": running(dph_base=PRICE), "destroy": None,
        "update": running(image_uuid=REMAKE.image), "label": running(label="new"),
    }  # fmt: skip
    await found_again(op, path, after.get(op, before) if done else before, done=done)


async def found_again(op: str, path: Path, instance: Instance | None, *, done: bool) -> None:
    """The next window looks for the outcome once, and sends nothing."""
    stage = bench(instance or running(8), path=path)
    states = await stage.finish(stage.runner.recover())
    shows = done and op not in UNSEEN
    expected = (op, Step.DONE if shows else Step.UNKNOWN)
    assert [(state.what, state.step) for state in states] == [expected]
    assert all(state.sentence for state in states)
    assert stage.service.sent == []
    assert await stage.journal.unfinished() == []
    stage.journal.finish()


# The journal


@pytest.mark.parametrize("op", OPS)
async def test_journal_unwritable(op: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    stage = stage_for(op, tmp_path / "state" / "journal.sqlite3")
    end = await run_action(stage, op)
    if code("journal_unwritable", op) == "!":
        assert (end.sends, end.step) == (0, Step.REFUSED)
        assert "Nothing was sent: renting, starting and bidding are off" in end.sentence
        assert "disk full" in end.sentence
    else:
        sent_anyway = op in (*ONCE, "stop", "label", "destroy")
        aside = "The journal is not writable: sent anyway. " if sent_anyway else ""
        assert end == End(1, Step.DONE, f"{aside}{ACTIONS[op].promise}")


@pytest.mark.parametrize("does", [True, False])
@pytest.mark.parametrize("op", OPS)
async def test_second_vasttui(op: str, does: bool, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    first, stage = stage_for(op, path), stage_for(op, path)
    first.service.always = Answer(does=does, seconds=1.0)
    theirs = asyncio.ensure_future(first.runner.run(ACTIONS[op], first.rows(7)))
    await first.clock.quiet()
    ours = asyncio.ensure_future(stage.runner.run(ACTIONS[op], stage.rows(7)))
    await stage.clock.until(lambda: stage.published[-1].step is not Step.WAITING)
    await first.clock.until(lambda: first.published[-1].step is Step.CHECKING)
    if does:
        stage.service.instances = dict(first.service.instances)
    await stage.clock.until(ours.done)
    await first.clock.until(theirs.done)
    end = ended(stage, op, ours.result()[0])
    if op in ("stop", "label"):
        assert end == End(1, Step.DONE, ACTIONS[op].promise)
    elif op != "start":
        assert (end.sends, end.step) == (0, Step.REFUSED)
        assert "Another vasttui window is already doing this." in end.sentence
    elif does:
        assert end == End(0, Step.DONE, ACTIONS[op].promise)
    else:
        assert (end.sends, end.step) == (0, Step.UNKNOWN)
        assert "Another vasttui window is already doing this." in end.sentence
    first.journal.finish()
    stage.journal.finish()
