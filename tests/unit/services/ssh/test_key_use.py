"""Which instances have which keys, read one after the other."""

from __future__ import annotations

from tests.support.ssh_keys import OFFLINE, KeyAccount
from vasttui.clock import VirtualClock
from vasttui.services.ssh.key_use import OLD, KeyUse


async def test_one_that_cannot_be_read_is_told_from_one_not_read_yet_and_read_again() -> None:
    service, clock = KeyAccount(), VirtualClock()
    use = KeyUse(service, clock)
    service.unreadable = OFFLINE
    await use.read([7], lambda: None, lambda: True)
    assert use.failed == {7}
    service.unreadable = None
    await use.read([7], lambda: None, lambda: True)
    assert use.failed == {7}
    await clock.sleep(OLD)
    await use.read([7, 8], lambda: None, lambda: len(use.attached) < 1)
    assert (use.failed, set(use.attached)) == (set(), {7})
