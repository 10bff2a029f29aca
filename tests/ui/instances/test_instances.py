from __future__ import annotations

import json
import re

import pytest

from tests.support.stage import Stage, stage
from vasttui.simulator.account.contract import Contract
from vasttui.ui.instances.one import InstanceScreen
from vasttui.ui.instances.screen import InstancesScreen
from vasttui.ui.lists.machine_marks import set_avoided
from vasttui.ui.widgets.line import TextLine


def contract(running: Stage, label: str) -> Contract:
    """The simulator's contract behind an instance."""
    now = running.clock.now()
    return next(one for one in running.world.contracts.all(now) if one.label == label)


async def on(running: Stage, label: str) -> None:
    """Move the cursor to an instance."""
    await running.press("g")
    for _ in running.app.fleet.rows:
        if "▶" in line_of(running, label):
            return
        await running.press("down")


def line_of(running: Stage, words: str) -> str:
    """The line of the table that contains these words."""
    return next((line for line in running.text.splitlines()[4:] if words in line), "")


async def test_each_stands_there_is_filtered_and_has_details() -> None:
    async with stage(instances=6, size=(120, 40)) as running:
        await running.instances()
        train = line_of(running, "train-a")
        assert "● running" in train
        assert "1× RTX 4090" in train
        assert "ssh direct" in train
        assert re.search(r"◐ loading [67]m", line_of(running, "eval-b"))
        assert "offline, not billed" in line_of(running, "cheap-d")
        assert " 0.000 " in line_of(running, "cheap-d")
        old = contract(running, "old-c")
        assert f" {old.disk_price:.3f} " in line_of(running, "old-c")
        assert "6 instances: 2 running" in running.text

        await running.instances()
        await running.press("slash", *"-state:running")
        await running.press("enter")
        await running.pause()
        assert line_of(running, "train-a") == ""
        assert line_of(running, "old-c")
        assert "4 shown of 6 instances" in running.text
        await running.press("escape")
        await running.pause()
        assert line_of(running, "train-a")

        await running.instances()
        await on(running, "notebook")
        await running.press("right_square_bracket")
        await running.pause()
        assert "-> 8080/tcp" in running.text
        assert "-> 6100/udp" in running.text
        await running.press("right_square_bracket", "z")
        await running.until(lambda: "jupyter_token •••" in running.text)


async def test_the_only_row_stays_in_view_whatever_heights_there_were() -> None:
    async with stage(size=(80, 24), instances=9, volumes=3) as running:
        await running.instances()
        await running.press("slash", *"train", "enter")
        await running.pause()
        for height in (25, 24, 40, 24):
            await running.pilot.resize_terminal(80, height)
            await running.pause()
            assert "▶ ● running" in line_of(running, "train-a"), height


async def test_stopping_and_starting_ask_and_are_checked() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        await running.dialog("t")
        await running.press("enter")
        await running.poll()
        assert running.sent("manage") == []

        await running.instances()
        await on(running, "train-a")
        await running.dialog("t")
        assert "Stop train-a" in running.text
        assert f"{contract(running, 'train-a').id}" in running.text
        hourly = contract(running, "train-a").disk_price
        assert f"keeps billing ${hourly:.3f}/h (${hourly * 24:.2f}/day)" in running.text
        await running.press("right", "enter")
        await running.until(lambda: contract(running, "train-a").state.cur == "stopped")
        await running.until(lambda: "stopping; its disk stays" in running.said)
        assert running.sent("manage") == [json.dumps({"state": "stopped"})]
        await running.until(lambda: "○ stopped" in line_of(running, "train-a"))

        await running.instances()
        contract(running, "old-c").gpu_taken = True
        await on(running, "old-c")
        await running.dialog("t")
        assert "Start old-c" in running.text
        await running.press("right", "enter")
        await running.until(lambda: "currently unavailable" in running.said)
        await running.until(lambda: "scheduling" in line_of(running, "old-c"))


async def test_a_label_goes_to_all_marked_rows_and_a_price_increase_is_answered() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.press("g", "space", "space")
        await running.dialog("L")
        await running.type("both")
        await running.press("enter")
        await running.until(lambda: "label 2 instances: changed" in running.said)
        labels = [one.label for one in running.world.contracts.all(running.clock.now())]
        assert labels.count("both") == 2
        assert len(running.sent("manage")) == 2

        await running.press("escape")
        await running.instances()
        price = contract(running, "train-a").price
        await running.press("exclamation_mark")
        await running.until(lambda: "The host wants" in running.text)
        await running.press("enter")
        await running.until(lambda: "Price increase" in running.text)
        await running.press("down", "enter")
        await running.until(lambda: ": done" in running.said)
        await running.until(lambda: not running.app.fleet.increases)
        assert contract(running, "train-a").price == pytest.approx(price * 1.15)


