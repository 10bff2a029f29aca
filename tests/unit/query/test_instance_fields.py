"""The filter language for instances."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.fleet_rows import DAY, HOUR, NOW, fleet_row, unknown_row
from tests.support.slow_filter import matches
from vasttui.models.bill import Bill, Spent
from vasttui.models.instance import PortMapping
from vasttui.models.status import Phase
from vasttui.query.complete import LIMIT, complete, seen_values
from vasttui.query.edit import drop, set_rule
from vasttui.query.explain import explain
from vasttui.query.fields import Field
from vasttui.query.instance_fields import INSTANCES, searched_words
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.query.rules import Query, Rule
from vasttui.services.fleet.snapshot import FleetRow

RUNNING = fleet_row(1)
LOADING = fleet_row(
    2, Phase.LOADING, since=NOW - 600, label="eval-b", gpu_name="RTX A5000", gpu_util=None,
    gpu_temp=None, start_date=NOW - 600, geolocation="Berlin, DE", disk_usage=0.0, ports=(),
    machine_id=300, spent=Spent(0.0, exact=True), bill=Bill(0.0, 0.004),
)  # fmt: skip
STOPPED = fleet_row(
    3, Phase.STOPPED, since=NOW - 11 * DAY, label="old-c", gpu_name="RTX 3090", num_gpus=2,
    start_date=NOW - 19 * DAY, end_date=NOW + 2 * DAY, disk_space=120.0, disk_usage=114.0,
    gpu_util=0.0, bill=Bill(0.0, 0.010), spent=Spent(9.12, exact=True), is_bid=True,
    driver_version="535.86.05",
)  # fmt: skip
OFFLINE = fleet_row(
    4, Phase.OFFLINE, since=NOW - 41 * 60, label=None, gpu_name="H100 SXM", gpu_ram=81559,
    gpu_util=1.0, geolocation="Utah, US", hosting_type=1, verification="unverified",
    bill=Bill(None, 0.01), spent=None, reliability2=0.8, driver_version="odd",
)  # fmt: skip
NO_SIGNAL = fleet_row(5, Phase.NO_SIGNAL, label="Train-B", gpu_util=2.0)
UNKNOWN = unknown_row(6)
ROWS = (RUNNING, LOADING, STOPPED, OFFLINE, NO_SIGNAL, UNKNOWN)


def hits(text: str, rows: tuple[FleetRow, ...] = ROWS) -> list[int]:
    parsed = parse(text, INSTANCES)
    assert (parsed.problems, parsed.warnings) == ((), ())
    return [row.id for row in compile_query(parsed.query, NOW, INSTANCES)(rows)]


def reason(text: str) -> str:
    (problem,) = parse(text, INSTANCES).problems
    return str(problem)


def test_no_name_is_given_twice() -> None:
    names = Counter(name for field in INSTANCES.fields for name in field.names)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("field", INSTANCES.fields, ids=lambda field: field.name)
def test_every_field_works_on_a_full_and_on_an_empty_row(field: Field) -> None:
    known, unknown = Rule(field.name, "known"), Rule(field.name, "null")
    parsed = parse(f"{field.short}{field.example}", INSTANCES)
    assert (parsed.problems, parsed.warnings) == ((), ())
    for row in (RUNNING, UNKNOWN):
        for query in (parsed.query, Query((known,)), Query((unknown,))):
            assert compile_query(query, NOW, INSTANCES)([row]) in ([], [row])
        assert compile_query(Query((known, unknown)), NOW, INSTANCES)([row]) == []
    assert field.help


@pytest.mark.parametrize("field", INSTANCES.fields, ids=lambda field: field.name)
def test_what_the_service_does_not_say_is_unknown(field: Field) -> None:
    always = {"state", "idle", "since", "id", "text", "worker"}
    query = Query((Rule(field.name, "known"),))
    assert matches(query, UNKNOWN, NOW, INSTANCES) is (field.name in always)
    assert matches(query, RUNNING, NOW, INSTANCES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("state:running", [1]),
        ("-state:running", [2, 3, 4, 5, 6]),
        ("state:stopped,loading", [2, 3]),
        ("state:stopped|loading", [2, 3]),
        ("state!=running", [2, 3, 4, 5, 6]),
        ("state in [running,offline]", [1, 4]),
        ("state notin [running,offline]", [2, 3, 5, 6]),
        ("state:no_signal", [5]),
        ('state:"no signal"', [5]),
        ("state:RUN", [1]),
        ("state:st", [3]),
        ("state:o", [4]),
        ("state:any", [1, 2, 3, 4, 5, 6]),
        ("label:train", [1, 5]),
        ("label=train-a", [1]),
        ("label=null", [4, 6]),
        ("gpu:4090|h100", [1, 4, 5]),
        ("gpu:3090", [3]),
        ("n=2", [3]),
        ("n>=1", [1, 2, 3, 4, 5]),
        ("vram>=80", [4]),
        ("vram:24", [1, 2, 3, 5]),
        ("util>90", [1]),
        ("util<5%", [3, 4, 5]),
        ("idle", []),
        ("-idle", [1, 2, 3, 4, 5, 6]),
        ("temp>70", [1, 3, 4, 5]),
        ("disk>=100G", [3]),
        ("used>90", [3]),
        ("used:60..64", [1, 4, 5]),
        ("price<0.02", [2, 3]),
        ("price>.2", [1, 5]),
        ("price=null", [4, 6]),
        ("spent>2", [1, 3, 5]),
        ("spent=0", [2]),
        ("since>30min", [1, 3, 4, 5]),
        ("since>1w", [3]),
        ("age>2d", [3]),
        ("age<9h", [1, 2, 4, 5]),
        ("age<1", [1, 2, 4, 5]),
        ("ends<3d", [3]),
        ("ends>3", [1, 2, 4, 5]),
        ("cc:SE", [1, 3, 5]),
        ("cc:DE,US", [2, 4]),
        ("-cc:SE", [2, 4, 6]),
        ("place:berlin", [2]),
        ("host:81204", [1, 2, 3, 4, 5]),
        ("mach=300", [2]),
        ("m:300", [2]),
        ("id:3", [3]),
        ("image:PyTorch", [1, 2, 3, 4, 5]),
        ("type:bid", [3]),
        ("type:spot", [3]),
        ("type:interr", [3]),
        ("type:on-demand", [1, 2, 4, 5]),
        ("type=on-demand", [1, 2, 4, 5]),
        ("rel>=99", [1, 2, 3, 5]),
        ("rel<.9", [4]),
        ("dc", [4]),
        ("verified=false", [4]),
        ("driver>=550", [1, 2, 5]),
        ("driver:535", [3]),
        ("cuda>=12.4", [1, 2, 3, 4, 5]),
        ("message:success", [1, 2, 3, 4, 5]),
        ("ip:65.130", [1, 2, 3, 4, 5]),
        ("state:running,loading util>90 gpu:4090", [1]),
    ],
)
def test_fields(text: str, expected: list[int]) -> None:
    assert hits(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train", [1, 5]),
        ("-train", [2, 3, 4, 6]),
        ("a5000", [2]),
        ('"pytorch:2.7"', [1, 2, 3, 4, 5]),
        ("sweden", [1, 3, 5]),
        ('"m:300"', [2]),
        ("offline", [4]),
        ('"no signal"', [5]),
        ("text:eval|old", [2, 3]),
    ],
)
def test_bare_words(text: str, expected: list[int]) -> None:
    assert hits(text) == expected


def test_an_id_is_found_by_a_bare_number() -> None:
    assert hits("26712204", (fleet_row(), RUNNING)) == [26712204]


def test_the_words_of_a_row_stay_apart() -> None:
    words = searched_words(RUNNING.instance, RUNNING.phase)
    assert words.splitlines() == [
        "running",
        "train-a",
        "rtx 4090",
        "vastai/pytorch:2.7.1-cuda-12.8.1",
        "sweden, se",
        "m:25991",
        "h:81204",
        "1",
    ]


@pytest.mark.parametrize(
    ("util", "phase", "idle"),
    [
        (4.9, Phase.RUNNING, True),
        (5.0, Phase.RUNNING, False),
        (None, Phase.RUNNING, None),
        (None, Phase.STOPPED, False),
        (0.0, Phase.STOPPED, False),
    ],
)
def test_idle_is_running_for_nothing(util: float | None, phase: Phase, idle: bool | None) -> None:
    rows = (fleet_row(1, phase, gpu_util=util),)
    assert hits("idle", rows) == ([1] if idle else [])
    assert hits("idle=false", rows) == ([1] if idle is False else [])


PORTS = (
    fleet_row(1, ports=(PortMapping(22, "tcp", 40022), PortMapping(8080, "tcp", 40080))),
    fleet_row(2, ports=(PortMapping(22, "tcp", 41022),)),
    fleet_row(3, ports=()),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("port:8080", [1]),
        ("port=80", []),
        ("port:41022", [2]),
        ("port:22", [1, 2]),
        ("port!=8080", [2, 3]),
        ("-port:8080", [2, 3]),
        ("port:8080,41022", [1, 2]),
        ("port notin [8080,41022]", [3]),
        ("port:8000..8999", [1]),
        ("port!=8000..8999", [2, 3]),
        ("port>41000", [2]),
        ("port=null", [3]),
        ("port!=null", [1, 2]),
    ],
)
def test_one_of_the_ports_has_to_fit(text: str, expected: list[int]) -> None:
    assert hits(text, PORTS) == expected


def test_a_full_disk_is_known_from_either_figure() -> None:
    rows = (
        fleet_row(1, disk_usage=57.0),
        fleet_row(2, disk_usage=None, disk_util=0.95),
        fleet_row(3, disk_usage=-1.0, disk_util=-1.0),
        fleet_row(4, disk_space=0.0),
    )
    assert hits("used>=95", rows) == [1, 2]
    uncertain = (fleet_row(1, disk_usage=0.96, disk_util=0.96),)
    assert hits("used<5", uncertain) == hits("used>90", uncertain) == []
    assert hits("used=null", rows) == [3, 4]


def test_age_follows_the_clock() -> None:
    query = parse("age>8.5h", INSTANCES).query
    assert not matches(query, RUNNING, NOW, INSTANCES)
    assert matches(query, RUNNING, NOW + HOUR, INSTANCES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state:runing", "state cannot be 'runing'; try state:running"),
        ("state>running", "state cannot be used with < or >; try state:running"),
        ("type:reserved", "type cannot be 'reserved'; try type:interruptible"),
        ("state:", "state needs a value; try state:running"),
        ("age>soon", "age needs a number; try age>2d"),
        ("util<5GB", "util does not take the unit 'GB'; try util<10"),
        ("<5", "< needs a field before it; try price<0.50"),
        ("stat", "stat is the start of state; finish it, or quote it to search for the word"),
        ("eff:1", "unknown field eff; quote it to search for the text"),
        ("labl:x", "unknown field labl (did you mean label?); quote it to search for the text"),
    ],
)
def test_reasons(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_fields_of_offers_are_none_of_instances() -> None:
    (warning,) = parse("dlperf>5", INSTANCES).warnings
    assert str(warning).startswith("unknown field dlperf")
    assert parse("state:running").problems


def labels(text: str) -> list[str]:
    return [one.label for one in complete(text, len(text), seen_values(ROWS, INSTANCES), INSTANCES)]


def test_completion_knows_the_states_and_what_is_there() -> None:
    assert labels("state:st") == ["starting", "stopping", "stopped"]
    assert labels("state:no")[0] == "no signal"
    assert labels("type:") == ["interruptible", "on-demand", "any"]
    assert labels("label:tr") == ["train-a", "Train-B"]
    assert labels("cc:")[:3] == ["SE", "DE", "US"]
    assert labels("gpu:30") == ["RTX 3090"]
    assert labels("4090") == ["RTX 4090"]
    assert labels("sta") == ["state"]
    assert len(labels("")) == LIMIT


def test_every_completion_can_be_parsed() -> None:
    for field in INSTANCES.fields:
        start = f"{field.short}:"
        for one in complete(start, len(start), seen_values(ROWS, INSTANCES), INSTANCES):
            text = start[: one.start] + one.insert
            assert parse(text, INSTANCES).problems == (), text


def test_rules_are_changed_and_dropped() -> None:
    text = "state:running label:train num_gpus>=2"
    assert set_rule(text, "state", "state:stopped", INSTANCES) == (
        "state:stopped label:train num_gpus>=2"
    )
    assert set_rule(text, "n", None, INSTANCES) == "state:running label:train"
    rule = parse(text, INSTANCES).query.rules[1]
    assert drop(text, rule, INSTANCES) == "state:running num_gpus>=2"


def test_the_rule_to_blame() -> None:
    query = parse("state:stopped gpu:4090", INSTANCES).query
    found = explain(query, ROWS, NOW, INSTANCES)
    assert [(blame.rule.label, blame.removes, blame.seen) for blame in found.blames] == [
        ("state:stopped", 5, 2),
        ("gpu:4090", 4, 1),
    ]
    assert found.nearest is STOPPED


@pytest.mark.parametrize("text", ["gpu!=4090", "gpu neq RTX_4090", "gpu not in [4090,a10]"])
def test_an_unknown_gpu_is_not_another_gpu(text: str) -> None:
    assert UNKNOWN.id not in hits(text)
    assert STOPPED.id in hits(text)
    assert hits(f"-{text}") == [row.id for row in ROWS if row.id not in hits(text)]
