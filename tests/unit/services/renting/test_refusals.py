"""How the service refuses a rental."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_renting import AGREED, ASK, KEY, REQUEST, Scene, rows_in
from tests.support.offer_rows import row
from tests.support.virtual_time import in_virtual_time
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import (
    AuthRejected,
    BrokenAnswer,
    NotFound,
    PermissionDenied,
    RateLimited,
    Rejected,
    ServiceDown,
    VastError,
)
from vasttui.models.offer import Offer
from vasttui.services.renting.precheck import check_offer
from vasttui.services.renting.rental import RentStep


def offer(**changes: object) -> Offer:
    return row(**changes).offer


def refused(error: Rejected) -> Outcome:
    return Outcome(Fate.REJECTED, error=error, status=error.status)


def throttled(seconds: float | None = None) -> Outcome:
    error = RateLimited("Too many requests.", retry_after=seconds)
    return Outcome(Fate.THROTTLED, error=error, status=429)


def answering(*outcomes: Outcome, path: Path | None = None) -> Scene:
    scene = Scene(path=path)
    scene.service.answers = list(outcomes)
    scene.service.offers = {ASK: offer(id=ASK, dph_total=0.3, min_bid=0.1)}
    return scene


def created_anyway(scene: Scene) -> None:
    """The service creates an instance with the label of the next request, whatever it answers."""
    rent = scene.service.rent

    async def rented(request: Any, nonce: str) -> Outcome:
        outcome = await rent(request, nonce)
        scene.service.make(request, f"train-b vt-{nonce}")
        return outcome

    scene.service.rent = rented  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (Rejected("error 410/3907: no_such_ask", status=410, code="no_such_ask"), True),
        (NotFound("error 404/3603: no_such_ask", status=404, code="invalid_args"), True),
        (Rejected("Conflict.", status=409), True),
        (Rejected("Your account lacks credit.", status=400, code="insufficient_credit"), False),
        (Rejected("Gone.", status=400, code="no_such_ask"), True),
        (AuthRejected("The key is unknown.", status=401, hint="Press k."), False),
        (PermissionDenied("The key may not rent.", status=403), False),
        (Rejected("Invalid args.", status=200), False),
    ],
)
def test_a_refusal_is_told_in_the_services_words_once_nothing_is_in_the_list(
    error: Rejected, gone: bool
) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = answering(refused(error))
        state = await scene.rent()
        assert state.step is RentStep.REFUSED
        assert state.sentence == f"{error} {error.hint}".strip()
        assert state.offer_gone is gone
        assert scene.service.sent == [f"rent {ASK}", "list", "list all"]
        assert await scene.journal.unfinished() == []

    check()


@pytest.mark.parametrize("status", [200, 400, 410])
def test_what_was_made_in_spite_of_a_refusal_is_found(status: int) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = answering(refused(Rejected("No.", status=status)))
        created_anyway(scene)
        state = await scene.rent()
        assert state.step is RentStep.DONE
        assert state.instance_id == 1000
        assert scene.service.sent.count(f"rent {ASK}") == 1

    check()


@in_virtual_time
async def test_after_neither_yes_nor_no_the_list_must_be_read() -> None:
    scene = answering(refused(Rejected("Invalid args.", status=200)))
    scene.service.decide = _fail_lists(5)
    state = await scene.rent()
    assert state.step is RentStep.REFUSED
    assert scene.service.sent.count("list") == 6


def _fail_lists(count: int) -> Any:
    left = [count]

    def decide(what: str, options: Sequence[str]) -> str:
        if what == "list" and left[0]:
            left[0] -= 1
            return "fails"
        return options[0]

    return decide


@in_virtual_time
async def test_a_contract_that_was_made_but_not_started_is_adopted_and_told_of() -> None:
    words = "Bid price is below the minimum of 0.14."
    scene = answering()
    rent = scene.service.rent

    async def too_low(request: Any, nonce: str) -> Outcome:
        outcome = await rent(request, nonce)
        assert isinstance(outcome.data, dict)
        error = Rejected(words, status=400, code="invalid_price")
        error.contract = outcome.data["new_contract"]
        return refused(error)

    scene.service.rent = too_low  # type: ignore[method-assign]
    scene.service.changes |= {
        "actual_status": None, "cur_state": "stopped", "intended_status": "stopped",
        "next_state": "stopped", "is_bid": True,
    }  # fmt: skip
    state = await scene.rent(replace(REQUEST, bid=0.1), replace(AGREED, is_bid=True))
    assert state.step is RentStep.HALTED
    assert state.is_alarm
    assert state.instance_id == 1000
    assert state.sentence.startswith(words)
    assert "destroy it" in state.sentence
    assert "list" not in scene.service.sent
    assert KEY.blob in scene.service.made[0].keys


@pytest.mark.parametrize(
    "error",
    [BrokenAnswer("No whole answer."), ServiceDown("Bad gateway.", status=502)],
)
def test_no_clear_answer_is_no_refusal(error: VastError) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = answering(Outcome(Fate.UNKNOWN, error=error))
        rent = asyncio.create_task(scene.rent())
        await scene.clock.sleep(30.0)
        (state,) = scene.renter.unfinished
        assert state.step is RentStep.LOOKING
        assert scene.service.sent.count(f"rent {ASK}") == 1
        rent.cancel()
        await scene.renter.aclose()

    check()


# Too many requests


@in_virtual_time
async def test_counts_down_checks_list_and_price_and_sends_once_more() -> None:
    scene = answering(throttled(3.0))
    state = await scene.rent()
    assert state.step is RentStep.DONE
    counted = [state.sentence for state in scene.published if state.step is RentStep.WAITING]
    assert counted == [f"Rate limited by Vast.ai: sending again in {left} s" for left in (3, 2, 1)]
    expected = [f"rent {ASK}", "list", "list all", f"offer {ASK}", f"rent {ASK}"]
    assert scene.service.sent[:5] == expected
    assert len(set(scene.service.nonces)) == 1


@in_virtual_time
async def test_is_written_down_as_sent_before_it_is_sent_once_more(tmp_path: Path) -> None:
    states: list[str] = []

    def look(what: str, options: Sequence[str]) -> str:
        if what == "before rent":
            states.append(rows_in(tmp_path / "journal")[0][2])
        return options[0]

    scene = answering(throttled(3.0), path=tmp_path / "journal")
    scene.service.decide = look
    scene.service.offers = {ASK: offer(id=ASK, dph_total=0.3, min_bid=0.1)}
    rent = asyncio.create_task(scene.rent())
    await scene.until(RentStep.WAITING)
    states.append(rows_in(tmp_path / "journal")[0][2])
    await rent
    assert states == ["sent", "waiting", "sent"]


@in_virtual_time
async def test_waits_as_documented_when_the_service_does_not_say_how_long() -> None:
    scene = answering(throttled())
    await scene.rent()
    assert scene.published[1].sentence == "Rate limited by Vast.ai: sending again in 17 s"


@in_virtual_time
async def test_sends_no_third_time() -> None:
    scene = answering(throttled(3.0), throttled(3.0))
    state = await scene.rent()
    assert state.step is RentStep.REFUSED
    assert state.sentence == "Too many requests."
    assert scene.service.sent.count(f"rent {ASK}") == 2
    assert await scene.journal.unfinished() == []


@in_virtual_time
async def test_does_not_wait_for_hours() -> None:
    scene = answering(throttled(7_200.0))
    state = await scene.rent()
    assert state.step is RentStep.REFUSED
    assert scene.clock.monotonic() < 10.0


@pytest.mark.parametrize(
    ("now", "words", "step"),
    [
        (offer(id=ASK, dph_total=0.32), "price is $0.320/h now, $0.300/h was", RentStep.NOT_SENT),
        (None, "The offer is no longer available", RentStep.REFUSED),
        (VastError("The network is down."), "The network is down.", RentStep.NOT_SENT),
    ],
)
def test_does_not_send_again_what_is_not_as_agreed(now: Any, words: str, step: RentStep) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = answering(throttled(3.0))
        scene.service.offers = {} if now is None else {ASK: now}
        state = await scene.rent()
        assert state.step is step
        assert words in state.sentence
        assert state.offer_gone is (now is None)
        assert scene.service.sent.count(f"rent {ASK}") == 1
        assert await scene.journal.unfinished() == []

    check()


@in_virtual_time
async def test_a_bid_is_sent_again_while_it_still_wins() -> None:
    for minimum, step in ((0.2, RentStep.DONE), (0.25, RentStep.NOT_SENT)):
        scene = answering(throttled(3.0))
        scene.service.changes["is_bid"] = True
        scene.service.offers = {ASK: offer(id=ASK, dph_total=9.0, min_bid=minimum)}
        state = await scene.rent(replace(REQUEST, bid=0.2), replace(AGREED, is_bid=True))
        assert state.step is step


@in_virtual_time
async def test_the_countdown_can_be_stopped() -> None:
    scene = answering(throttled(30.0))
    rent = asyncio.create_task(scene.rent())
    intent = (await scene.until(RentStep.WAITING)).intent
    assert intent is not None
    await scene.clock.sleep(5.0)
    state = await scene.renter.give_up(intent)
    assert state.step is RentStep.NOT_SENT
    assert await rent == state
    await scene.clock.sleep(60.0)
    assert scene.service.sent == [f"rent {ASK}"]
    assert await scene.journal.unfinished() == []


@in_virtual_time
async def test_what_was_rented_in_spite_of_too_many_requests_is_not_sent_again() -> None:
    scene = answering(throttled(3.0))
    created_anyway(scene)
    state = await scene.rent()
    assert state.step is RentStep.DONE
    assert scene.service.sent.count(f"rent {ASK}") == 1


@in_virtual_time
async def test_without_a_list_it_is_not_sent_again() -> None:
    scene = answering(throttled(3.0))
    scene.service.decide = _fail_lists(1)
    rent = asyncio.create_task(scene.rent())
    await scene.until(RentStep.WATCHING)
    assert scene.service.sent.count(f"rent {ASK}") == 1
    rent.cancel()
    await scene.renter.aclose()


async def test_the_bid_that_would_win_now_is_never_said_too_low() -> None:
    class Market:
        async def get(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
            return row(id=ask_id, min_bid=0.01041).offer

    found = await check_offer(Market(), replace(REQUEST, bid=0.0102), AGREED)
    assert found is not None
    assert found.sentence.endswith("minimum bid is $0.0105/h now, $0.0102/h was agreed.")


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"gpu_name": "RTX 5060 Ti"}, "GPU: 1× RTX 5060 Ti; 1× RTX 4090 was agreed."),
        ({"inet_up_cost": 0.9}, "Upload: $0.90/GB; $0.003/GB was agreed."),
    ],
)
async def test_the_second_request_is_for_what_was_agreed_or_not_sent(
    now: dict[str, object], sentence: str
) -> None:
    class Market:
        async def get(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
            return row(id=ask_id, dph_total=0.3, **now).offer

    found = await check_offer(Market(), REQUEST, AGREED)
    assert found is not None
    assert found.sentence == f"Nothing was rented: the offer changed. {sentence}"