async def bid(running: Stage, text: str) -> None:
    """Open the dialog of spot-e and type a bid."""
    await on(running, "spot-e")
    await running.dialog("b")
    assert "minimum now" in running.text
    await running.press(*["backspace"] * 12)
    await running.type(text)


def bids(running: Stage) -> list[float]:
    return [json.loads(body)["price"] for body in running.sent("bid")]


async def test_a_bid_is_refused_or_asked_about_and_one_that_wins_brings_it_back() -> None:
    async with stage(instances=5) as running:
        await running.instances()
        for text, words in (("", "A bid is a number"), ("0", "at least $0.001")):
            await bid(running, text)
            await running.press("enter")
            await running.until(lambda words=words: words in running.text)  # type: ignore[misc]
            assert bids(running) == [], text
            await running.press("escape")

        for text in ("31", "0.0011"):
            for agreed in (False, True):
                before = bids(running)
                await bid(running, text)
                await running.until(lambda: "with disk, while running" in running.text)
                assert "times the minimum bid" in running.text, text
                await running.press("enter")
                words = f"Bid ${float(text):.4g}"
                await running.until(lambda words=words: words in running.text)  # type: ignore[misc]
                assert running.app.focused is running.app.screen.query_one("#cancel"), text
                assert bids(running) == before, text
                await running.press(*["right"] * agreed, "enter")
                if agreed:
                    await running.until(lambda old=before: bids(running) != old)  # type: ignore[misc]
                    assert bids(running) == [*before, float(text)]
                else:
                    await running.press("escape")

        await running.until(lambda: "outbid" in line_of(running, "spot-e"), step=1.0)
        await bid(running, "0.3")
        done = running.said.count(": changed")
        await running.press("enter")
        await running.until(lambda: running.said.count(": changed") > done)
        assert bids(running) == [31, 0.0011, 0.3]
        await running.until(lambda: "running" in line_of(running, "spot-e"))


async def test_an_instance_that_vanishes_under_the_cursor_takes_no_neighbour_with_it() -> None:
    async with stage(instances=6) as running:
        await running.instances()
        await on(running, "train-a")
        await running.until(lambda: "$" in line_of(running, "train-a"), step=0.5)
        assert "≤" not in line_of(running, "train-a")
        running.world.become(contract(running, "train-a").id, "gone")
        await running.poll()
        assert "✖ gone" in line_of(running, "train-a")

        await running.until(lambda: "≤$" in line_of(running, "train-a"))
        gone = line_of(running, "train-a")
        assert "0.000" in gone
        cost = next(line for line in running.text.splitlines() if "Cost " in line)
        assert "spent at most $" in cost
        running.clock.advance(3600)
        await running.poll()
        assert re.findall(r"≤\S+", line_of(running, "train-a")) == re.findall(r"≤\S+", gone)

        words = "train-a is gone: it is no longer listed."
        for number, key in enumerate(("y", "s", "t", "R", "L", "x"), 1):
            await running.press(key)
            assert running.said.count(words) == number, key
        await running.poll()
        assert running.sent("manage") + running.sent("reboot") == []
        await running.press("escape")
        assert "✖ gone" not in running.text


async def test_what_is_known_of_one_that_is_gone_is_shown_as_old() -> None:
    async with stage(instances=6) as running:
        await running.instances()
        await on(running, "train-a")
        [load] = re.findall(r" \d+% ", line_of(running, "train-a"))
        running.world.become(contract(running, "train-a").id, "gone")
        await running.poll()
        for number, size in enumerate(((60, 20), (140, 40)), 1):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert load not in line_of(running, "train-a"), size
            assert "ssh -p" not in running.text, size
            assert "It is gone: no longer listed" in running.text, size
            await running.press("enter")
            await running.until(lambda: isinstance(running.app.screen, InstanceScreen))
            await running.pause()
            assert "✖ gone" in running.text, size
            assert "It is gone: no longer listed" in running.text, size
            assert not re.search(r"ssh -p|GPU \d+ %|now · stopped", running.text), size
            await running.press("t")
            assert running.said.count("train-a is gone: it is no longer listed.") == number, size
            await running.press("escape")


async def test_one_that_vanishes_behind_its_dialog_is_not_acted_on() -> None:
    async with stage(instances=6) as running:
        await running.instances()
        await on(running, "train-a")
        await running.dialog("t")
        running.world.become(contract(running, "train-a").id, "gone")
        await running.poll()
        await running.press("right", "enter")
        await running.until(lambda: "no longer exists" in running.said)
        assert running.sent("manage") == []


