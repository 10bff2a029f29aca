"""What a state means, what helps, and the short note: a plain sentence for every state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vasttui.models.advice import Advice, advise, ends_soon, is_full, note_of
from vasttui.models.bill import Bill
from vasttui.models.cause import cause_note, cause_of
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.status import Phase
from vasttui.ui.key_table import ACTIONS
from vasttui.units import DAY, HOUR, MINUTE

NOW = 1_800_000_000.0
NOTE_CELLS = 22
ONE = Instance(
    id=1,
    actual_status="running",
    cur_state="running",
    intended_status="running",
    image_runtype="ssh_direc ssh_proxy",
    public_ipaddr="192.0.2.45",
    ports=(PortMapping(22, "tcp", 30022),),
    ssh_host="ssh5.vast.ai",
    ssh_port=12296,
    end_date=NOW + 40 * DAY,
    disk_space=60.0,
    disk_usage=38.0,
    dph_base=0.1,
    min_bid=0.14,
)
BILL = Bill(0.0, 0.01)
PROXY = {"image_runtype": "ssh_proxy"}
WEB = (PortMapping(8080, "tcp", 40_080),)
TROUBLE = [phase for phase in Phase if phase is not Phase.RUNNING]
MESSAGES = (
    ("Error response from daemon: manifest for a/b:c not found", "tag does not exist", "no such"),
    ("pull access denied for private/image, repository does not exist", "private", "private image"),
    ("unauthorized: authentication required", "requires a login", "login needed"),
    ("failed to register layer: no space left on device", "too small", "too small"),
    ("failed to create task for container: unresolvable CDI devices x", "GPU driver", "driver"),
    ("toomanyrequests: You have reached your pull rate limit", "try again later", "rate limit"),
    ("Bind for 0.0.0.0:40000 failed: port is already allocated", "port is already in use", "port"),
    ("Error: container exited with code 137", "memory", "memory"),
    ("Error: container failed to start: OCI runtime create failed", "log says why", "start failed"),
    ("docker_build() error writing dockerfile", "could not prepare", "not prepared"),
    ("net/http: TLS handshake timeout", "network is unreliable", "network"),
)


def advice(phase: Phase, passed: float = 60.0, exact: bool = True, **changes: object) -> Advice:
    """The advice for an instance after some seconds in its state; there must be some."""
    instance = replace(ONE, **changes)
    found = advise(instance, phase, NOW - passed, exact, NOW)
    assert found is not None
    return found


def note(
    phase: Phase, passed: float = 60.0, exact: bool = True, bill: Bill = BILL, **changes: object
) -> str:
    instance = replace(ONE, **changes)
    return note_of(instance, phase, bill, NOW - passed, exact, NOW)


@pytest.mark.parametrize("phase", TROUBLE)
@pytest.mark.parametrize("passed", [0.0, 31.0, 6 * MINUTE, 21 * MINUTE, 2 * HOUR, 11 * DAY])
@pytest.mark.parametrize("message", [None, "", "success, running a/ssh", "Error: odd"])
def test_every_state_has_its_sentences(phase: Phase, passed: float, message: str | None) -> None:
    said = advice(phase, passed, status_msg=message)
    assert said.meaning[0].islower()
    assert said.meaning.endswith(".")
    for text in (said.usual, said.cause):
        assert text == text.strip()
        assert not text or text[0].isupper()
        assert not text or text.endswith(".") or (message or "-") in text
    sentences = " ".join(filter(None, (said.meaning, said.usual, said.cause, said.action_text)))
    assert "None" not in sentences
    assert "  " not in sentences
    assert bool(said.action_id) == bool(said.action_text)


@given(
    st.sampled_from(Phase),
    st.floats(0, 1e9),
    st.booleans(),
    st.one_of(st.none(), st.text(max_size=40)),
    st.one_of(st.none(), st.floats(0, 1e10)),
    st.one_of(st.none(), st.floats(0, 1e4)),
)
def test_nothing_is_left_unsaid(
    phase: Phase, passed: float, exact: bool, message: str | None,
    end: float | None, disk: float | None,
) -> None:  # fmt: skip
    instance = Instance(id=1, status_msg=message, end_date=end, disk_space=disk, disk_usage=disk)
    said = advise(instance, phase, NOW - passed, exact, NOW)
    assert said is not None
    assert said.meaning
    assert note_of(instance, phase, Bill(None, None), NOW - passed, exact, NOW)


def test_every_key_that_is_offered_exists() -> None:
    ids = {action.id for action in ACTIONS}
    for phase in Phase:
        for passed in (0.0, 6 * MINUTE, 21 * MINUTE, 2 * DAY):
            for end in (NOW + DAY, NOW + 40 * DAY):
                for used in (1.0, 59.0):
                    instance = replace(ONE, end_date=end, disk_usage=used)
                    said = advise(instance, phase, NOW - passed, True, NOW)
                    assert said is None or said.action_id in {"", *ids}


def test_a_sound_instance_needs_no_advice() -> None:
    assert advise(ONE, Phase.RUNNING, NOW - HOUR, True, NOW) is None


@pytest.mark.parametrize(
    ("changes", "words", "action", "urgent"),
    [
        ({"disk_usage": 57.0}, "95 % full", "instances.execute", True),
        ({"disk_usage": 0.96, "disk_util": 0.96}, "2 % or 96 % full", "instances.execute", False),
        ({"end_date": NOW + DAY}, "ends soon", "instances.copy_as", True),
        ({"ports": (), "ssh_port": -1}, "no usable SSH address", "instances.logs", False),
    ],
)
def test_a_running_one_may_be_in_trouble(
    changes: dict[str, object], words: str, action: str, urgent: bool
) -> None:
    said = advice(Phase.RUNNING, **changes)  # type: ignore[arg-type]
    assert words in said.meaning
    assert (said.action_id, said.urgent) == (action, urgent)


def test_one_without_ssh_is_not_in_trouble() -> None:
    plain = replace(ONE, image_runtype="args", ports=(), ssh_host=None)
    assert advise(plain, Phase.RUNNING, NOW, True, NOW) is None
    assert note_of(plain, Phase.RUNNING, BILL, NOW, True, NOW) == "launched without ssh"


@pytest.mark.parametrize(
    ("passed", "cause", "action", "urgent"),
    [
        (4 * MINUTE, "", "instances.logs", False),
        (6 * MINUTE, "Slower than usual", "instances.logs", False),
        (21 * MINUTE, "another machine", "instances.another", True),
    ],
)
def test_loading_has_its_times(passed: float, cause: str, action: str, urgent: bool) -> None:
    for phase in (Phase.LOADING, Phase.PROVISIONING):
        said = advice(phase, passed)
        assert "Usually up to five minutes" in said.usual
        assert said.cause.startswith(cause) if not urgent else cause in said.cause
        assert bool(said.cause) == bool(cause)
        assert (said.action_id, said.urgent) == (action, urgent)


def test_loading_tells_what_the_host_says() -> None:
    progress = "4c7d45f7c63c: Downloading"
    assert advice(Phase.LOADING, status_msg=progress).cause == f"Host message: {progress}"
    limited = "toomanyrequests: later"
    assert advice(Phase.LOADING, status_msg=limited).cause.startswith("Rate limited by")
    late = advice(Phase.LOADING, 21 * MINUTE, status_msg=limited).cause
    assert late.startswith("Rate limited by")
    assert late.endswith("rent another machine.")
    assert f" Host message: {limited}. " in late
    for passed in (6 * MINUTE, 21 * MINUTE):
        assert progress in advice(Phase.LOADING, passed, status_msg=progress).cause


@pytest.mark.parametrize("phase", [Phase.EXITED, Phase.FAILED])
def test_the_exit_code_is_kept_beside_what_it_means(phase: Phase) -> None:
    said = advice(phase, status_msg="Error: container exited with code 137")
    assert "(exit code 137)" in said.meaning
    assert said.cause.startswith("It was killed")
    assert said.cause.endswith("Host message: Error: container exited with code 137")
    for message, code in (("Exited (3) 5 minutes ago", "3"), ("exit status 1", "1")):
        said = advice(phase, status_msg=message)
        assert f"(exit code {code})" in said.meaning
        assert message in said.cause
    assert "exit code" not in advice(phase, status_msg="Error: HTTP status 404").meaning
    assert "Host message" not in advice(phase, status_msg="success, running a/b/ssh").cause


def test_loading_that_was_found_may_be_older() -> None:
    said = advice(Phase.LOADING, exact=False).cause
    assert said == "It may have begun before vasttui started."
    assert "before vasttui" not in advice(Phase.LOADING).cause


@pytest.mark.parametrize(("passed", "taken"), [(29.0, False), (31.0, True)])
def test_scheduling_means_taken_after_half_a_minute(passed: float, taken: bool) -> None:
    said = advice(Phase.SCHEDULING, passed)
    assert ("Someone else" in said.cause) is taken
    assert said.urgent is taken
    assert said.action_id == "instances.toggle"
    assert ("taken" in note(Phase.SCHEDULING, passed)) is taken


@pytest.mark.parametrize(
    "phase", [Phase.STARTING, Phase.STOPPING, Phase.REBOOTING, Phase.RECYCLING]
)
def test_what_takes_too_long_says_so(phase: Phase) -> None:
    assert advice(phase, 9 * MINUTE).cause == ""
    assert "log may say why" in advice(phase, 11 * MINUTE).cause


def test_outbid_shows_both_prices_and_raises_the_bid() -> None:
    said = advice(Phase.OUTBID)
    assert "You bid $0.100/h. $0.140/h wins now." in said.meaning
    assert said.action_id == "instances.bid"
    assert "$" not in advice(Phase.OUTBID, dph_base=None, min_bid=None).meaning


@pytest.mark.parametrize(
    ("least", "words"),
    [(0.14, "$0.140"), (0.14001, "$0.141"), (0.0064, "$0.0064"), (0.00641, "$0.0065")],
)
def test_a_bid_of_what_is_said_to_win_now_wins(least: float, words: str) -> None:
    said = advice(Phase.OUTBID, min_bid=least)
    assert f" {words}/h wins now." in said.meaning
    assert note(Phase.OUTBID, min_bid=least) == f"outbid: {words} wins"
    assert float(words[1:]) >= least


def test_offline_is_not_billed_and_may_not_come_back() -> None:
    assert "nothing is billed" in advice(Phase.OFFLINE).meaning
    assert "may not come back" not in advice(Phase.OFFLINE, HOUR).cause
    assert "may not come back" in advice(Phase.OFFLINE, 2 * DAY).cause
    for passed in (HOUR, 2 * DAY):
        assert advice(Phase.OFFLINE, passed).action_id == "instances.destroy"


def test_without_a_signal_it_says_how_it_is_counted() -> None:
    assert "running, the more expensive case" in advice(Phase.NO_SIGNAL).cause
    at_rest = advice(Phase.NO_SIGNAL, cur_state="stopped", intended_status="stopped")
    assert "counted as stopped" in at_rest.cause
    assert not advice(Phase.NO_SIGNAL, 59 * MINUTE).urgent
    assert advice(Phase.NO_SIGNAL, 61 * MINUTE).urgent


def test_the_unreadable_is_named() -> None:
    assert "('thawing')" not in advice(Phase.UNREADABLE).meaning
    assert "(state 'thawing')" in advice(Phase.UNREADABLE, actual_status="thawing").meaning
    assert "(cur_state)" in advice(Phase.UNREADABLE, unread=("cur_state",)).meaning


@pytest.mark.parametrize(("message", "sentence", "short"), MESSAGES)
def test_what_the_host_says_becomes_a_plain_sentence(
    message: str, sentence: str, short: str
) -> None:
    instance = replace(ONE, status_msg=message)
    assert sentence in cause_of(instance)
    assert short in cause_note(instance)
    assert len(cause_note(instance)) <= NOTE_CELLS
    for phase in (Phase.FAILED, Phase.EXITED):
        assert sentence in advice(phase, status_msg=message).cause
        assert note(phase, status_msg=message) == cause_note(instance)


@pytest.mark.parametrize("message", [None, "", "success, running me/timeout_oom/ssh", "Extracting"])
def test_other_words_have_no_cause(message: str | None) -> None:
    instance = replace(ONE, status_msg=message)
    assert (cause_of(instance), cause_note(instance)) == ("", "")


def test_a_message_from_better_days_explains_no_end() -> None:
    stale = "success, running a/b/ssh"
    assert "log says why" in advice(Phase.EXITED, status_msg=stale).cause
    assert note(Phase.EXITED, status_msg=stale) == "exited: see log"
    assert note(Phase.FAILED, status_msg="Error: odd") == "Error: odd"
    assert note(Phase.FAILED, status_msg=None) == "failed: see log"


@pytest.mark.parametrize(
    ("phase", "passed", "changes", "expected"),
    [
        (Phase.RUNNING, 60, {}, "ssh direct"),
        (Phase.RUNNING, 60, {"ports": ()}, "ssh: proxy, not direct"),
        (Phase.RUNNING, 5, {"ports": ()}, "ssh via proxy"),
        (Phase.RUNNING, 5, {"ports": WEB}, "ssh: proxy, not direct"),
        (Phase.RUNNING, 60, {"ports": (), **PROXY}, "ssh via proxy"),
        (Phase.RUNNING, 60, {"ports": (), "ssh_host": None}, "no ssh address"),
        (Phase.RUNNING, 60, {"disk_usage": 57.0, "end_date": NOW + DAY}, "disk 95 % full"),
        (Phase.RUNNING, 60, {"end_date": NOW + 2.9 * DAY}, "ends in 2 d"),
        (Phase.RUNNING, 60, {"end_date": NOW + 23.9 * HOUR}, "ends in 23 h"),
        (Phase.RUNNING, 60, {"end_date": NOW - 5}, "ends in under 1 h"),
        (Phase.LOADING, 60, {}, "GPU not billed yet"),
        (Phase.LOADING, 60, {"endpoint_id": 7}, "GPU billed"),
        (Phase.PROVISIONING, 60, {"endpoint_id": 7}, "GPU not billed yet"),
        (Phase.LOADING, 60, {"status_msg": "c6: Extracting"}, "c6: Extracting"),
        (Phase.LOADING, 301, {"status_msg": "c6: Extracting"}, "slow: usually 5 min"),
        (Phase.PROVISIONING, 1201, {}, "stuck: rent another"),
        (Phase.STOPPED, 3600, {}, "disk costs $0.24/day"),
        (Phase.STOPPED, 11 * DAY, {}, "disk $2.64 so far"),
        (Phase.STOPPED, 11 * DAY, {"end_date": NOW + 2 * DAY}, "disk gone in 2 d"),
        (Phase.OUTBID, 60, {}, "outbid: $0.140 wins"),
        (Phase.OUTBID, 60, {"min_bid": None}, "outbid"),
        (Phase.OFFLINE, 60, {}, "offline, not billed"),
    ],
)
def test_notes(phase: Phase, passed: float, changes: dict[str, object], expected: str) -> None:
    assert note(phase, passed, **changes) == expected  # type: ignore[arg-type]


def test_a_stop_that_nobody_saw_costs_at_least_so_much() -> None:
    assert note(Phase.STOPPED, 11 * DAY, exact=False) == "disk ≥$2.64 so far"
    assert note(Phase.STOPPED, 11 * DAY, bill=Bill(0.0, None)) == "disk is billed"


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("passed", [0.0, 6 * MINUTE, 21 * MINUTE, 90 * DAY])
@pytest.mark.parametrize("exact", [True, False])
def test_notes_fit_their_column(phase: Phase, passed: float, exact: bool) -> None:
    assert 0 < len(note(phase, passed, exact)) <= NOTE_CELLS
    for left in (-DAY, HOUR / 2, 23 * HOUR, 2.9 * DAY):
        assert len(note(phase, passed, exact, end_date=NOW + left)) <= NOTE_CELLS
    assert len(note(phase, passed, exact, bill=Bill(0.0, 0.4), min_bid=12.3456)) <= NOTE_CELLS
    assert len(note(phase, passed, exact, disk_usage=0.96, disk_util=0.96)) <= NOTE_CELLS


def test_what_is_said_of_a_new_instance_is_what_is_counted() -> None:
    disk = "until it is running, only the disk is billed."
    assert advice(Phase.LOADING).usual.endswith(disk)
    assert advice(Phase.PROVISIONING, endpoint_id=7).usual.endswith(disk)
    worker = "a worker of an endpoint counts as billed while it loads."
    assert advice(Phase.LOADING, endpoint_id=7).usual.endswith(worker)


def test_a_clock_that_went_back_is_no_time_at_all() -> None:
    assert note(Phase.LOADING, -HOUR) == "GPU not billed yet"
    assert not advice(Phase.SCHEDULING, -HOUR).urgent


@pytest.mark.parametrize(
    ("used", "size", "full"),
    [(54.0, 60.0, False), (54.1, 60.0, True), (None, 60.0, False), (5.0, None, False),
     (-1.0, 60.0, False), (0.0, 0.0, False)],
)  # fmt: skip
def test_a_disk_is_full_above_nine_tenths(
    used: float | None, size: float | None, full: bool
) -> None:
    assert is_full(replace(ONE, disk_usage=used, disk_space=size)) is full


@pytest.mark.parametrize(
    ("left", "soon"), [(3 * DAY, False), (3 * DAY - 1, True), (-1.0, True), (None, False)]
)
def test_a_contract_ends_soon_below_three_days(left: float | None, soon: bool) -> None:
    end = None if left is None else NOW + left
    assert ends_soon(replace(ONE, end_date=end), NOW) is soon
