"""Renting as a user does it: one dialog, one request, and a clear outcome."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from textual.widgets import Button, Input

from tests.support.offer_rows import row
from tests.support.rent_dialog import open_dialog, put, read_again_as
from tests.support.stage import Stage, stage
from vasttui.api.offers import OffersClient
from vasttui.models.offer import Offer
from vasttui.models.search import SearchOptions
from vasttui.models.template import Need, Template
from vasttui.services.renting.rental import RentStep
from vasttui.simulator.market import offers
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.rent.dialog import RentModal
from vasttui.ui.rent.lines import way_note
from vasttui.ui.rent.typed import PROXY, Typed

FIRST = 4
"""Instances at the start."""


def contracts(running: Stage) -> int:
    return len(running.world.contracts.all(running.clock.now()))


def bodies(running: Stage) -> list[dict[str, object]]:
    return [json.loads(body) for body in running.sent("rent")]


async def test_from_an_offer_to_a_shell_with_five_keys() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        offer = modal.offer
        assert running.app.focused is modal.query_one("#cancel")
        await running.press("tab", "enter")
        await running.until(lambda: running.app.screen is not modal)
        assert contracts(running) == FIRST + 1
        await running.press("2")
        await running.until(lambda: "log in with ssh" in running.said, step=1.0)
        new = running.world.contracts.all(running.clock.now())[-1]
        assert new.is_running
        current = running.app.get_screen("instances").browse.current  # type: ignore[attr-defined]
        assert current.id == new.id
        [body] = bodies(running)
        assert body["price"] is None
        assert body["disk"] == running.app.session.choice.usage.disk
        assert str(offer.id) in running.world.ledger.of("rent")[0].path
        assert running.app.renting == {}


async def test_what_is_typed_is_what_is_sent() -> None:
    async with stage(instances=FIRST) as running:
        await open_dialog(running)
        for field, text in {
            "image": "me/img:1", "disk": "24", "label": "train", "ports": "8080 6100/udp",
            "env": "TOKEN=hunter2", "onstart": "echo hi", "remind": "8",
        }.items():  # fmt: skip
            put(running, field, text)
        await running.pause()
        assert "hunter2" not in running.text
        await running.press("tab", "enter")
        await running.until(lambda: contracts(running) > FIRST)
        [body] = bodies(running)
        assert (body["image"], body["disk"], body["onstart"]) == ("me/img:1", 24.0, "echo hi")
        env = body["env"]
        assert isinstance(env, dict)
        assert (env["TOKEN"], env["-p 8080:8080"], env["-p 6100:6100/udp"]) == ("hunter2", "1", "1")
        assert str(body["label"]).startswith("train vt-")
        assert str(body["label"]).endswith(env["VASTTUI_INTENT"])
        await running.until(lambda: running.app.session.reminders.due(1e12) != [])
        sent = running.app.live.api.exchanges  # type: ignore[union-attr]
        assert not any("hunter2" in one.body for one in sent)


async def test_cancel_is_focused_and_keys_are_shown_where_they_are_no_letters() -> None:
    async with stage(instances=FIRST) as running:
        await open_dialog(running)
        await running.press("enter")
        await running.pause()
        assert len(running.app.screen_stack) == 1
        assert running.sent("rent") == []

        modal = await open_dialog(running)
        assert "Y show command" in running.text
        modal.query_one("#in_onstart").focus()
        await running.pause()
        assert "Y show command" not in running.text
        assert "tab next field" in running.text
        assert "esc close" in running.text
        await running.type("Y")
        assert modal.query_one("#in_onstart", Input).value == "Y"
        modal.query_one("#cancel").focus()
        await running.pause()
        assert "Y show command" in running.text

        put(running, "env", "TOKEN=hunter2")
        await running.press("Y")
        await running.until(lambda: "vastai create instance" in running.text)
        assert str(modal.offer.id) in running.text
        assert "hunter2" not in running.text


async def test_what_is_wrong_is_said_at_the_field_and_nothing_is_sent(tmp_path: Path) -> None:
    async with stage(instances=FIRST, holds_key=lambda text: "s3cret" in text) as running:
        modal = await open_dialog(running)
        put(running, "disk", "3")
        put(running, "env", "PATH=/x A=s3cret")
        put(running, "ports", "8000-8010")
        put(running, "onstart", f"@{tmp_path}/a.sh")
        assert modal.query_one("#in_stop_at", Input).placeholder == "never, 15:00"
        put(running, "self_stop", "23:00")
        await running.pause()
        wrong = modal.query_one("#row_self_stop", FormRow).wrong
        assert wrong == "Needs hours, such as 8: no time of day."
        put(running, "self_stop", "")
        await running.pause()
        assert modal.query_one("#row_self_stop", FormRow).wrong == ""
        await running.press("tab", "enter")
        await running.until(lambda: "At least 8 GB" in running.text)
        assert "the account's API key" in modal.query_one("#row_env", FormRow).wrong
        assert "! PATH replaces the container's own" in running.text
        assert "a.sh cannot be read." in modal.query_one("#row_onstart", FormRow).wrong
        assert "Port ranges are not supported" in running.text
        assert running.app.focused is modal.query_one("#in_disk")
        assert running.sent("rent") == []


async def test_an_offer_that_is_gone_leaves_the_dialog_with_the_three_nearest() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        put(running, "label", "kept")
        gone = modal.offer
        running.world.rent_rules.vanished.add(gone.id)
        await running.press("tab", "enter")
        await running.until(lambda: "press a number to take that one" in running.text)
        assert contracts(running) == FIRST
        assert [f" {n} " in running.text for n in (1, 2, 3)] == [True] * 3
        assert "no longer available" in running.text
        assert not running.said  # the dialog says it itself
        await running.press("2")
        assert modal.offer.id != gone.id
        await running.until(lambda: "available ✓" in running.text)
        assert modal.query_one("#in_label", Input).value == "kept"
        await running.until(lambda: running.app.focused is modal.query_one("#rent"), step=0)
        await running.press("enter")
        await running.until(lambda: contracts(running) > FIRST)
        made = running.world.contracts.all(running.clock.now())[-1]
        assert (made.label or "").startswith("kept vt-")
        assert len(running.sent("rent")) == 2


async def test_from_a_list_of_reserved_prices_it_says_that_these_come_later() -> None:
    choice = SearchOptions("reserved")
    for size in ((120, 36), (80, 24)):
        async with stage(instances=FIRST, choice=choice, size=size) as running:
            modal = await open_dialog(running)
            said = " ".join(re.sub(r"[│┃]", " ", running.text).split())
            assert "reserved is paid ahead once it is rented on-demand: $ on the instance" in said
            running.world.rent_rules.vanished.add(modal.offer.id)
            await running.press("tab", "enter")
            await running.until(lambda: "press a number to take that one" in running.text)
            for row in modal._nearest:  # noqa: SLF001
                on_demand = row.offer.dph_base + row.offer.storage_cost * 10 / 720
                assert row.price == pytest.approx(on_demand)
    async with stage(instances=FIRST) as running:
        await open_dialog(running)
        assert "reserved" not in running.text


async def test_an_offer_taken_before_the_request_is_never_asked_for() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        for _ in running.world.market.settle(running.clock.now()):
            pass
        ask = running.world.market.find(modal.offer.id)
        assert ask is not None
        running.world.market.take(ask)
        await running.press("tab", "enter")
        await running.until(lambda: "no longer available" in running.text)
        assert running.sent("rent") == []


@pytest.mark.parametrize("fault", ["commit_then_reset", "late_commit:20"])
async def test_a_lost_answer_is_looked_for_and_never_sent_again(fault: str) -> None:
    async with stage(instances=FIRST) as running:
        await open_dialog(running)
        running.world.plan("rent", [fault])
        await running.press("tab", "enter")
        await running.until(lambda: any(running.app.renting.values()))
        await running.until(lambda: "ssh -p" in running.said, step=1.0)
        assert contracts(running) == FIRST + 1
        assert len(running.sent("rent")) == 1


async def test_an_unconfirmed_rental_is_seen_on_every_screen() -> None:
    async with stage(instances=FIRST) as running:
        await open_dialog(running)
        running.world.plan("rent", ["reset"])
        await running.press("tab", "enter")
        await running.until(
            lambda: any(one.step is RentStep.LOOKING for one in running.app.renting.values())
        )
        await running.press("escape")
        for key in ("1", "2"):
            await running.press(key)
            await running.until(lambda: "◐ rent" in running.text.splitlines()[-2])
        await running.press("exclamation_mark")
        await running.until(lambda: "Inbox" in running.text)
        assert "renting offer" in running.text
        assert len(running.sent("rent")) == 1


async def test_a_refusal_is_said_in_the_dialog_that_stays_as_it_was() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        running.world.plan("rent", ["http:403"])
        await running.press("tab", "enter")
        await running.until(lambda: not modal.query_one("#rent", Button).disabled)
        assert running.app.screen is modal
        assert contracts(running) == FIRST


async def test_a_bid_below_the_minimum_is_refused_and_one_far_above_asked_about() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        await running.press("tab")
        modal._fields.query_one("#rental").choose("bid")  # type: ignore[attr-defined]
        put(running, "bid", "0.0011")
        await running.pause()
        assert "it would not run" in running.text
        assert "[ Rent ]" in running.text
        assert "lasts" not in running.text or "with this instance" not in running.text
        assert re.search(r"running  not for \$0.0011/h, \S+ times the minimum bid", running.text)
        await running.press("enter")
        await running.until(lambda: "Fix the marked fields" in running.text)
        assert running.sent("rent") == []
        put(running, "disk", "1")
        await running.pause()
        assert "Fix the marked fields" in running.text
        put(running, "bid", "2")
        await running.pause()
        assert "it would not run" not in running.text
        assert "Fix the marked fields" not in running.text
        assert "[ Rent for $2.0" in running.text

        modal._fields.query_one("#rental").choose("bid")  # type: ignore[attr-defined]
        put(running, "disk", "10")
        put(running, "bid", "9")
        await running.pause()
        assert "times the minimum bid" in running.text
        await rent_again(running, modal)
        await running.until(lambda: "Press Rent again to bid it" in running.text)
        assert running.sent("rent") == []
        await rent_again(running, modal)
        await running.until(lambda: running.sent("rent"))
        assert [body["price"] for body in bodies(running)] == [9.0]


async def test_what_is_not_what_was_agreed_to_is_shouted_about() -> None:
    async with stage(instances=FIRST) as running:
        await open_dialog(running)
        running.world.rent_rules.factor = 1.5
        await running.press("tab", "enter")
        await running.until(
            lambda: any(one.is_alarm for one in running.app.renting.values()), step=1.0
        )
        [state] = running.app.renting.values()
        assert any("$" in sentence for sentence in state.differences)
        await running.press("2")
        await running.until(lambda: "✖ rent" in running.text.splitlines()[-2])


async def test_read_only_mode_opens_no_dialog() -> None:
    async with stage(instances=FIRST, read_only=True) as running:
        await running.press("n")
        await running.until(lambda: "Read-only mode" in running.said)
        assert len(running.app.screen_stack) == 1


async def test_a_template_fills_the_form_and_is_remembered() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        modal.query_one("#template").focus()
        await running.press("enter")
        await running.until(lambda: "PyTorch (Vast)" in running.text)
        await running.type("comfy")
        await running.press("enter")
        await running.until(lambda: running.app.screen is modal)
        await running.until(lambda: "vastai/comfy" in modal.query_one("#in_image", Input).value)
        assert modal.query_one("#in_disk", Input).value == "60"
        modal.query_one("#rent").focus()
        await running.press("enter")
        await running.until(lambda: contracts(running) > FIRST)
        [body] = bodies(running)
        assert body["template_hash_id"] == "5f8e7d6c5b4a39281706f5e4d3c2b1a0"
        last = running.app.session.rent_memory.last()
        assert last is not None
        assert last.template is not None
        assert last.template.name == "ComfyUI"


@pytest.mark.parametrize(("moved", "asks_again"), [(0.0004, False), (0.0006, True), (-0.01, True)])
async def test_a_price_that_moved_is_shown_and_agreed_to_again(
    moved: float, asks_again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = offers.on_demand_price
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        monkeypatch.setattr(offers, "on_demand_price", lambda ask: usual(ask) + moved)
        await running.press("tab", "enter")
        if asks_again:
            await running.until(lambda: "The price changed from" in running.text)
            assert running.sent("rent") == []
            rent = modal.query_one("#rent", Button)
            await running.until(lambda: not (rent.disabled or rent.has_class("-active")), step=0)
            rent.focus()
            await running.press("enter")
        await running.until(lambda: contracts(running) > FIRST)
        assert len(running.sent("rent")) == 1


async def rent_again(running: Stage, modal: RentModal) -> None:
    rent = modal.query_one("#rent", Button)
    await running.until(lambda: not (rent.disabled or rent.has_class("-active")), step=0)
    rent.focus()
    await running.press("enter")


async def test_what_changed_since_it_was_shown_is_named_and_agreed_to_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        read_again_as(
            monkeypatch,
            modal.offer,
            gpu_name="RTX 5060 Ti",
            verification="deverified",
            inet_up_cost=0.9,
        )
        await running.press("tab", "enter")
        await running.until(lambda: "Press Rent again" in running.text)
        words = " ".join(running.text.replace("│", " ").split())
        assert f"→ {modal.offer.num_gpus}× RTX 5060 Ti · " in words
        assert "Verification verified → deverified" in words
        assert "→ $0.90/GB." in words
        assert "The price changed" not in words
        assert running.sent("rent") == []
        await rent_again(running, modal)
        await running.until(lambda: contracts(running) > FIRST)
        assert len(running.sent("rent")) == 1
        await running.until(lambda: any(one.is_alarm for one in running.app.renting.values()))
        [state] = running.app.renting.values()
        assert any("RTX 5060 Ti was agreed." in sentence for sentence in state.differences)


async def test_drift_rents_at_the_first_press(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        now = modal.offer
        assert now.reliability is not None
        assert now.end_date is not None
        read_again_as(
            monkeypatch, now, reliability=now.reliability - 0.001, end_date=now.end_date - 5,
            inet_up_cost=0.0, cuda_max_good=99.0,
        )  # fmt: skip
        await running.press("tab", "enter")
        await running.until(lambda: contracts(running) > FIRST)
        assert len(running.sent("rent")) == 1


async def test_what_is_typed_while_it_is_checked_is_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)

        async def get(self: OffersClient, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
            put(running, "disk", "99")
            await running.app.session.clock.sleep(1.0)
            return modal.offer

        monkeypatch.setattr(OffersClient, "get", get)
        await running.press("tab", "enter")
        await running.until(lambda: contracts(running) > FIRST)
        assert [body["disk"] for body in bodies(running)] == [60.0]


async def test_an_offer_under_another_id_is_rented_as_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        shown = modal.offer
        read_again_as(monkeypatch, None)

        async def on_machine(self: OffersClient, *where: int, **how: object) -> tuple[Offer, ...]:
            assert where == (shown.machine_id, shown.num_gpus)
            other = structs.replace(shown, id=shown.id + 2, gpu_name="Tesla T4", dph_base=0.01)
            return other, structs.replace(shown, id=shown.id + 1)

        monkeypatch.setattr(OffersClient, "on_machine", on_machine)
        await running.press("tab", "enter")
        await running.until(lambda: "its machine has one with another id" in running.text)
        assert running.sent("rent") == []
        read_again_as(monkeypatch, modal.offer)
        await rent_again(running, modal)
        await running.until(lambda: running.sent("rent"))
        assert f"/asks/{shown.id + 1}/" in running.world.ledger.of("rent")[0].path


async def test_of_an_offer_that_is_gone_the_same_machine_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        shown = modal.offer

        async def on_machine(self: OffersClient, *where: int, **how: object) -> tuple[Offer, ...]:
            return shown, structs.replace(shown, id=shown.id + 1)

        monkeypatch.setattr(OffersClient, "on_machine", on_machine)
        running.world.rent_rules.vanished.add(shown.id)
        await running.press("tab", "enter")
        await running.until(lambda: "press a number to take that one" in running.text)
        read_again_as(monkeypatch, shown, id=shown.id + 1)
        await running.press("1")
        await running.until(lambda: "Your entries are kept" in running.text)
        assert modal.offer.id == shown.id + 1
        assert len(running.sent("rent")) == 1


async def test_what_has_no_gpu_left_is_not_rented_even_when_asked_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        read_again_as(monkeypatch, modal.offer, num_gpus=0)
        await running.press("tab", "enter")
        await running.until(lambda: "→ 0×" in running.text)
        await rent_again(running, modal)
        await running.until(lambda: "This offer has no GPU." in running.text)
        assert running.sent("rent") == []


async def test_what_a_template_needs_and_the_host_lacks_is_said_in_the_list_and_in_the_dialog(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        assert running.app.live is not None
        usual = running.app.live.api.templates.recommended

        async def templates(me: int | None = None) -> tuple[Template, ...]:
            needs = (Need("cuda_max_good", "gte", 99.0),)
            return tuple(replace(one, needs=needs) for one in await usual(me))

        monkeypatch.setattr(running.app.live.api.templates, "recommended", templates)
        modal.query_one("#template").focus()
        await running.press("enter")
        await running.until(lambda: "⚠ needs CUDA >= 99, this host has" in running.text)
        await running.type("comfy")
        await running.press("enter")
        await running.until(lambda: running.app.screen is modal)
        await running.until(lambda: "⚠ the template needs CUDA >= 99, this host" in running.text)


@pytest.mark.parametrize(
    ("offered", "ports", "launch", "note"),
    [
        (0, "", "SSH", "needs 1 open port, this host has 0"),
        (1, "", "SSH", ""),
        (1, "8080", "SSH", "needs 2 open ports, this host has 1"),
        (1, "", "JUPYTER", "needs 2 open ports, this host has 1"),
        (2, "8080 22", "JUPYTER", ""),
        (2, "9000:80 80/udp", "SSH", "needs 3 open ports, this host has 2"),
        (0, "", "ARGS", ""),
        (None, "8080", "SSH", ""),
    ],
)
def test_a_direct_connection_counts_its_own_ports(
    offered: int | None, ports: str, launch: str, note: str
) -> None:
    offer = structs.replace(row().offer, direct_port_count=offered)
    typed = Typed(ports=ports, launch=launch)
    said = way_note(typed, None, offer)
    assert note in said if note else not said
    assert way_note(replace(typed, way=PROXY), None, offer) == ""
    if note:
        assert said.endswith("expect Vast.ai's proxy")


def test_the_ports_of_the_template_count_too() -> None:
    offer = structs.replace(row().offer, direct_port_count=2)
    template = Template(id=1, hash_id="a", name="Portal", ports=("1111:1111", "8080:8080"))
    assert "needs 3 open ports" in way_note(Typed(launch="JUPYTER"), template, offer)


async def test_a_host_without_ports_is_said_where_direct_is_chosen() -> None:
    async with stage(instances=FIRST, size=(80, 24)) as running:
        modal = await open_dialog(running)
        modal._quote.offer = structs.replace(modal.offer, direct_port_count=0)  # noqa: SLF001
        modal._show()  # noqa: SLF001
        await running.pause()
        way = modal._fields.query_one("#way")
        assert way.size.height > 1
        modal._fields.query_one("#way").choose(PROXY)  # type: ignore[attr-defined]
        await running.pause()
        assert way.size.height == 1


async def test_two_enters_are_one_and_what_is_said_stays() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        running.world.rent_rules.vanished.add(modal.offer.id)
        await running.press("tab", "enter", "enter", "enter")
        await running.until(lambda: "press a number to take that one" in running.text)
        await running.press("enter")
        assert running.app.screen is modal


async def test_a_second_enter_does_not_accept_what_it_came_too_early_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = offers.on_demand_price
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        monkeypatch.setattr(offers, "on_demand_price", lambda ask: usual(ask) + 0.1)
        await running.press("tab", "enter", "enter")
        await running.until(lambda: "The price changed from" in running.text)
        await running.press("enter")
        assert running.sent("rent") == []
        await running.until(lambda: running.app.focused is modal.query_one("#rent"), step=0)
        await running.press("enter")
        await running.until(lambda: contracts(running) > FIRST)
        assert len(running.sent("rent")) == 1


async def test_a_check_that_failed_says_so_and_may_be_tried_again() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        running.world.plan("search", ["http:403"])
        await running.press("tab", "enter")
        await running.until(lambda: "the offer was not checked" in running.text)
        assert "Checking price" not in running.text
        assert running.sent("rent") == []
        await running.until(lambda: running.app.focused is modal.query_one("#rent"), step=0)
        await running.press("enter")
        await running.until(lambda: contracts(running) > FIRST)


async def test_the_form_cannot_be_edited_while_its_request_is_checked() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        put(running, "disk", "10")
        await running.pause()
        form = modal.query_one("#scroll")
        modal.action_rent()
        assert form.disabled
        put(running, "disk", "100")
        await running.pause()
        await running.until(lambda: contracts(running) > FIRST)
        [body] = bodies(running)
        assert body["disk"] == 10.0
