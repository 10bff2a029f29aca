"""Timers on the screen: the dialog on an instance, what came of it, the list, the inbox."""

from __future__ import annotations

import json

from textual.widgets import Button, Input

from tests.support.source import ROOT
from tests.support.stage import Stage, stage
from tests.support.timer_screen import (
    again,
    ask,
    fill,
    have_job,
    instances,
    number,
    over,
    section,
    tick,
)
from vasttui.models.scheduled_job import Act
from vasttui.models.timer import Doer
from vasttui.services.timers.kept import KeptStop
from vasttui.ui.app.exit_summary import exit_summary, unfinished
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.timers.dialog import TimersModal
from vasttui.ui.timers.known import timers_of
from vasttui.ui.timers.lines import PROMISES
from vasttui.units import DAY, HOUR


async def test_a_stop_is_set_read_back_shown_and_taken_back() -> None:
    async with stage(instances=6) as running:
        dialog = await ask(running)
        for words in ("Timers for train-a (54548356)", "stop it: the disk stays, $0.020/h",
                      "today 16:00 (16:00 UTC), in 1h4", "until then $0.5", "timers now: none",
                      "hourly jobs came up to 3 h early", "It stops nothing.",
                      "[ Set 2 timers ]"):  # fmt: skip
            assert words in running.text, words
        assert running.sent("schedule_job") == []
        fill(dialog, at="16:30")
        await running.pause()
        assert "esc next field" in running.text
        fill(dialog, at="16:00")
        await running.pause()
        assert "esc close" in running.text
        fill(dialog, at="16:30")
        await running.pause()
        dialog.action_confirm()
        await running.pause()
        assert "✖ Nothing is set: Vast.ai can only do full hours" in running.text
        assert "Vast.ai can only do full hours: 16:00 or 17:00?" in running.text
        assert dialog.query_one("#confirm", Button).disabled
        dialog.query_one("#hour1", Button).press()
        await running.pause()
        dialog.action_confirm()
        await running.until(lambda: running.sent("schedule_job"))
        await running.pause()
        assert "… Vast.ai       sent; it is read back" in running.text
        assert "✓ vasttui       tells you at 16:45 and 17:00." in running.text
        body = json.loads(running.sent("schedule_job")[0])
        assert body["instance_id"] == number(running, "train-a")
        assert (body["hour_of_the_day"], body["frequency"]) == (17, "WEEKLY")
        assert body["end_time"] == body["start_time"] + 3540
        await over(running)
        assert "read back: weekly, Monday 17 h UTC, once: stop. As sent." in running.said
        assert "ssh direct · stop 17:00" in running.text
        assert "[Instances 6] Timers 3" in running.text
        assert "stop today 17:00 (Vast.ai) · today 17:00 tells you (vasttui)" in running.text
        await _asks(running, t="Timers that stay", D="Timers that go, too")
        assert exit_summary(running.app).splitlines() == [
            "train-a stops today 17:00 by Vast.ai's job 77120.",
            "1 reminder does not come while vasttui is closed.",
        ]
        screen = await section(running)
        await running.until(lambda: "1 left over" in running.text, step=2)
        for words in ("2 timers on 1 instance; 1 left over", "stop: disk stays $0.020/h",
                      "Vast.ai, on the hour", "! left", "[Timers 3]", "so once · read back",
                      "all as sent ✓", "! 5", "the service promises no punctuality"):  # fmt: skip
            assert words in running.text, words
        await running.dialog("D")
        assert isinstance(running.app.screen, ConfirmModal)
        assert "what runs goes on, and bills" in running.text
        await running.press("tab", "enter")
        await running.until(lambda: "Job 77120 is taken back" in running.said, step=1)
        await running.pause()
        assert [row.timer.doer for row in screen.browse.rows] == [Doer.VASTTUI, Doer.VAST]
        await running.press("home", "D")
        await running.until(lambda: not running.app.session.reminders.all)
        assert len(running.sent("delete_job")) == 1


async def _asks(running: Stage, **keys: str) -> None:
    """The dialog of each key says what becomes of the two timers, and is left."""
    for key, words in keys.items():
        await running.dialog(key)
        said = f"{words}: stop today 17:00 (Vast.ai), today 17:00 tells you (vasttui)."
        assert said in " ".join(running.text.replace("│", " ").split())
        await running.press("escape")


