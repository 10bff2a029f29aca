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
    timers.stops_inside(KeptStop(number, AT_16 - 60, 4121))
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


async def test_what_waits_inside_is_forgotten_when_it_is_over_or_its_instance_is_gone() -> None:
    made = await bench()
    number, timers = made.instance(), made.timers
    timers.stops_inside(KeptStop(number, AT_16, 1))
    timers.stops_inside(KeptStop(number, AT_16 + 60, 2))
    assert timers.stop_inside(number) == KeptStop(number, AT_16 + 60, 2)
    await made.see(seconds=AT_16 + 61 - made.clock.now())
    assert timers.stop_inside(number) is None
    timers.stops_inside(KeptStop(number, AT_16 + 9e4, 3))
    timers.watch_idle(number, Idle())
    await made.client.instances.destroy(number)
    for _ in range(3):
        await made.see(seconds=60)
    assert timers.stop_inside(number) is None
    assert made.memory.idle == {}
