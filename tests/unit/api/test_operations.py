"""The table of requests."""

from __future__ import annotations

import re

import pytest

from tests.support.source import PACKAGE, modules
from vasttui.api.operations import OPERATIONS, Operation


def test_nothing_is_a_read_or_repeatable_unless_it_says_so() -> None:
    unsaid = Operation(name="x", method="PUT", path="/x/")
    assert not unsaid.reads
    assert not unsaid.repeat
    assert unsaid.key == "needed"


def test_whatever_may_be_repeated_changes_nothing() -> None:
    assert [one.name for one in OPERATIONS.values() if one.repeat and not one.reads] == []


def test_whatever_is_no_get_and_yet_a_read_is_known_by_name() -> None:
    odd = [one.name for one in OPERATIONS.values() if one.reads and one.method != "GET"]
    live = ["endpoint_workers", "group_workers", "endpoint_logs", "group_logs"]
    assert odd == ["search", "tfa_login", "logs", "search_volumes", *live]


def test_the_documented_places_limits_and_times() -> None:
    search = OPERATIONS["search"]
    assert (search.method, search.target) == ("POST", "/api/v0/bundles/")
    assert search.burst / (search.interval * search.burst) * 60 == 10  # per minute
    assert OPERATIONS["account"].target == "/api/v0/users/current"
    assert OPERATIONS["account"].deadline == 15
    assert OPERATIONS["templates"].interval == 3


def test_the_public_list_of_gpus_is_asked_for_without_the_key() -> None:
    kept = {one.name for one in OPERATIONS.values() if one.key == "kept"}
    assert kept == {"gpu_names", "route"}


def test_every_request_in_the_table_is_sent_by_some_method() -> None:
    source = "".join(module.text for module in modules(PACKAGE / "api"))
    sent = {
        name
        for names in re.findall(r"OPERATIONS\[([^]]+)\]", source)
        for name in re.findall(r'"(\w+)"', names)
    }
    assert sent == set(OPERATIONS)


def test_numbers_are_put_into_the_path() -> None:
    detach = OPERATIONS["detach_ssh_key"].at(id=12, key_id=7)
    assert detach.target == "/api/v0/instances/12/ssh/7/"
    assert (detach.name, detach.interval) == ("detach_ssh_key", 2.0)


@pytest.mark.parametrize("number", [0, -1, True, 1.0, "1", "../users", None])
def test_nothing_but_a_number_is_put_into_a_path(number: object) -> None:
    with pytest.raises(ValueError, match="not a valid id"):
        OPERATIONS["destroy"].at(id=number)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "interval", "deadline"),
    [
        ("list", 2.0, 15), ("get", 2.0, 15), ("manage", 1.0, 15), ("reboot", 1.0, 15),
        ("recycle", 1.0, 15), ("destroy", 3.0, 30), ("bid", 5.5, 15), ("command", 1.5, 15),
        ("logs", 1.0, 30), ("snapshot", 1.0, 30), ("update_instance", 1.0, 30),
        ("ssh_keys", 1.0, 15), ("add_ssh_key", 1.0, 15), ("replace_ssh_key", 1.0, 15),
        ("detach_ssh_key", 2.0, 15), ("charges", 1.0, 15), ("price_increases", 1.0, 15),
    ],
)  # fmt: skip
def test_the_intervals_of_instances(name: str, interval: float, deadline: float) -> None:
    operation = OPERATIONS[name]
    assert (operation.interval, operation.deadline) == (interval, deadline)


def test_a_command_can_delete_files_and_is_no_read() -> None:
    assert not OPERATIONS["command"].reads
    assert not OPERATIONS["command"].repeat


def test_only_reads_are_patient_and_those_that_poll_or_rent_are_not() -> None:
    patient = {name for name, operation in OPERATIONS.items() if operation.patient}
    assert all(OPERATIONS[name].reads for name in patient)
    assert not patient & {"search", "list", "get", "account", "logs"}
    assert {"ssh_keys", "variables", "api_keys", "audit_logs", "templates", "volumes"} <= patient
