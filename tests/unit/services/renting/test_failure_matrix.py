"""The outcome of a rental request when something goes wrong, fault by fault.

Faults on the way are given as the outcome the client makes of them. Whatever happens, there are
never two instances, and none that the user does not know of.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.support.fake_renting import ASK, KEY, Scene
from tests.support.faults import FAULTS
from tests.support.offer_rows import row
from tests.support.virtual_time import in_virtual_time
from tests.support.windows import kill, says, window
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.errors import RateLimited, TlsError
from vasttui.models.rent import RentRequest
from vasttui.models.rent_body import label_with
from vasttui.services.renting.rental import RentState, RentStep

# N T not sent, final; U looked up, never sent again; X K P refused; G gone, once the list is read;
# n waits, checks list and price, then sent again; - nothing. The rest is below.
MATRIX = {
    "connect_refused": "N", "dns_failure": "N", "tls_error": "T", "timeout_before_send": "N",
    "timeout_mid_send": "U", "timeout_after_send": "U", "reset_or_close_after_send": "U",
    "400": "X", "401": "K", "403": "P", "404": "G", "409": "G", "410": "G",
    "429_retry_after": "n", "429_plain": "n", "429_search_quota": "n", "500": "U",
    "502_503_504": "U", "200_success_false": "X", "200_html_proxy": "U", "truncated_json": "U",
    "wrong_types": "U", "missing_fields": "U", "null_fields": "U", "huge_body": "U",
    "gzip_bomb": "U", "slow_drip": "U", "redirect_same_site": "U", "redirect_other_host": "U",
}  # fmt: skip
SIGNALS = {
    "sigterm": signal.SIGTERM, "sighup_terminal_closed": signal.SIGHUP, "ctrl_c": signal.SIGINT,
}  # fmt: skip
DOUBTFUL = [fault for fault, letter in MATRIX.items() if letter == "U"]


def faulty(fault: str, *, does: bool = False, path: Path | None = None, times: int = 99) -> Scene:
    """A service that answers rental requests with that fault, and creates an instance or not."""
    scene = Scene(path=path)
    scene.service.offers = {ASK: row(id=ASK, dph_total=0.3, min_bid=0.1).offer}
    scene.service.answers = [outcome_of(FAULTS[fault])] * times
    if does:
        rent = scene.service.rent

        async def rented(request: RentRequest, nonce: str) -> Outcome:
            outcome = await rent(request, nonce)
            scene.service.make(request, label_with(request.label, nonce))
            return outcome

        scene.service.rent = rented  # type: ignore[method-assign]
    return scene


def sends(scene: Scene) -> int:
    return scene.service.sent.count(f"rent {ASK}")


def reads(scene: Scene) -> int:
    return scene.service.sent.count("list")


async def ended(scene: Scene) -> RentState:
    """The final state; a request in doubt is left alone until its outcome is certain."""
    rent = asyncio.create_task(scene.rent())
    while not rent.done() and not any(one.may_ask_again for one in scene.renter.unfinished):
        await scene.clock.sleep(1.0)
    if not rent.done():
        (state,) = scene.renter.unfinished
        rent.cancel()
        await scene.renter.aclose()
        return state
    return rent.result()


def test_every_fault_has_its_letter() -> None:
    assert set(MATRIX) == set(FAULTS)


async def not_sent(scene: Scene, state: RentState, words: str) -> None:
    assert state.step is RentStep.NOT_SENT
    assert state.sentence == f"Not sent, nothing was rented: {words}"
    assert (sends(scene), reads(scene)) == (1, 0)


async def refused(scene: Scene, state: RentState, words: str) -> None:
    assert (state.step, state.sentence) == (RentStep.REFUSED, words)
    assert not state.offer_gone
    assert (sends(scene), reads(scene)) == (1, 1)


async def gone(scene: Scene, state: RentState, words: str) -> None:
    assert (state.step, state.sentence) == (RentStep.REFUSED, words)
    assert state.offer_gone
    assert (sends(scene), reads(scene)) == (1, 1)


async def in_doubt(scene: Scene, state: RentState, words: str) -> None:
    assert state.step is RentStep.WATCHING
    assert "never retried automatically" in state.sentence
    assert sends(scene) == 1
    assert reads(scene) >= 10
    published = [one.sentence for one in scene.published if one.step is RentStep.LOOKING]
    assert published
    assert all(sentence.endswith("Do not rent again yet") for sentence in published)


async def waited(scene: Scene, state: RentState, words: str) -> None:
    assert (state.step, state.sentence) == (RentStep.REFUSED, words)
    assert sends(scene) == 2
    assert any("sending again in" in one.sentence for one in scene.published)
    assert f"offer {ASK}" in scene.service.sent


CELLS: dict[str, Callable[[Scene, RentState, str], Awaitable[None]]] = {
    "N": not_sent, "T": not_sent, "X": refused, "K": refused, "P": refused, "G": gone,
    "U": in_doubt, "n": waited,
}  # fmt: skip


@pytest.mark.parametrize("fault", MATRIX)
def test_a_fault_that_stays(fault: str, tmp_path: Path) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = faulty(fault, path=tmp_path / "journal")
        state = await ended(scene)
        error = FAULTS[fault]
        await CELLS[MATRIX[fault]](scene, state, f"{error} {error.hint}".strip())
        assert scene.service.made == []
        left = [intent.state for intent in await scene.journal.unfinished()]
        assert left == (["unknown"] if MATRIX[fault] == "U" else [])

    check()


@pytest.mark.parametrize("fault", [name for name, letter in MATRIX.items() if letter not in "NT"])
def test_a_fault_on_the_way_back(fault: str) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = faulty(fault, does=True)
        state = await ended(scene)
        assert state.step is RentStep.DONE
        assert [state.instance_id] == [one.id for one in scene.service.made]
        assert KEY.blob in scene.service.made[0].keys
        assert sends(scene) == 1

    check()


@pytest.mark.parametrize("fault", [name for name, letter in MATRIX.items() if letter == "n"])
def test_too_many_requests_pass(fault: str) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = faulty(fault, times=1)
        assert (await ended(scene)).step is RentStep.DONE
        assert sends(scene) == 2
        assert len(scene.service.made) == 1
        error = FAULTS[fault]
        assert isinstance(error, RateLimited)
        assert scene.clock.monotonic() >= (error.retry_after or 16.5)

    check()


@pytest.mark.parametrize("fault", [name for name, letter in MATRIX.items() if letter != "U"])
def test_whoever_asks_again_after_a_refusal_gets_one(fault: str) -> None:
    """The dialog keeps what was typed: sending it again is a new rental with a new nonce."""

    @in_virtual_time
    async def check() -> None:
        scene = faulty(fault, times=2 if MATRIX[fault] == "n" else 1)
        await ended(scene)
        state = await scene.rent()
        assert state.step is RentStep.DONE
        assert len(scene.service.made) == 1
        assert len(set(scene.service.nonces)) == 2

    check()


@in_virtual_time
async def test_extra_fields_mean_nothing() -> None:
    scene = Scene()
    rent = scene.service.rent

    async def rented(request: RentRequest, nonce: str) -> Outcome:
        outcome = await rent(request, nonce)
        assert isinstance(outcome.data, dict)
        return Outcome(Fate.OK, data={**outcome.data, "new": [{"a": None}]}, status=200)

    scene.service.rent = rented  # type: ignore[method-assign]
    assert (await scene.rent()).step is RentStep.DONE


# Clocks


@pytest.mark.parametrize("jump", [-7_200.0, 7_200.0])
def test_clock_jump(jump: float) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = faulty("timeout_after_send", does=True)
        scene.service.lag = 20.0
        rent = asyncio.create_task(scene.rent())
        await scene.until(RentStep.LOOKING)
        scene.clock.set_wall(jump)
        state = await rent
        assert (state.step, sends(scene)) == (RentStep.DONE, 1)
        assert scene.clock.monotonic() < 60.0

    check()


@pytest.mark.parametrize("does", [True, False])
def test_sleep_resume(does: bool) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = faulty("timeout_after_send", does=does)
        rent = asyncio.create_task(scene.rent())
        await scene.until(RentStep.LOOKING)
        await scene.clock.sleep(7 * 3_600.0)
        assert sends(scene) == 1
        if does:
            assert (await rent).step is RentStep.DONE
            return
        (state,) = scene.renter.unfinished
        assert state.step is RentStep.WATCHING
        rent.cancel()
        await scene.renter.aclose()

    check()


# Signals, kills, windows


@pytest.mark.parametrize("fault", SIGNALS)
def test_a_signal_lets_what_was_sent_arrive(fault: str, tmp_path: Path) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene(path=tmp_path / "journal", lag=5.0, seconds=0.03)
        heard: list[int] = []
        before = signal.signal(SIGNALS[fault], lambda number, frame: heard.append(number))
        try:
            rent = asyncio.create_task(scene.rent())
            await scene.clock.sleep(0.01)
            assert sends(scene) == 1
            signal.raise_signal(SIGNALS[fault])
        finally:
            signal.signal(SIGNALS[fault], before)
        assert heard
        (state,) = await scene.restart()
        assert rent.cancelled() or rent.done()
        assert state.step in (RentStep.LOOKING, RentStep.ATTACHING)
        assert (await scene.until(RentStep.DONE)).instance_id == 1000
        assert (sends(scene), len(scene.service.made)) == (1, 1)

    check()


@pytest.mark.parametrize("does", [True, False])
def test_sigkill_or_oom(does: bool, tmp_path: Path) -> None:
    details = _details_of_a_row(tmp_path / "other")
    other = window(tmp_path / "journal", "rent", str(ASK), details)
    assert says(other) == "opened"
    kill(other)

    @in_virtual_time
    async def check() -> None:
        scene = Scene(path=tmp_path / "journal")
        if does:
            label = label_with("train-b", "abcdefghij")
            scene.service.make(RentRequest(ask=ASK, image="x", disk=60.0), label)
        (state,) = await scene.renter.recover()
        assert state.step is RentStep.LOOKING
        assert "vasttui ended before it was confirmed" in state.sentence
        if does:
            await scene.until(RentStep.DONE)
            assert KEY.blob in scene.service.made[0].keys
        else:
            await scene.until(RentStep.WATCHING)
            await scene.renter.aclose()
        assert sends(scene) == 0

    check()


def _details_of_a_row(path: Path) -> str:
    """The details a rental records, with a known nonce."""
    found: list[dict[str, str]] = []

    @in_virtual_time
    async def write() -> None:
        scene = Scene(path=path)
        scene.service.answers = [outcome_of(FAULTS["timeout_after_send"])]
        rent = asyncio.create_task(scene.rent())
        await scene.until(RentStep.LOOKING)
        (intent,) = await scene.journal.unfinished()
        found.append({**intent.details, **known})
        rent.cancel()
        await scene.renter.aclose()

    known = {"nonce": "abcdefghij", "label": label_with("train-b", "abcdefghij")}
    write()
    return json.dumps(found[0])


@pytest.mark.parametrize("fault", DOUBTFUL)
def test_a_second_window_sends_nothing_for_the_same_offer(fault: str, tmp_path: Path) -> None:
    @in_virtual_time
    async def check() -> None:
        first = faulty(fault, path=tmp_path / "journal")
        rent = asyncio.create_task(first.rent())
        await first.until(RentStep.LOOKING)
        second = Scene(path=tmp_path / "journal")
        state = await second.rent()
        assert state.step is RentStep.NOT_SENT
        assert "Another vasttui window is already doing this. Nothing was sent." in state.sentence
        assert second.service.sent == []
        rent.cancel()
        await first.renter.aclose()

    check()


@in_virtual_time
async def test_no_certificate_is_told_as_such() -> None:
    scene = faulty("tls_error")
    await ended(scene)
    assert isinstance(FAULTS["tls_error"], TlsError)
    assert "SSL_CERT_FILE" in scene.published[-1].sentence
