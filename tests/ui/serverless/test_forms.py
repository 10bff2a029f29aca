"""What is typed into the dialogs of Serverless, read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.stage import stage
from tests.ui.serverless.test_endpoints import endpoints
from vasttui.errors import VastError
from vasttui.models.endpoint_settings import EndpointSettings, group_settings_of
from vasttui.models.serverless import Endpoint, WorkerGroup
from vasttui.models.worker_search import ANY
from vasttui.services.serverless.rows import EndpointRow, GroupRow
from vasttui.ui.serverless import group_form, limits
from vasttui.ui.serverless.delete_dialog import DeleteServerlessModal
from vasttui.ui.serverless.group_form import GroupTyped, price_from, read_group

BEFORE = EndpointSettings(endpoint_name="a", target_util=0.333333333, inactivity_timeout=-1)
STORED = WorkerGroup(
    id=7, endpoint_id=3, template_hash="abc", launch_args="-e A=1", gpu_ram=24.0,
    search_params="gpu_name=RTX_5090 num_gpus=1 dph_total<=0.45 verified=True rentable=True "
    "rented=False",
)  # fmt: skip
OBJECT = replace(STORED, search_params={"gpu_ram": {"gte": 24_000}, "dph_total": {"lte": 0.3}})


def test_limits_that_are_not_typed_stay_exactly_as_they_are() -> None:
    typed = limits.typed_of(BEFORE)
    assert (typed["target_util"], typed["max_queue_time"]) == ("33.333333", "")
    assert limits.read_limits(typed, BEFORE) == (BEFORE, {})
    typed |= {"target_util": "90", "inactivity_timeout": "−1", "cold_mult": "3"}
    found, wrong = limits.read_limits(typed, BEFORE)
    assert found == replace(BEFORE, target_util=0.9, cold_mult=3.0)
    assert not wrong
    typed |= {"max_workers": "-1", "target_util": "101", "min_load": "x", "cold_workers": ""}
    assert set(limits.read_limits(typed, BEFORE)[1]) == {
        "max_workers", "target_util", "min_load", "cold_workers",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1e9", "0,4", "free", "٣"])
def test_a_price_must_be_one_or_meant_to_be_any(text: str) -> None:
    assert (price_from(" ANY "), price_from("$0.45/h"), price_from(".5")) == (ANY, 0.45, 0.5)
    with pytest.raises(VastError, match="any"):
        price_from(text)


@pytest.mark.parametrize("group", [STORED, OBJECT])
def test_a_group_that_is_not_changed_is_sent_as_it_is_and_its_price_alone_can_be(
    group: WorkerGroup,
) -> None:
    typed = group_form.typed_of(group)
    same = read_group(typed, group, ()).settings
    assert same is not None
    assert same.search == group.search_params
    dearer = read_group(replace(typed, price="0.9"), group, ()).settings
    assert dearer is not None
    assert isinstance(dearer.search, str)
    assert dearer.search.endswith("dph_total<=0.9")
    assert dearer.search.count("dph_total") == 1
    assert (dearer.launch_args, dearer.gpu_ram, dearer.endpoint_id) == ("-e A=1", 24.0, 3)
    endless = read_group(replace(typed, price="any"), group, ()).settings
    assert endless is not None
    assert "dph" not in f"{endless.search}"


@pytest.mark.parametrize("text", ["x", "0", "-1", "nan", "1e9", "٣"])
def test_the_gpu_ram_of_a_group_is_gb_on_screen_and_on_the_wire(text: str) -> None:
    typed = group_form.typed_of(STORED)
    assert typed.gpu_ram == "24"
    found = read_group(replace(typed, gpu_ram=" 32.5 GB"), STORED, ()).settings
    assert found is not None
    assert (found.body["gpu_ram"], found.search) == (32.5, STORED.search_params)
    for wrong in (text, ""):
        assert set(read_group(replace(typed, gpu_ram=wrong), STORED, ()).wrong) == {"gpu_ram"}
    kept = "; what was once set cannot be taken back."
    changed = read_group(replace(typed, gpu_ram=text), STORED, ()).wrong["gpu_ram"]
    assert changed == f"Needs GB, more than 0{kept}"
    new = read_group(replace(GroupTyped(), gpu_ram=text), None, ()).wrong["gpu_ram"]
    assert new == "Needs GB, more than 0."
    none = replace(STORED, gpu_ram=None)
    assert read_group(group_form.typed_of(none), none, ()).settings == group_settings_of(none)
    odd = replace(STORED, gpu_ram=23.999999999999)
    assert read_group(group_form.typed_of(odd), odd, ()).settings == group_settings_of(odd)


def test_a_new_group_needs_a_template_and_a_price() -> None:
    assert set(read_group(GroupTyped(search="num_gpus=1"), None, ()).wrong) == {
        "template", "price",
    }  # fmt: skip


async def test_enter_goes_from_a_choice_to_the_button_as_from_a_field() -> None:
    async with stage(account={"endpoints": 2}) as running:
        await endpoints(running)
        await running.dialog("t")
        await running.press("right", "enter")
        assert running.app.focused is running.app.screen.query_one("#confirm")
        assert not running.sent("update_endpoint")


def test_what_goes_with_an_endpoint_that_has_no_group() -> None:
    group = GroupRow(group=WorkerGroup(id=9))
    row = EndpointRow(endpoint=Endpoint(id=7, endpoint_name="llama"), groups=(group,))
    for one, said in (
        (row, "This deletes the endpoint with 1 worker group and all workers, AND"),
        (replace(row, groups=()), "This deletes the endpoint with all workers, AND"),
    ):
        assert DeleteServerlessModal(one, None, None).lines()[0].plain.startswith(said)
