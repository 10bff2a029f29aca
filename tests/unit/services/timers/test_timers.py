"""All timers in one list, whoever keeps them."""

from __future__ import annotations

from tests.support.timers import AT_16, bench, stop_at_16
from vasttui.models.scheduled_job import Act
from vasttui.models.self_stop import stop_after
from vasttui.models.timer import Checked, Doer, Idle
from vasttui.services.timers.kept import KeptStop
from vasttui.state.reminders import Reminder


async def test_every_kind_is_listed_the_next_one_first() -> None:
    made = await bench()
    number, timers = made.instance(), made.timers
    await timers.book.set(stop_at_16(number), "train-a")
    timers.stops.remember(KeptStop(number, AT_16 - 60, 4121))
    timers.watch_idle(number, Idle(5.0, 20.0))
    reminders = [Reminder(number, AT_16 - 900, 0.0)]
    found = [one for one in timers.all(made.clock.now(), reminders) if one.instance_id == number]
    assert [(one.doer, one.act, one.at, one.checked) for one in found] == [
        (Doer.VASTTUI, Act.TELL, AT_16 - 900, Checked.HERE),
        (Doer.INSTANCE, Act.STOP, AT_16 - 60, Checked.UNSEEN),
        (Doer.VAST, Act.STOP, AT_16, Checked.SAME),
        (Doer.VASTTUI, Act.TELL, None, Checked.HERE),
    ]
    assert found[3].idle == Idle(5.0, 20.0)
    assert len({one.key for one in found}) == 4


async def test_a_stop_in_an_on_start_script_counts_from_the_start_of_the_container() -> None:
    made = await bench()
    [contract, *_] = made.world.contracts.all(made.clock.now())
    contract.onstart = f"{stop_after(6)}\ncd /workspace"
    await made.see()
    [timer] = [one for one in made.timers.all(made.clock.now()) if one.after_start is not None]
    assert (timer.doer, timer.act, timer.after_start) == (Doer.INSTANCE, Act.STOP, 6.0)
    assert (timer.at, timer.checked) == (None, Checked.UNSEEN)  # its start was not seen
    await made.client.instances.reboot(contract.id)
    await made.see()
    began = made.clock.now() + 60
    await made.see(seconds=60)
    [timer] = [one for one in made.timers.all(made.clock.now()) if one.after_start is not None]
    assert timer.at == began + 6 * 3_600


async def test_what_waits_inside_is_forgotten_when_it_has_come_or_its_instance_is_gone() -> None:
    made = await bench()
    number, timers = made.instance(), made.timers
    timers.stops.remember(KeptStop(number, AT_16, 1))
    timers.stops.remember(KeptStop(number, AT_16 + 60, 2))
    assert timers.stops.of(number) == KeptStop(number, AT_16 + 60, 2)
    await made.client.instances.set_state(number, "stopped")
    assert await made.see(seconds=30) == []
    assert timers.stops.of(number) is None
    timers.stops.remember(KeptStop(number, AT_16 + 9e4, 3))
    timers.watch_idle(number, Idle())
    await made.client.instances.destroy(number)
    for _ in range(3):
        await made.see(seconds=60)
    assert timers.stops.of(number) is None
    assert made.memory.idle == {}


async def test_what_is_kept_of_a_destroyed_instance_is_forgotten_at_once() -> None:
    made = await bench()
    number, timers = made.instance(), made.timers
    timers.stops.remember(KeptStop(number, AT_16, 1))
    timers.watch_idle(number, Idle())
    timers.forget(number)
    assert [one for one in timers.all(0.0) if one.instance_id == number] == []


async def test_a_stop_from_inside_that_does_not_come_is_told_once_and_stays_in_the_inbox() -> None:
    made = await bench()
    number, timers = made.instance(), made.timers
    timers.stops.remember(KeptStop(number, AT_16, 4121))
    told = await made.pass_by(AT_16 + 600, every=120)
    [(_, words)] = told
    assert words.startswith("train-a: It should have stopped itself at ")
    [item] = timers.items(made.clock.now())
    assert (item.kind, item.level, item.instance_id) == ("timer_late", "urgent", number)
    await made.client.instances.set_state(number, "stopped")
    await made.see(seconds=30)
    assert timers.items(made.clock.now()) == []
    timers.stops.remember(KeptStop(number, AT_16 - 9e4, 4121))
    await made.see(seconds=30)
    assert timers.stops.of(number) is None  # over for a day


async def test_a_stop_from_inside_does_not_survive_its_container() -> None:
    made = await bench()
    number, timers = made.instance(), made.timers
    timers.stops.remember(KeptStop(number, AT_16, 4121))
    await made.client.instances.reboot(number)
    [alert] = await made.see(seconds=5)
    assert alert.whole.startswith("train-a: The stop at ")
    assert alert.whole.endswith(" that waited inside is gone: its container restarts.")
    assert timers.stops.of(number) is None
