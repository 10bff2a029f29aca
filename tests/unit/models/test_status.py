"""The state of an instance: documented combinations, gaps, hostile words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vasttui.models.instance import Instance
from vasttui.models.status import TRAITS, Phase, Traits, has_failed, phase_of

KNOWN = (
    None, "created", "loading", "running", "stopped", "frozen", "exited", "rebooting",
    "restarting", "recycling", "scheduling", "unknown", "offline",
)  # fmt: skip
STATES = (None, "running", "stopped", "unloaded")
FAILURES = (
    "Error response from daemon: manifest for nope/nope:latest not found: manifest unknown",
    "pull access denied for private/image, repository does not exist or may require authorization",
    "unauthorized: authentication required",
    "docker_build() error writing dockerfile",
    "Error response from daemon: failed to create task for container: unresolvable CDI devices",
    "Error: container failed to start: OCI runtime create failed",
    "Error response from daemon: failed to create task: /bin/sh: rsync: not found",
)
HARMLESS = (
    None,
    "",
    "success, running pytorch/pytorch_2.2.0-cuda12.1-cudnn8-runtime/ssh",
    "success, running me/error-failed-exception/ssh",
    "4c7d45f7c63c: Download complete",
    "Cloud Copy Operation Finished",
    "3 errors ignored",
    'rsync: [Receiver] mkdir "/srv/in/out" failed: No such file or directory (2)',
    "rsync error: error in file IO (code 11) at main.c(791) [Receiver=3.2.7]",
)
WORDS = st.one_of(st.sampled_from(KNOWN), st.text(max_size=12))


def of(
    actual: str | None,
    cur: str | None = "running",
    intended: str | None = "running",
    next_: str | None = None,
    message: str | None = None,
    **more: object,
) -> Instance:
    """An instance with these status fields; by default its next state is the intended one."""
    plain = Instance(
        id=1, actual_status=actual, cur_state=cur, intended_status=intended,
        next_state=intended if next_ is None else next_, status_msg=message,
    )  # fmt: skip
    return replace(plain, **more)


@pytest.mark.parametrize(
    ("instance", "phase"),
    [
        (of(None), Phase.PROVISIONING),
        (Instance(id=1), Phase.PROVISIONING),
        (of("created"), Phase.PROVISIONING),
        (of("loading"), Phase.LOADING),
        (of("loading", "stopped", "stopped"), Phase.STOPPED),
        (of("running"), Phase.RUNNING),
        (of("running", None, None), Phase.RUNNING),
        (of("running", "running", "stopped"), Phase.STOPPING),
        (of("running", "running", "running", "stopped"), Phase.STOPPING),
        (of("running", "stopped", "stopped"), Phase.STOPPING),
        (of("exited", "running", "stopped"), Phase.STOPPING),
        (of("exited", "stopped", "stopped"), Phase.STOPPED),
        (of("stopped", "stopped", "stopped"), Phase.STOPPED),
        (of("stopped", None, None), Phase.STOPPED),
        (of("exited", None, None), Phase.STOPPED),
        (of(None, "stopped", "stopped"), Phase.STOPPED),
        (of("created", "unloaded", "stopped"), Phase.STOPPED),
        (of("exited", "stopped", "running"), Phase.SCHEDULING),
        (of("created", "stopped", "running"), Phase.SCHEDULING),
        (of("scheduling"), Phase.SCHEDULING),
        (of("exited"), Phase.EXITED),
        (of("exited", None, "running"), Phase.EXITED),
        (of("exited", "odd", "running"), Phase.EXITED),
        (of("frozen"), Phase.FROZEN),
        (of("rebooting"), Phase.REBOOTING),
        (of("restarting"), Phase.REBOOTING),
        (of("recycling"), Phase.RECYCLING),
        (of("offline"), Phase.OFFLINE),
        (of("offline", "stopped", "stopped"), Phase.OFFLINE),
        (of("unknown"), Phase.NO_SIGNAL),
        (of("unknown", "stopped", "stopped"), Phase.NO_SIGNAL),
    ],
)
def test_the_documented_combinations(instance: Instance, phase: Phase) -> None:
    assert phase_of(instance) is phase


@pytest.mark.parametrize(
    ("cur", "intended", "prices", "phase"),
    [
        ("stopped", "running", {}, Phase.OUTBID),
        ("stopped", "stopped", {"dph_base": 0.1, "min_bid": 0.2}, Phase.OUTBID),
        ("stopped", "stopped", {"dph_base": 0.2, "min_bid": 0.2}, Phase.STOPPED),
        ("stopped", "stopped", {"dph_base": None, "min_bid": 0.2}, Phase.STOPPED),
        (None, "running", {}, Phase.EXITED),
        ("running", "running", {"dph_base": 0.1, "min_bid": 0.2}, Phase.EXITED),
    ],
)
def test_only_a_bid_is_outbid(
    cur: str | None, intended: str, prices: dict[str, float | None], phase: Phase
) -> None:
    bid = replace(of("exited", cur, intended, is_bid=True), **prices)
    assert phase_of(bid) is phase
    for is_bid in (False, None):
        assert phase_of(replace(bid, is_bid=is_bid)) is not Phase.OUTBID


@pytest.mark.parametrize("message", FAILURES)
@pytest.mark.parametrize("actual", [None, "created", "loading", "exited", "stopped"])
@pytest.mark.parametrize(("cur", "intended"), [("running", "running"), ("stopped", "stopped")])
def test_a_failure_is_seen_unless_it_runs(
    actual: str | None, cur: str, intended: str, message: str
) -> None:
    assert phase_of(of(actual, cur, intended, message=message)) is Phase.FAILED
    assert phase_of(of("running", message=message)) is Phase.RUNNING
    assert phase_of(of("rebooting", message=message)) is Phase.REBOOTING


@pytest.mark.parametrize("message", HARMLESS)
def test_harmless_words_are_no_failure(message: str | None) -> None:
    instance = of("loading", message=message)
    assert not has_failed(instance)
    assert phase_of(instance) is Phase.LOADING


@pytest.mark.parametrize("before", [Phase.STOPPED, Phase.SCHEDULING, Phase.OUTBID, Phase.STARTING])
def test_what_was_at_rest_is_starting(before: Phase) -> None:
    assert phase_of(of("exited"), before) is Phase.STARTING


@pytest.mark.parametrize("before", [None, Phase.RUNNING, Phase.LOADING, Phase.EXITED])
def test_what_was_up_has_ended(before: Phase | None) -> None:
    assert phase_of(of("exited"), before) is Phase.EXITED


def test_a_start_that_fails_is_a_failure() -> None:
    assert phase_of(of("exited", message=FAILURES[0]), Phase.STARTING) is Phase.FAILED


@pytest.mark.parametrize("field", ["actual_status", "cur_state", "next_state", "intended_status"])
def test_an_unreadable_state_is_not_guessed(field: str) -> None:
    for actual in KNOWN:
        assert phase_of(of(actual, unread=(field,))) is Phase.UNREADABLE


def test_other_unreadable_fields_leave_the_state() -> None:
    assert phase_of(of("running", unread=("label", "status_msg", "dph_base"))) is Phase.RUNNING


@pytest.mark.parametrize(
    "word", ["", "Running", " running", "running ", "destroyed", "thawing", "\u202egninnur", "⏸"]
)
def test_a_new_word_is_unreadable(word: str) -> None:
    assert phase_of(of(word)) is Phase.UNREADABLE


@given(WORDS, WORDS, WORDS, WORDS, st.text(max_size=20), st.booleans(), st.sampled_from(Phase))
def test_nothing_but_running_runs(
    actual: str | None, cur: str | None, intended: str | None, next_: str | None,
    message: str, is_bid: bool, before: Phase,
) -> None:  # fmt: skip
    phase = phase_of(of(actual, cur, intended, next_, message, is_bid=is_bid), before)
    assert actual == "running" or phase is not Phase.RUNNING
    assert actual in KNOWN or phase is Phase.UNREADABLE


def test_every_combination_has_a_state() -> None:
    found = {
        phase_of(of(actual, cur, intended, next_, message, is_bid=is_bid))
        for actual in KNOWN
        for cur in STATES
        for intended in (None, "running", "stopped")
        for next_ in ("", "running", "stopped")
        for message in (None, FAILURES[0])
        for is_bid in (False, True)
    }
    assert found == set(Phase) - {Phase.STARTING, Phase.UNREADABLE}


SETTLES = {
    Phase.PROVISIONING, Phase.LOADING, Phase.STARTING, Phase.STOPPING, Phase.REBOOTING,
    Phase.RECYCLING,
}  # fmt: skip


@pytest.mark.parametrize(
    ("phase", "sign", "colour"),
    [
        (Phase.RUNNING, "●", "good"),
        (Phase.PROVISIONING, "◌", "warn"),
        (Phase.LOADING, "◐", "warn"),
        (Phase.STARTING, "◐", "warn"),
        (Phase.SCHEDULING, "◐", "warn"),
        (Phase.STOPPING, "◐", "warn"),
        (Phase.STOPPED, "○", "dim"),
        (Phase.OUTBID, "✖", "bad"),
        (Phase.REBOOTING, "◐", "warn"),
        (Phase.RECYCLING, "◐", "warn"),
        (Phase.FROZEN, "●", "warn"),
        (Phase.EXITED, "✖", "bad"),
        (Phase.FAILED, "✖", "bad"),
        (Phase.OFFLINE, "✖", "bad"),
        (Phase.NO_SIGNAL, "✖", "bad"),
        (Phase.UNREADABLE, "✖", "bad"),
    ],
)
def test_signs(phase: Phase, sign: str, colour: str) -> None:
    assert (phase.traits.glyph, phase.traits.tone) == (sign, colour)


@pytest.mark.parametrize(
    ("trait", "phases"),
    [
        ("settles", SETTLES),
        ("is_new", {Phase.PROVISIONING, Phase.LOADING}),
        (
            "wants_gpu",
            {
                Phase.RUNNING, Phase.LOADING, Phase.PROVISIONING, Phase.STARTING, Phase.SCHEDULING,
                Phase.FROZEN, Phase.REBOOTING, Phase.RECYCLING,
            },
        ),
        (
            "came_up",
            {
                Phase.RUNNING, Phase.LOADING, Phase.PROVISIONING, Phase.STARTING,
                Phase.SCHEDULING,
            },
        ),
        (
            "halted",
            {Phase.STOPPED, Phase.OUTBID, Phase.FROZEN, Phase.EXITED, Phase.FAILED},
        ),
        (
            "restarts",
            set(Phase) - {
                Phase.STOPPED, Phase.STOPPING, Phase.OUTBID, Phase.OFFLINE, Phase.NO_SIGNAL,
                Phase.SCHEDULING, Phase.PROVISIONING,
            },
        ),
        (
            "bills_gpu",
            {Phase.RUNNING, Phase.FROZEN, Phase.STOPPING, Phase.REBOOTING, Phase.UNREADABLE},
        ),
        ("has_clock", set(Phase) - {Phase.RUNNING, Phase.UNREADABLE}),
    ],
)  # fmt: skip
def test_which_states_have_a_trait(trait: str, phases: set[Phase]) -> None:
    assert {phase for phase in Phase if getattr(phase.traits, trait)} == phases


def test_every_state_has_its_traits_and_a_place_in_the_order() -> None:
    assert set(TRAITS) == set(Phase)
    order = sorted(Phase, key=lambda phase: phase.rank)
    assert order[:3] == [Phase.FAILED, Phase.OUTBID, Phase.OFFLINE]
    assert order[-2:] == [Phase.RUNNING, Phase.STOPPED]


def test_a_note_fits_into_two_dozen_cells() -> None:
    notes: list[Traits] = [traits for traits in TRAITS.values() if traits.note]
    assert len(notes) == 9
    assert all(len(traits.note) <= 24 for traits in notes)


def test_what_is_said_of_an_instance_is_a_sentence_in_every_state() -> None:
    starts = ("is ", "was ", "has ", "gives ")
    assert all(phase.clause.startswith(starts) for phase in Phase)
    assert Phase.PROVISIONING.clause == "is being created"
    assert Phase.LOADING.clause == "is loading"
