"""Instances from strangers' rows: no row is lost, nothing is guessed, equal rows are reused."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.instance_rows import SECRET, TOKEN, instance_row, listing, page
from vasttui.models import decode_instance
from vasttui.models.decode_instance import InstanceDecoder, instance_from
from vasttui.models.decode_json import NotJson
from vasttui.models.instance import AttachedVolume, Instance, InstanceList, PortMapping
from vasttui.models.self_stop import stop_after
from vasttui.text import clean

HOSTILE = "a\x1b]0;owned\x07b\u202e\x9b31m[/]"
TEXTS = [
    name for name, kind in Instance.__annotations__.items()
    if kind.startswith("str") and name not in ("jupyter_token", "status_msg", "intent")
]  # fmt: skip
NUMBERS = [
    name for name, kind in Instance.__annotations__.items()
    if kind.startswith(("int", "float")) and name != "stops_after"
]  # fmt: skip
MONEY = [
    "min_bid", "dph_base", "dph_total", "storage_cost", "storage_total_cost", "inet_up_cost",
    "inet_down_cost",
]  # fmt: skip


NEVER_ZERO = {
    "start_date", "end_date", "min_bid", "reliability2", "num_gpus", "gpu_ram", "gpu_totalram",
    "cuda_max_good", "compute_cap", "cpu_cores_effective", "cpu_util", "cpu_ram", "mem_limit",
    "mem_usage", "disk_space", "disk_usage", "disk_util", "inet_up", "inet_down",
}  # fmt: skip
"""What is zero only where the service has no value."""


def one(**changes: Any) -> Instance:
    """The instance of a row, which must not be lost."""
    instance = instance_from(instance_row(**changes))
    assert instance is not None
    return instance


def rows_of(document: object) -> InstanceList:
    assert isinstance(document, dict)
    rows = document["instances"]
    assert isinstance(rows, InstanceList)
    return rows


def test_a_row_becomes_an_instance() -> None:
    instance = one()
    assert (instance.id, instance.machine_id, instance.label) == (1, 12, "job 1")
    assert instance.status_msg == "success, running nvidia/cuda_11/ssh"
    assert instance.public_ipaddr == "192.0.2.45"
    assert instance.ports == (PortMapping(22, "tcp", 30022),)
    assert instance.env_names == ("HF_TOKEN", "-p 8080:8080")
    assert instance.onstart is True
    assert instance.jupyter_token == TOKEN
    assert instance.volume_info == (AttachedVolume(5, "data", 100.0, 40.5),)
    assert (instance.gpu_totalram, instance.gpu_util) == (49152, 95.5)
    assert (instance.disk_usage, instance.disk_util, instance.disk_used) == (None, None, None)
    assert instance.unread == ()


def test_secrets_are_not_kept_or_not_shown() -> None:
    instance = one()
    values = [getattr(instance, name) for name in Instance.__struct_fields__]
    assert SECRET not in repr(values)
    assert TOKEN not in repr(instance)


def test_only_the_id_is_needed() -> None:
    assert instance_from({"id": 5}) == Instance(id=5)
    assert instance_from(dict.fromkeys(instance_row()) | {"id": 5}) == Instance(id=5)
    assert instance_from({"id": 5, "unread": ["label"], "env_names": ["X"]}) == Instance(id=5)


@pytest.mark.parametrize(
    "value", [None, True, "12", 12.5, 0, -1, 2**63, [], {}, math.nan, math.inf]
)
def test_an_id_is_a_positive_whole_number_or_nothing(value: object) -> None:
    assert instance_from(instance_row(id=value)) is None  # type: ignore[arg-type]
    rows = rows_of(InstanceDecoder().page(page(instance_row(1), instance_row(id=value))))  # type: ignore[arg-type]
    assert [instance.id for instance in rows.instances] == [1]
    assert rows.bad == len(rows.reasons) == 1
    assert rows.reasons[0].startswith("An instance cannot be shown: ")


def test_an_id_may_come_as_a_whole_float() -> None:
    assert instance_from({"id": 883.0}) == Instance(id=883)


@pytest.mark.parametrize("row", [None, 7, "x", [], True])
def test_what_is_no_object_is_no_instance(row: object) -> None:
    rows = rows_of(InstanceDecoder().page(page(row, instance_row(2))))
    assert [instance.id for instance in rows.instances] == [2]
    assert rows.bad == 1


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_cleaned(name: str) -> None:
    assert getattr(one(**{name: f" {HOSTILE}\n"}), name) == clean(HOSTILE)
    spoiled = one(**{name: 7})
    assert (getattr(spoiled, name), spoiled.unread) == (None, (name,))


def test_texts_have_their_limits() -> None:
    instance = one(label="x" * 9_999, status_msg="y" * 9_999)
    assert len(instance.label or "") == 256
    assert len(instance.status_msg or "") == 512


@pytest.mark.parametrize("name", [name for name in NUMBERS if name != "id"])
@pytest.mark.parametrize("value", [True, "1", "NaN", [1], {}, math.nan, math.inf, -math.inf])
def test_a_number_is_a_number(name: str, value: object) -> None:
    spoiled = one(**{name: value})
    assert (getattr(spoiled, name), spoiled.unread) == (None, (name,))
    assert one(**{name: None}).unread == ()


@pytest.mark.parametrize("name", MONEY)
def test_no_price_is_negative(name: str) -> None:
    spoiled = one(**{name: -0.01})
    assert (getattr(spoiled, name), spoiled.unread) == (None, (name,))
    assert getattr(one(**{name: 0}), name) == (None if name in NEVER_ZERO else 0.0)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("machine_id", 1), ("host_id", 1), ("num_gpus", 0), ("gpu_ram", 0), ("gpu_totalram", 0),
        ("cpu_ram", 0), ("direct_port_count", 0), ("disk_space", 0), ("start_date", 0),
        ("end_date", 0),
    ],
)  # fmt: skip
def test_no_id_is_zero_and_no_count_is_negative(name: str, least: int) -> None:
    assert getattr(one(**{name: least}), name) == (None if name in NEVER_ZERO else least)
    spoiled = one(**{name: least - 1})
    assert (getattr(spoiled, name), spoiled.unread) == (None, (name,))


@pytest.mark.parametrize(
    ("value", "readable"), [(0, True), (100, True), (100.5, False), (-1, False)]
)
def test_use_of_a_gpu_is_a_percentage(value: float, readable: bool) -> None:
    instance = one(gpu_util=value, gpu_temp=35)
    assert instance.unread == (() if readable else ("gpu_util",))
    assert instance.gpu_util == (value if readable else None)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ((0.0, 0.0, 0.0), (None, None, None)),
        ((0, 0, 0), (None, None, None)),
        ((0.0, None, 0.0), (None, None, None)),
        ((0.0, None, None), (None, None, None)),
        ((97.0, 0.0, 20.1), (97.0, None, 20.1)),
        ((0.0, 0.0, 0.4), (None, None, 0.4)),
        ((0.0, -1.0, -1.0), (None, None, None)),
        ((0.0, 34.0, 0.4), (0.0, 34.0, 0.4)),
        ((0.0, 34.0, 0.0), (0.0, 34.0, 0.0)),
        ((0.0, None, 0.4), (0.0, None, 0.4)),
    ],
)
def test_a_gpu_of_zero_degrees_was_not_measured(
    sent: tuple[float | None, ...], read: tuple[float | None, ...]
) -> None:
    names = ("gpu_util", "gpu_temp", "vmem_usage")
    row = instance_row(1, **dict(zip(names, sent, strict=True)))
    (listed,) = rows_of(InstanceDecoder().page(page(row))).instances
    for instance in (listed, instance_from(row)):
        assert tuple(getattr(instance, name) for name in names) == read


@pytest.mark.parametrize("name", sorted(NEVER_ZERO))
def test_a_zero_that_means_no_value_is_none(name: str) -> None:
    assert (getattr(one(**{name: 0}), name), one(**{name: 0}).unread) == (None, ())
    assert getattr(one(**{name: 1}), name) == 1


@pytest.mark.parametrize(
    ("size", "usage", "util", "shares", "used"),
    [
        (40.0, 0.96, 0.96, [0.024, 0.96], None),
        (10.0, 0.046, 0.046, [0.0046, 0.046], None),
        (40.0, 0.96, None, [0.024, 0.96], None),
        (400.0, 96.0, 96.0, [0.24, 0.96], None),
        (40.0, 0.96, 0.024, [0.024], 0.96),
        (40.0, 6.0, 0.15, [0.15], 6.0),
        (40.0, 6.0, 15.0, [0.15], 6.0),
        (40.0, 96.0, 0.96, [0.96], 38.4),
        (40.0, 6.0, 0.5, [0.15, 0.5], None),
        (60.0, 57.0, None, [0.95], 57.0),
        (60.0, -1, 0.95, [0.95], 57.0),
        (60.0, -1, -1, [], None),
        (40.0, 41.0, 102.0, [1.02], 40.8),
        (40.0, 41.0, None, [1.025], 41.0),
        (40.0, 41.0, 1.02, [0.0102, 1.02], None),
        (40.0, 1.02, 1.02, [0.0102, 1.02], None),
        (40.0, None, 1.02, [0.0102, 1.02], None),
        (60.0, 0.0, 0.0, [], None),
        (None, 6.0, 0.15, [], None),
        (0.0, 6.0, 0.15, [], None),
    ],
)
def test_what_of_a_disk_may_be_in_use(
    size: float | None, usage: float | None, util: float | None, shares: list[float], used: float
) -> None:
    instance = one(disk_space=size, disk_usage=usage, disk_util=util)
    assert instance.disk_shares == pytest.approx(shares)
    assert instance.disk_used == (None if used is None else pytest.approx(used))


@pytest.mark.parametrize(
    ("sent", "percent"), [(0.12, 12), (1.0, 100), (35.4, 35.4), (0.0, None), (None, None)]
)
def test_use_of_the_cpu_is_a_fraction_or_a_percentage(
    sent: float | None, percent: float | None
) -> None:
    assert one(cpu_util=sent).cpu_percent == (None if percent is None else pytest.approx(percent))


@pytest.mark.parametrize("value", ["yes", 1, 0, "true", []])
def test_a_bool_is_a_bool(value: object) -> None:
    assert one(is_bid=value).unread == ("is_bid",)
    assert one(is_bid=value).is_bid is None


def test_several_fields_that_cannot_be_read_are_all_named() -> None:
    instance = one(dph_total="cheap", actual_status=7, extra_env=7, ports="x")
    assert set(instance.unread) == {"dph_total", "actual_status", "env_names", "ports"}
    assert (instance.dph_total, instance.actual_status, instance.ports) == (None, None, ())
    assert instance.label == "job 1"


@pytest.mark.parametrize(
    ("value", "ports", "readable"),
    [
        (None, (), True),
        ({}, (), True),
        ([8080, 8081], (), True),
        ({"22/tcp": None}, (), True),
        ({"22/tcp": []}, (), True),
        ({"22/tcp": [{"HostPort": 30022}]}, (PortMapping(22, "tcp", 30022),), True),
        ({"53/udp": [{"HostIp": "::", "HostPort": "9"}]}, (PortMapping(53, "udp", 9),), True),
        (
            {"22/tcp": [{"HostPort": "1"}, {"HostIp": "::", "HostPort": "2"}, {"HostPort": "3"}]},
            (PortMapping(22, "tcp", 1), PortMapping(22, "tcp", 3)), True,
        ),
        (
            {"22/tcp": [{"HostPort": "x"}], "80/tcp": [{"HostPort": "65535"}]},
            (PortMapping(80, "tcp", 65535),), True,
        ),
        ({"22/tcp": [{"HostPort": "0"}]}, (), False),
        ({"22/tcp": [{"HostPort": "65536"}]}, (), False),
        ({"22/tcp": [{"HostPort": "1\u0662"}]}, (), False),
        ({"22/tcp": [{"HostPort": True}]}, (), False),
        ({"22/tcp": [{}]}, (), False),
        ({"22/tcp": ["30022"]}, (), False),
        ({"22/tcp": "30022"}, (), False),
        ({"0/tcp": [{"HostPort": "1"}]}, (), False),
        ({"70000/tcp": [{"HostPort": "1"}]}, (), False),
        ({"22/tcp\x1b": [{"HostPort": "1"}]}, (), False),
        ("22/tcp", (), False),
        (22, (), False),
    ],
)  # fmt: skip
def test_ports(value: object, ports: tuple[PortMapping, ...], readable: bool) -> None:
    instance = one(ports=value)
    assert instance.ports == ports
    assert instance.unread == (() if readable else ("ports",))


@pytest.mark.parametrize(
    ("value", "names", "readable"),
    [
        (None, (), True),
        ([], (), True),
        ({}, (), True),
        ([["A", SECRET], ["B", None], ["A", "2"]], ("A", "B"), True),
        ({"A": SECRET, "B": {"c": 1}}, ("A", "B"), True),
        ([[f"-e A={SECRET}", "1"]], ("-e A",), True),
        ([["A\x1b[1m", SECRET], 7], ("A␛[1m",), True),
        ([[], 7, [7, "x"]], (), False),
        ([f"A={SECRET}"], (), False),
        (SECRET, (), False),
    ],
)
def test_names_of_the_environment(value: object, names: tuple[str, ...], readable: bool) -> None:
    instance = one(extra_env=value)
    assert instance.env_names == names
    assert instance.unread == (() if readable else ("env_names",))


@pytest.mark.parametrize(
    ("value", "intent"),
    [
        (None, None),
        ([["A", "1"]], None),
        ([["A", "1"], ["VASTTUI_INTENT", "abc234defg"]], "abc234defg"),
        ({"VASTTUI_INTENT": "abc234defg"}, "abc234defg"),
        ([["VASTTUI_INTENT", 7]], None),
        ([["VASTTUI_INTENT"], 7], None),
        ([["VASTTUI_INTENT", "a\x1b[1m"]], "a␛[1m"),
    ],
)
def test_which_rental_made_it(value: object, intent: str | None) -> None:
    assert one(extra_env=value).intent == intent
    parsed = InstanceDecoder().page(page(instance_row(extra_env=value)))
    assert rows_of(parsed).instances[0].intent == intent


@pytest.mark.parametrize(
    ("value", "known"), [(None, None), ("", False), (" \n", False), ("ls", True), (True, True)]
)
def test_whether_there_is_a_script(value: object, known: bool | None) -> None:
    assert one(onstart=value).onstart is known
    assert one(onstart=["ls"]).unread == ("onstart",)


@pytest.mark.parametrize("value", ["a b", "a\n", "é", "\x1b[1m", "x" * 2_000, 7])
def test_a_token_that_could_break_out_of_an_address_is_none(value: object) -> None:
    instance = one(jupyter_token=value)
    assert (instance.jupyter_token, instance.unread) == (None, ("jupyter_token",))
    assert one(jupyter_token="").jupyter_token is None


@pytest.mark.parametrize(
    ("value", "volumes", "readable"),
    [
        (None, (), True),
        ([{"id": 1}, {"id": "x"}], (AttachedVolume(1),), True),
        ([{"id": 1, "label": 7, "total_space": "much"}], (AttachedVolume(1),), True),
        ([{"label": "x"}], (), False),
        ({"id": 1}, (), False),
    ],
)
def test_volumes(value: object, volumes: tuple[AttachedVolume, ...], readable: bool) -> None:
    instance = one(volume_info=value)
    assert instance.volume_info == volumes
    assert instance.unread == (() if readable else ("volume_info",))


def test_a_lone_surrogate_spoils_no_other_row() -> None:
    data = page(instance_row(1), instance_row(2, label="x\ud800y"), instance_row(3))
    rows = rows_of(InstanceDecoder().page(data))
    assert [instance.id for instance in rows.instances] == [1, 2, 3]
    assert rows.instances[1].label == "x\N{REPLACEMENT CHARACTER}y"


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(listing(*[instance_row(id) for id in (1, 2, 3)]), indent=2).encode(),
        json.dumps(
            {"instances": [instance_row(id) for id in (1, 2, 3)], "next_token": None},
            separators=(",", ":"),
        ).encode(),
        page(*[{"volume_info": [{"id": 8}, {"id": 9}], **instance_row(id)} for id in (1, 2, 3)]),
        page(*[instance_row(id, volume_info=[{"id": 8}, {"id": 9}]) for id in (1, 2, 3)]),
        page(*[instance_row(id, volume_info=[{"id": 8}] * 30) for id in (1, 2, 3)]),
        page(*[instance_row(id, label='}, {"id": 9, "x": "]}') for id in (1, 2, 3)]),
        page(*[instance_row(id, webpage={"instances": [{"id": 9}]}) for id in (1, 2, 3)]),
        page(*[instance_row(id) for id in (1, 2, 3)], label_counts={"]": 1, '"instances":[{': 2}),
        json.dumps(
            {"aside": {"instances": [{"id": 9}]}, **listing(*map(instance_row, (1, 2, 3)))}
        ).encode(),
    ],
)  # fmt: skip
def test_rows_are_found_in_any_writing(data: bytes) -> None:
    decoder = InstanceDecoder()
    for _ in range(2):
        document = decoder.page(data)
        rows = rows_of(document)
        assert [instance.id for instance in rows.instances] == [1, 2, 3]
        assert rows.bad == 0
        expected = json.loads(data)
        assert isinstance(document, dict)
        assert {**document, "instances": 0} == {**expected, "instances": 0}
        assert list(rows.instances) == [instance_from(row) for row in expected["instances"]]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"<html>", page(instance_row())[:-1], page(instance_row())[:500]]
)
def test_what_is_no_json_is_no_page(data: bytes) -> None:
    with pytest.raises(NotJson):
        InstanceDecoder().page(data)


@pytest.mark.parametrize(
    "document",
    [
        [], None, 7, {"instances": None}, {"instances": {"id": 1}},
        {"aside": {"instances": [{"id": 9}]}, "instances": None},
    ],
)  # fmt: skip
def test_a_page_without_a_list_is_given_as_it_is(document: object) -> None:
    assert InstanceDecoder().page(json.dumps(document).encode()) == document


def test_a_row_that_looks_like_many_takes_no_longer() -> None:
    data = page(instance_row(1, volume_info=[{"id": id + 1} for id in range(20_000)]))
    started = time.process_time()
    [instance] = rows_of(InstanceDecoder().page(data)).instances
    assert time.process_time() - started < 3
    assert len(instance.volume_info) == 20_000


def left(seconds: object, **changes: Any) -> dict[str, Any]:
    """A row as the service sends it, with the seconds until its contract ends."""
    row = instance_row(**changes)
    return {"id": row.pop("id"), "label": row.pop("label"), "duration": seconds, **row}


def test_a_row_of_which_only_the_time_left_is_another_is_not_decoded_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = InstanceDecoder()
    before = rows_of(decoder.page(page(left(9.5), left(99, id=2)))).instances
    monkeypatch.setattr(decode_instance, "_instance", None)
    assert rows_of(decoder.page(page(left(4.5), left(-1, id=2)))).instances == before
    assert rows_of(decoder.page(page(left(None), left([1], id=2)))).instances == before


@pytest.mark.parametrize(
    "changed",
    [
        left(9, label="another"), left(9, label='"duration": 9, another'), left(9, gpu_util=1.0),
        left(9, extra_env=[["duration", "9"]]), left(9, extra_env={"duration": 9, "X": "1"}),
        left(9, label="duration"), {**instance_row(gpu_util=2.0), "duration": 9},
        {"id": 1, "duration": 9}, {"id": 1, "duration": "9, ", "label": "x"},
    ],
)  # fmt: skip
def test_whatever_else_is_another_is_seen(changed: dict[str, Any]) -> None:
    decoder = InstanceDecoder()
    for row in (left(9), changed, left(8), {**changed, "duration": 7}):
        [found] = rows_of(decoder.page(page(row))).instances
        assert found == instance_from(row)


def test_what_did_not_change_is_the_same_object() -> None:
    decoder = InstanceDecoder()
    first = rows_of(decoder.page(page(*[instance_row(id) for id in (1, 2, 3, 4)]))).instances
    decoder.forget_all_but(first)
    again = rows_of(
        decoder.page(
            page(
                instance_row(1),
                instance_row(2, gpu_util=1.0),
                instance_row(3, duration=5.0),
                instance_row(4, actual_status=7),
            )
        )
    ).instances
    assert again[0] is first[0]
    assert again[1] == replace(first[1], gpu_util=1.0)
    assert again[2] is first[2]  # changed rows are not reused
    assert again[3] == replace(first[3], actual_status=None, unread=("actual_status",))
    back = rows_of(decoder.page(page(instance_row(2)))).instances
    assert back == (first[1],)


def test_a_row_that_cannot_be_cut_out_stays_the_same_object_as_well() -> None:
    decoder = InstanceDecoder()
    data = json.dumps({"instances": [instance_row(1)], "next": [1]}).encode()
    assert rows_of(decoder.page(data)).instances[0] is rows_of(decoder.page(data)).instances[0]


def test_what_is_gone_is_forgotten() -> None:
    decoder = InstanceDecoder()
    first = rows_of(decoder.page(page(instance_row(1), instance_row(2)))).instances
    decoder.forget_all_but(first[:1])
    again = rows_of(decoder.page(page(instance_row(1), instance_row(2)))).instances
    assert again[0] is first[0]
    assert again[1] is not first[1]
    assert again[1] == first[1]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from([name for name in instance_row() if name != "id"])


@settings(max_examples=150)
@given(st.dictionaries(NAMES, JUNK, max_size=8), JUNK)
def test_junk_costs_no_row_its_place(junk: dict[str, object], stranger: object) -> None:
    spoiled = {**instance_row(2), **junk}
    data = page(instance_row(1), spoiled, stranger, instance_row(3))
    decoder = InstanceDecoder()
    for _ in range(2):
        rows = rows_of(decoder.page(data)).instances
        assert {1, 2, 3} <= {instance.id for instance in rows}
        assert rows[0] == one()
        for name in set(spoiled) - set(junk):
            if name in Instance.__struct_fields__:
                assert getattr(rows[1], name) == getattr(one(id=2, label="job 2"), name)


@settings(max_examples=150)
@given(st.data())
def test_bytes_may_be_anything(data: st.DataObject) -> None:
    good = page(*[instance_row(id) for id in (1, 2, 3)])
    at = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 40))
    junk = data.draw(st.binary(max_size=40))
    spoiled = good[:at] + junk + good[at + length :]
    decoder = InstanceDecoder()
    decoder.page(good)
    try:
        known = decoder.page(spoiled)
    except NotJson:
        with pytest.raises(NotJson):
            InstanceDecoder().page(spoiled)
    else:
        assert known == InstanceDecoder().page(spoiled)


def test_a_volume_in_words() -> None:
    assert str(AttachedVolume(5, "data", 100.0, 40.5)) == "V.5 data, 40.5 of 100 GB free"
    assert str(AttachedVolume(5, None, 100.0, None)) == "V.5"


@pytest.mark.parametrize(
    ("onstart", "hours"),
    [
        (f"{stop_after(1.5)}\ncd /workspace", 1.5), (f"set -e\n{stop_after(12)}\n", 12.0),
        ("echo (sleep 60; curl )", None), ("", None), (None, None), (7, None), ([], None),
    ],
)  # fmt: skip
def test_a_stop_in_the_on_start_script_is_seen(onstart: object, hours: float | None) -> None:
    assert one(onstart=onstart).stops_after == hours
