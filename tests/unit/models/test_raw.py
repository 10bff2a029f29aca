"""A row as it was sent, fit to be seen."""

from __future__ import annotations

import json

import pytest

from tests.support.instance_rows import SECRET, TOKEN, instance_row
from vasttui.models.raw import MASK, masked


def test_no_secret_of_an_instance_is_left() -> None:
    row = masked(
        instance_row(
            image_login=f"-u me -p {SECRET}",
            api_key=SECRET,
            instance_api_key=SECRET,
            ssh_key=SECRET,
            account={"api_key": SECRET, "list": [{"password": SECRET}]},
        )
    )
    shown = json.dumps(row)
    assert SECRET not in shown
    assert TOKEN not in shown
    for name in ("jupyter_token", "onstart", "image_args", "image_login", "api_key"):
        assert row[name] == MASK
    assert row["extra_env"] == [["HF_TOKEN", MASK], ["-p 8080:8080", MASK]]


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        (None, None),
        ([], []),
        ({"A": SECRET}, {"A": MASK}),
        ([[f"-e A={SECRET}", "1"], [], SECRET, [7]], [["-e A", MASK], MASK, MASK, [MASK, MASK]]),
        (SECRET, MASK),
    ],
)
def test_of_the_environment_the_names_are_left(environment: object, shown: object) -> None:
    assert masked({"extra_env": environment}) == {"extra_env": shown}


def test_everything_else_stays_but_for_what_a_terminal_would_obey() -> None:
    row = {"a\x1b": "b\x1b[1m", "n": [1, 2.5, None, True, {"x": "y\n"}], "onstart": None}
    assert masked(row) == {
        "a␛": "b␛[1m", "n": [1, 2.5, None, True, {"x": "y"}], "onstart": None,
    }  # fmt: skip