async def test_a_command_runs_logs_are_followed_and_a_restart_goes_on_elsewhere() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        await running.press("y")
        await running.until(lambda: "ssh -p" in running.said)
        host = contract(running, "train-a").chunk.machine.network.address.strip()
        assert f"root@{host}" in running.said
        await on(running, "old-c")
        await running.press("y")
        await running.until(lambda: "SSH is unavailable while stopped" in running.said)

        await running.instances()
        await on(running, "old-c")
        await running.dialog("E")
        await running.press("enter")
        await running.until(lambda: "/workspace/train.py" in running.text)
        assert "/var/lib/docker" not in running.text

        await running.press("escape")
        await running.instances()
        await on(running, "train-a")
        await running.press("l")
        await running.until(lambda: "fetched" in running.text and " step " in running.text)
        assert "\x1b" not in running.text
        await running.press("slash", *"WARN")
        await running.until(lambda: "found in " in running.text)
        await running.press("enter")
        await running.until(lambda: re.search(r"match \d+ of \d+ ", running.text))
        before = len(running.sent("logs"))
        await running.press("F")
        await running.until(lambda: len(running.sent("logs")) >= before + 2)
        assert "following" in running.text
        assert json.loads(running.sent("logs")[0]) == {"tail": "1000"}

        await running.press("2")
        await running.instances()
        await on(running, "train-a")
        await running.dialog("R")
        await running.press("right", "enter", "1")
        await running.until(lambda: "restarting on the same GPU" in running.said)
        assert len(running.sent("reboot")) == 1


async def test_an_outage_leaves_the_rows_and_a_key_refused_later_is_not_tried_again() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        running.world.plan("instances", ["http:503"] * 40)
        await running.until(lambda: running.app.fleet.failures > 1)
        await running.until(
            lambda: "Showing what was so" in running.text or "showing" in running.text
        )
        assert "train-a" in running.text
        assert "✖" in running.text.splitlines()[0]
        await running.until(lambda: running.app.fleet.error is None, 60)
        await running.pause()
        assert "●" in running.text.splitlines()[0]

        await running.instances()
        running.world.plan("instances", ["tfa"] * 9)
        await running.until(lambda: running.app.fleet.error)
        await running.pause()
        assert "✖ stale" in running.text.splitlines()[0]
        assert "train-a" in running.text
        await running.press("enter")
        await running.pause()
        assert "✖ stale" in running.text.splitlines()[0]


async def test_an_error_is_never_drawn_as_an_empty_list() -> None:
    async with stage(instances=4, faults={"instances": ["http:503"] * 200}) as running:
        await running.press("2")
        await running.until(lambda: running.app.fleet.failures > 0)
        await running.until(lambda: "Instances cannot be shown" in running.text)
        assert "no instances" not in running.text.lower()


async def test_no_instances_and_no_key_are_two_different_things() -> None:
    async with stage(instances=0) as running:
        await running.press("2")
        await running.until(lambda: "Nothing is rented" in running.text)
    async with stage(key=None, demo=False) as running:
        await running.press("2")
        await running.until(lambda: "Instances need an API key" in running.text)


async def test_read_only_mode_answers_with_the_reason() -> None:
    async with stage(instances=4, read_only=True) as running:
        await running.instances()
        await on(running, "train-a")
        await running.press("t", "R", "X", "L", "E")
        await running.poll()
        assert "Read-only mode" in running.said
        assert running.sent("manage") + running.sent("reboot") + running.sent("execute") == []


async def test_the_first_line_tells_balance_burn_and_hours_left() -> None:
    async with stage(instances=4, size=(150, 36)) as running:
        await running.instances()
        await on(running, "train-a")
        one = contract(running, "train-a")
        shown = (str(one.id), one.chunk.machine.network.address.strip(), "$42")
        assert all(word in running.text for word in shown)
        await running.press("P")
        await running.pause()
        assert not any(word in running.text for word in shown)

        await running.press("P")
        await running.instances()
        burn = running.app.fleet.burn
        assert burn.total is not None
        for key in ("2", "1"):
            await running.press(key)
            await running.pause()
            top = running.text.splitlines()[0]
            assert f"${running.app.fleet.account.credit:.2f}" in top  # type: ignore[union-attr]
            disk = round(burn.total, 3) - round(burn.gpu, 3)
            assert f"${burn.gpu:.3f}/h GPU + ${disk:.3f}/h disk" in top
            credit = running.app.fleet.account.credit or 0.0  # type: ignore[union-attr]
            assert f" ~{credit / burn.total / 24:.0f}d " in top

        await running.press("2")
        await running.instances()
        running.world.contracts.all(running.clock.now())[0].price = 30.0
        running.app.live.poller.refresh()  # type: ignore[union-attr]
        await running.poll()
        hours = re.search(r"~(1\.\d)h ", running.text.splitlines()[0])
        assert hours is not None
        await running.press("exclamation_mark")
        await running.until(lambda: "Inbox" in running.text)
        await running.until(lambda: f"Credit lasts {hours[1]} h at" in running.text)


