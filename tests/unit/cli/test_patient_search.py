"""Searches that are refused for their rate go on a little later."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping

import pytest

from tests.support.offer_rows import PLAIN
from vasttui.cli.patient_search import PatientSearch
from vasttui.clock import VirtualClock
from vasttui.errors import RateLimited, SearchQuotaExceeded, VastError
from vasttui.models.offer import OfferBatch

BATCH = OfferBatch((PLAIN,))


class Service:
    """Answers with these in turn."""

    def __init__(self, *answers: VastError | OfferBatch) -> None:
        self.answers = list(answers)

    async def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        answer = self.answers.pop(0)
        if isinstance(answer, VastError):
            raise answer
        yield answer


async def found(*answers: VastError | OfferBatch) -> tuple[int, float, list[str]]:
    clock, said = VirtualClock(), list[str]()
    patient = PatientSearch(Service(*answers), clock=clock, rng=random.Random(1), tell=said.append)
    return len([one async for one in patient.search({})]), clock.monotonic(), said


async def test_it_waits_as_long_as_it_is_asked_to() -> None:
    busy = RateLimited("Rate limited by Vast.ai.", retry_after=40.0)
    count, waited, said = await found(busy, busy, BATCH)
    assert (count, waited) == (1, 80.0)
    assert said == ["vasttui: Rate limited by Vast.ai. The search goes on in 40s."] * 2
    assert await found(BATCH) == (1, 0.0, [])


@pytest.mark.parametrize(
    "answers",
    [
        [RateLimited("Rate limited by Vast.ai.", retry_after=50.0)] * 9,
        [RateLimited("Rate limited by Vast.ai.", retry_after=3_600.0)],
        [SearchQuotaExceeded("The daily quota is used up.", resets_at=1_790_000_060.0)],
    ],
)
async def test_it_does_not_wait_for_long(answers: list[VastError]) -> None:
    with pytest.raises(RateLimited):
        await found(*answers)
