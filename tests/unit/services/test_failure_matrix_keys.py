"""The outcome of SSH key changes when something goes wrong, fault by fault.

Whatever happens, no private half is read or sent, and no other key is deleted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.faults import FAULTS
from tests.support.ssh_keys import PRIVATE, KeyAccount, public_key
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.clock import VirtualClock
from vasttui.errors import RateLimited, ServiceDown, Unconfirmed, VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.fixes import SshFixer

OPS = ("attach", "key+", "key-", "detach", "key=")
MINE, OTHER = SshKey(public_key("mine"), 41), SshKey(public_key("other"), 42)
NEW = SshKey(public_key("new"), 41)

# One letter for each of OPS:
# N not sent; r retried automatically; T no certificate, not retried; v looked up, then sent again;
# X K P refused; G looked up in the list; w waits, then sent again.
MATRIX = {
    "connect_refused": "rNNNN", "dns_failure": "rNNNN", "tls_error": "TTTTT",
    "timeout_before_send": "rNNNN", "timeout_mid_send": "vvvvv", "timeout_after_send": "vvvvv",
    "reset_or_close_after_send": "vvvvv", "400": "XXXXX", "401": "KKKKK", "403": "PPPPP",
    "404": "GGGGG", "409": "vvvvv", "410": "GGGGG", "429_retry_after": "wwwww",
    "429_plain": "wwwww", "429_search_quota": "wwwww", "500": "vvvvv", "502_503_504": "vvvvv",
    "200_success_false": "XXXXX", "200_html_proxy": "vvvvv", "truncated_json": "vvvvv",
    "wrong_types": "vvvvv", "missing_fields": "vvvvv", "null_fields": "vvvvv",
    "huge_body": "vvvvv", "gzip_bomb": "vvvvv", "slow_drip": "vvvvv",
    "redirect_same_site": "vvvvv", "redirect_other_host": "vvvvv",
}  # fmt: skip
SENDS = {"N": 1, "r": 3, "T": 1, "v": 2, "X": 1, "K": 1, "P": 1, "G": 1, "w": 2}
CELLS = [(fault, op) for fault in FAULTS for op in OPS]


@dataclass
class Planned(KeyAccount):
    """Meets every change, or the first `planned` ones, with the same fault, done or not.

    After a request was sent, lists may be unreadable, or an id may refer to another key.
    """

    fault: Outcome = field(default_factory=lambda: Outcome(Fate.OK))
    does: bool = False
    planned: int = 99
    breaks: bool = False
    becomes: SshKey | None = None

    def __post_init__(self) -> None:
        super().__init__([OTHER], [OTHER])
        self.before = {one.text for one in (*self.account, *self.instance)}

    def meet(self, change: Callable[[], Outcome]) -> Outcome:
        strikes, self.planned = self.planned > 0, self.planned - 1
        self.outcome = Outcome(Fate.OK)
        if strikes and not self.does:
            self.outcome = Outcome(Fate.REJECTED)
        reply = change()
        if self.breaks:
            self.unreadable = ServiceDown("Down.", status=502)
        if self.becomes is not None:
            self.account = [self.becomes if key.id == 41 else key for key in self.account]
        return self.fault if strikes else reply

    async def add(self, text: str) -> Outcome:
        return self.meet(lambda: self._take(self.account, "add", text))

    async def attach(self, instance_id: int, text: str) -> Outcome:
        return self.meet(lambda: self._take(self.instance, "attach", text))

    async def detach(self, instance_id: int, key_id: int) -> Outcome:
        return self.meet(lambda: self._drop(self.instance, "detach", key_id))

    async def delete(self, key_id: int) -> Outcome:
        return self.meet(lambda: self._drop(self.account, "delete", key_id))

    async def replace(self, key_id: int, text: str) -> Outcome:
        return self.meet(lambda: self._put(key_id, text))


def stage_for(op: str, fault: str, *, does: bool = False, planned: int = 99) -> Planned:
    error = FAULTS[fault]
    outcome = outcome_of(error)
    service = Planned(fault=outcome, does=does, planned=planned)
    if op in ("key-", "detach", "key="):
        (service.instance if op == "detach" else service.account).append(MINE)
    return service


async def go(op: str, service: Planned, folder: Path, clock: VirtualClock | None = None) -> None:
    fixer = SshFixer(service, clock or VirtualClock(), str(folder / "known_hosts"), "me@laptop")
    changes: dict[str, Callable[[], Awaitable[object]]] = {
        "attach": lambda: fixer.attach(5, MINE),
        "key+": lambda: fixer.add_to_account(MINE),
        "key-": lambda: fixer.delete_from_account(41, MINE),
        "detach": lambda: fixer.detach(5, MINE),
        "key=": lambda: fixer.replace_on_account(41, MINE, NEW),
    }
    try:
        await changes[op]()
    finally:
        listed = [key.blob for key in (*service.account, *service.instance)]
        assert listed.count(OTHER.blob) == 2
        assert not any(PRIVATE[:20] in sent for sent in service.sent)


def is_as_wanted(op: str, service: Planned) -> bool:
    keys = service.instance if op in ("attach", "detach") else service.account
    if op == "key=":
        return {NEW.blob} == {key.blob for key in keys} - {OTHER.blob}
    return any(key.blob == MINE.blob for key in keys) is (op in ("attach", "key+"))


def test_every_cell_has_its_letter() -> None:
    assert set(MATRIX) == set(FAULTS)
    assert {len(letters) for letters in MATRIX.values()} == {len(OPS)}


@pytest.mark.parametrize(("fault", "op"), CELLS)
async def test_a_fault_that_stays(fault: str, op: str, tmp_path: Path) -> None:
    service, clock = stage_for(op, fault), VirtualClock()
    with pytest.raises(VastError) as caught:
        await go(op, service, tmp_path, clock)
    if outcome_of(FAULTS[fault]).fate is Fate.UNKNOWN:
        assert isinstance(caught.value, Unconfirmed)
        assert str(caught.value).endswith(f"{FAULTS[fault]}")
    else:
        assert caught.value is FAULTS[fault]
    letter = MATRIX[fault][OPS.index(op)]
    assert len(service.sent) == SENDS[letter]
    if letter == "w":
        error = FAULTS[fault]
        assert isinstance(error, RateLimited)
        assert clock.monotonic() >= (error.retry_after or 12.0)


@pytest.mark.parametrize(("fault", "op"), [c for c in CELLS if MATRIX[c[0]][0] in "rvw"])
async def test_a_fault_that_passes(fault: str, op: str, tmp_path: Path) -> None:
    service = stage_for(op, fault, planned=1)
    if MATRIX[fault][OPS.index(op)] == "N":
        with pytest.raises(VastError):
            await go(op, service, tmp_path)
        assert len(service.sent) == 1
        return
    await go(op, service, tmp_path)
    assert len(service.sent) == 2
    assert is_as_wanted(op, service)


@pytest.mark.parametrize(("fault", "op"), [c for c in CELLS if MATRIX[c[0]][0] in "vXG"])
async def test_what_was_done_in_spite_of_the_answer_counts(
    fault: str, op: str, tmp_path: Path
) -> None:
    service = stage_for(op, fault, does=True)
    await go(op, service, tmp_path)
    assert len(service.sent) == 1
    assert is_as_wanted(op, service)


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("fault", ["timeout_after_send", "500"])
async def test_a_list_that_cannot_be_read_is_not_taken_for_an_answer(
    fault: str, op: str, tmp_path: Path
) -> None:
    service = stage_for(op, fault, does=True)
    service.breaks = True
    with pytest.raises(VastError, match=r"It was sent, but the list could not be read: Down\."):
        await go(op, service, tmp_path)
    assert len(service.sent) == 1


@pytest.mark.parametrize("op", OPS)
async def test_it_does_not_wait_for_hours(op: str, tmp_path: Path) -> None:
    service = stage_for(op, "429_plain")
    service.fault = outcome_of(RateLimited("Later.", retry_after=7_200.0))
    with pytest.raises(RateLimited):
        await go(op, service, tmp_path)
    assert len(service.sent) == 1


@pytest.mark.parametrize("op", OPS)
async def test_two_windows_end_with_the_same_list(op: str, tmp_path: Path) -> None:
    service = stage_for(op, "409", planned=0)
    await asyncio.gather(go(op, service, tmp_path), go(op, service, tmp_path))
    assert is_as_wanted(op, service)


async def test_a_number_that_became_another_key_is_not_sent_again(tmp_path: Path) -> None:
    service = stage_for("key-", "timeout_after_send")
    service.becomes = SshKey(public_key("third"), 41)
    await go("key-", service, tmp_path)
    assert len(service.sent) == 1
    assert service.becomes in service.account