HOSTILE = "\x1b]0;PWNED\x07[/][@click=app.quit]evil‮"


async def test_hostile_labels_and_messages_are_only_text() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        one = contract(running, "train-a")
        one.label = HOSTILE
        one.state = type(one.state)("loading", message=HOSTILE * 9)
        one.follow([])
        await running.poll()
        await running.press("g", "down", "down", "enter")
        await running.pause()
        assert "\x1b" not in running.text
        assert "‮" not in running.text
        assert "[@click=app.quit]evil" in running.text


async def test_a_thousand_instances_arrive_whole() -> None:
    async with stage(instances=1000) as running:
        await running.instances()
        assert len(running.app.fleet.rows) == 1000
        assert "(1000)" in running.text.splitlines()[0]
        await running.press("G")
        assert "▶" in running.text


async def test_every_size_shows_the_instances_and_all_sort_keys_or_says_why_not() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        screen = running.app.screen
        assert isinstance(screen, InstancesScreen)
        screen.browse.set_sort((("state", False), ("price", True)))
        screen.sorted()
        for size in ((60, 20), (80, 20), (80, 24), (60, 16), (200, 50), (40, 10)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert all(len(line) <= size[0] for line in running.text.splitlines()), size
            assert ("train-a" in running.text) is (size != (40, 10)), size
            if size != (40, 10):
                line = running.text.splitlines()[-2]
                assert re.search(r"sort State ▲ (\+1|then \S+ ▼)$", line.rstrip()), (size, line)
        assert "vasttui needs 60×16" in running.text.replace("\n", " ")


async def test_the_machine_of_an_instance_is_starred_and_its_offers_hidden() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        for key, which in (("asterisk", "starred"), ("B", "avoided")):
            await running.press(key)
            row = running.app.get_screen("instances").browse.current  # type: ignore[attr-defined]
            listed = getattr(running.app.session.preferences.current, which)
            assert listed == {row.instance.machine_id}
        assert "B again undoes it." in running.said
        await running.press("enter", "B")
        await running.until(lambda: isinstance(running.app.screen, InstanceScreen))
        assert running.app.session.preferences.current.avoided == frozenset()


async def test_what_is_avoided_elsewhere_goes_from_the_offers() -> None:
    async with stage(instances=4) as running:
        rows = running.app.offers.browse.rows
        machine = rows[0].offer.machine_id
        assert machine is not None
        await running.instances()
        set_avoided(running.app, machine)
        running.app.app_changed.publish("machines")
        await running.press("1")
        await running.pause()
        assert machine not in {row.offer.machine_id for row in running.app.offers.browse.rows}


async def test_the_stop_dialog_leads_to_destroy_which_asks_for_itself() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        await running.dialog("t")
        assert "Stop train-a" in running.text
        await running.press("right", "right", "enter")
        await running.until(lambda: "Destroy instance" in running.text)
        await running.press("enter", "escape")
        await running.poll()
        assert running.sent("manage") == []
        assert running.sent("destroy") == []
        await running.dialog("t")
        await running.press("right", "right", "enter")
        await running.until(lambda: "Destroy instance" in running.text)
        await running.pause(0.5)
        await running.type("train-a")
        await running.press("enter", "enter")
        await running.until(lambda: running.sent("destroy"))
        assert running.sent("manage") == []


async def test_the_details_name_the_gpu_and_cut_no_word() -> None:
    async with stage(instances=6) as running:
        await running.instances()
        await on(running, "train-a")
        for size in ((140, 40), (100, 30), (80, 24), (67, 24), (60, 30)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            title = next(line for line in running.text.splitlines() if "─ train-a · " in line)
            assert "1× RTX 4090" in title, size
            assert "…" not in title
            pane = [line for line in running.text.splitlines() if line.startswith("│")]
            assert not [line for line in pane if re.search(r"\w…", line)]
            await running.press("enter")
            await running.until(lambda: isinstance(running.app.screen, InstanceScreen))
            title = next(line for line in running.text.splitlines() if "─ train-a · " in line)
            assert "1× RTX 4090" in title, size
            assert "…" not in title
            await running.press("escape")


async def test_title_and_details_tell_the_same_age_of_the_state() -> None:
    async with stage(instances=6, size=(60, 20)) as running:
        await running.instances()
        await on(running, "eval-b")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, InstanceScreen))
        screen = running.app.screen
        assert isinstance(screen, InstanceScreen)
        running.clock.advance(60.0)
        screen.tick()  # before anything is read again
        title = re.search(r"loading \d+m", screen.query_one("#title", TextLine).text)
        assert title is not None
        assert title[0] in screen.pane.render().plain