async def test_what_destroys_is_typed_first() -> None:
    async with stage(instances=6, size=(140, 40), volumes=3) as running:
        await running.until(lambda: running.app.fleet.volumes is not None, step=1.0)
        dialog = await ask(running)
        assert "destroy it: a volume stays and bills" in running.text
        dialog.query_one("#what", PickOne).choose("DESTROY")
        tick(dialog, tell=False)
        await running.pause()
        assert "the instance AND its disk, 60 GB, no undo" in running.text
        assert "Volume datasets (V.20118481) stays and bills $48.00/month." in running.text
        assert "Type train-a to set it" in running.text
        fill(dialog, word="train")
        await running.pause()
        dialog.action_confirm()
        await running.pause()
        assert "That is not it." in running.text
        assert running.sent("schedule_job") == []
        fill(dialog, word="train-a")
        dialog.action_confirm()
        await running.until(lambda: running.sent("schedule_job"))
        assert json.loads(running.sent("schedule_job")[0])["request_method"] == "DELETE"
        await running.press("escape")
        assert unfinished(running.app) == [
            "train-a: a job was sent to Vast.ai, and not read back yet"
        ]


async def test_a_job_that_is_there_is_kept_or_replaced() -> None:
    async with stage(instances=6) as running:
        await instances(running)
        await have_job(running, Act.DESTROY)
        there = (running.clock.now() + DAY) // HOUR * HOUR
        for answer in ("leave", "keep", "replace"):
            dialog = await again(running)
            assert "timers now: destroy tomorrow" in running.text
            tick(dialog, tell=answer != "replace")
            dialog.action_confirm()
            await running.until(lambda: "[ Replace ]" in running.text)
            assert "There is a job for this instance already (77120: destroy" in running.text
            assert running.app.focused is dialog.query_one("#keep")
            shown = " ".join(running.text.replace("│", " ").split())
            depends = "if you replace the job; else of the job that stays." in shown
            assert depends == (answer != "replace")
            if answer == "leave":
                await running.press("escape")
                await running.pause()
                assert [one.at for one in running.app.session.reminders.all] == [there]
                assert "The job that was there stays. No other is set." in running.said
                assert "vasttui tells you of the job that stays: tomorrow" in running.said
                assert "The reminder for 16:00 is taken back." in running.said
                continue
            await running.press(*["tab"] * (answer == "replace"), "enter")
            if answer == "keep":
                await running.until(lambda: "No other is set." in running.text)
                [told] = running.app.session.reminders.all
                assert (told.at, told.before) == (there, 900)
                assert "tells you of the job that stays: tomorrow" in running.text
                assert running.sent("replace_job") == []
                await running.press("escape")
        await over(running)
        assert json.loads(running.sent("replace_job")[0])["request_body"] == {"state": "stopped"}


async def test_one_that_is_not_found_is_not_counted_on() -> None:
    async with stage(instances=6, faults={"schedule_job": ["reset"]}) as running:
        dialog = await ask(running)
        tick(dialog, tell=False)
        dialog.action_confirm()
        await running.until(lambda: "Do not count on it." in running.text, 90, step=2.5)
        assert isinstance(running.app.screen, TimersModal)
        assert "r look again" in running.text
        await running.press("r")
        await running.until(lambda: "Still not in the list." in running.text)


async def test_read_only_sets_reminders_alone_and_all_of_the_marked_at_once() -> None:
    async with stage(instances=6, read_only=True) as running:
        await instances(running)
        await running.press("home", "space", "space")
        dialog = await again(running)
        assert "Timers for 2 instances" in running.text
        assert running.text.count("Read-only mode: nothing is changed.") == 2
        assert "[ Set 2 timers ]" in running.text
        dialog.action_confirm()
        await over(running)
        assert len(running.app.session.reminders.all) == 2
        assert running.sent("schedule_job") == []
        await section(running)
        assert "2 timers on " in running.text
        await running.press("t")
        await running.until(lambda: "It is kept until vasttui ends" in running.text)
        assert len(running.app.session.reminders.all) == 1
        await running.press("home", "t")
        await running.until(lambda: len(running.app.session.reminders.all) == 2)
        await running.press("P")
        await running.until(lambda: "•" in running.text)
        assert "54548" not in running.text


async def test_the_marked_get_the_same_and_the_inbox_has_the_key_that_helps() -> None:
    async with stage(instances=6) as running:
        await instances(running)
        await running.press("space", "up", "up", "space")
        dialog = await again(running)
        dialog.action_confirm()
        await running.until(lambda: len(running.sent("schedule_job")) == 2)
        await over(running)
        assert len(running.app.session.reminders.all) == 2
        now = running.clock.now()
        running.app.session.reminders.set(number(running, "train-a"), now - 1)
        await running.poll()
        told = [one.at for one in timers_of(running.app, number(running, "train-a"))]
        assert now - 1 not in told
        await running.dialog("!")
        while "t stops it  " not in running.text:
            await running.press("down")
        await running.press("t")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        assert "Stop train-a" in running.text
        await running.press("escape")
        await running.dialog("!")
        while "D takes it back" not in running.text:
            await running.press("down")
        await running.press("D")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        assert "The instance is gone and nothing of it runs" in running.text
        assert "bills" not in running.text.partition("Take back")[2]
        await running.press("tab", "enter")
        await running.until(lambda: "Job 77003 is taken back" in running.said)


async def test_a_rental_sets_its_stop_once_the_instance_is_there() -> None:
    async with stage(instances=1) as running:
        await running.until(lambda: running.app.fleet.account is not None)
        await running.dialog("n")
        dialog = running.app.screen
        dialog.query_one("#in_stop_at", Input).value = "16:00"
        await running.until(lambda: "available ✓" in running.text)
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("schedule_job"), 60, step=1)
        made = running.world.contracts.all(running.clock.now())[-1]
        assert json.loads(running.sent("schedule_job")[0])["instance_id"] == made.id
        await running.until(lambda: "As sent." in running.said, 60, step=1)


async def test_a_job_is_changed_turned_off_and_on_and_copied() -> None:
    async with stage(instances=6) as running:
        await instances(running)
        await have_job(running, Act.STOP)
        screen = await section(running)
        await running.press("/", *"instance:train", "enter")
        await running.dialog("e")
        dialog = running.app.screen
        assert isinstance(dialog, TimersModal)
        assert "Change a timer of train-a" in running.text
        assert "[ Set timer ]" in running.text
        fill(dialog, at="16:00")
        await running.pause()
        await running.dialog("Y")
        assert "commands/schedule_job/77120/" in running.text
        await running.press("escape")
        dialog.action_confirm()
        await over(running)
        assert json.loads(running.sent("replace_job")[0])["hour_of_the_day"] == 16
        await running.press("t")
        await running.until(lambda: "It is kept until vasttui ends" in running.text)
        assert len(running.sent("delete_job")) == 1
        before = len(running.sent("schedule_job"))
        await running.press("t", "t")
        await running.until(lambda: len(running.sent("schedule_job")) > before)
        await running.pause()
        assert "it is being set, and not read back yet." in running.said
        assert "not read back yet" in running.text
        assert screen.browse.list.gone is None
        await running.until(lambda: "As sent." in running.said, 60, step=1)
        await running.until(lambda: "✓" in running.text, step=1)
        assert len(running.sent("schedule_job")) == before + 1
        await running.press("y")
        await running.until(lambda: "curl -sS -X POST" in running.said)
        await running.press("2", "home", "enter")
        await running.dialog("H")
        assert isinstance(running.app.screen, TimersModal)


async def test_the_same_words_are_in_the_help_and_in_the_readme() -> None:
    readme = " ".join((ROOT / "README.md").read_text().split())
    for _, words in PROMISES:
        assert words in readme
    async with stage(instances=1, size=(120, 90), ready=False) as running:
        running.app.go("timers")
        await running.dialog("?")
        shown = " ".join(running.text.replace("│", " ").split())
        for name, words in PROMISES:
            assert f"{name} {words}" in shown


async def test_what_is_kept_here_is_shown_though_the_jobs_cannot_be_read() -> None:
    async with stage(instances=6, faults={"scheduled_jobs": ["http:503"] * 40}) as running:
        await instances(running)
        at = running.clock.now() + HOUR
        running.app.session.reminders.set(number(running, "train-a"), at)
        running.app.go("timers")
        await running.until(lambda: "you are told" in running.text, 60, step=2)
        assert "HTTP 503" in running.text
        await running.press("2", "end", "up")
        assert "tells you (vasttui) · H sets more" in running.text


async def test_a_stop_inside_is_over_with_its_instance_and_as_many_are_counted_as_shown() -> None:
    async with stage(instances=6) as running:
        await instances(running)
        app, at = running.app, running.clock.now() + HOUR
        assert app.live is not None
        ours = number(running, "train-a")
        app.session.reminders.set(number(running, "notebook"), at + HOUR)
        app.live.timers.stops.remember(KeptStop(ours, at, 7))
        screen = await section(running)
        await running.press("home")
        assert "stop today" in running.text
        assert "[Timers 3]" in running.text
        await app.live.api.instances.destroy(ours)
        await running.until(lambda: "[Timers 2]" in running.text, 120, step=5)
        await running.pause()
        assert "gone" not in running.text
        assert screen.browse.list.gone is None
        assert len(screen.browse.rows) == 2
