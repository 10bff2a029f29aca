from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.ssh_keys import OFFLINE, KeyAccount, Programs, public_key, write_key
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.log import LogRequest, TextAnswer
from vasttui.models.ssh_address import SshAddress, SshWay, no_address_reason
from vasttui.models.ssh_key import SshKey
from vasttui.models.status import Phase
from vasttui.services.log_watch import LogSource
from vasttui.services.ssh import checks as ssh_check
from vasttui.services.ssh.checks import Check, CheckState, FixKind, failed_check, verdict
from vasttui.services.ssh.doctor import SshDoctor
from vasttui.services.ssh.local_keys import fingerprint
from vasttui.services.ssh.port import PortAnswer, PortState
from vasttui.services.system.programs import Finished

OK, BAD = CheckState.OK, CheckState.BAD
UNKNOWN, SKIPPED = CheckState.UNKNOWN, CheckState.SKIPPED

RUNNING = Instance(
    id=7, actual_status="running", public_ipaddr="192.0.2.45", ssh_host="ssh5.vast.ai",
    ssh_port=10600, ports=(PortMapping(22, "tcp", 30022),), image_runtype="ssh",
)  # fmt: skip
ANSWERS = PortAnswer(PortState.SSH, "SSH-2.0-OpenSSH_9.6")
REFUSED = PortAnswer(PortState.REFUSED)
DENIED = Finished(255, err="root@192.0.2.45: Permission denied (publickey).\n")
MINE = SshKey(public_key("a"))


class Patient:
    """Everything between this computer and a shell, working unless changed."""

    def __init__(self, folder: Path) -> None:
        self.folder: Path | None = folder
        self.known_hosts = folder.parent / "config" / "known_hosts"
        self.instance = RUNNING
        self.phase = Phase.RUNNING
        self.service = KeyAccount([MINE], [MINE])
        self.programs = Programs(ssh=Finished(0))
        self.ports: Mapping[bool, PortAnswer] = {True: ANSWERS, False: ANSWERS}
        self.knocked: list[SshAddress] = []
        self.config: str | None = None
        self.by_host: dict[str, Finished] = {}
        self.logs: LogSource | None = None

    async def run(self, argv: Sequence[str], seconds: float) -> Finished:
        answer = await self.programs.run(argv, seconds)
        if argv[:2] == ["ssh", "-G"]:
            return Finished(1) if self.config is None else Finished(0, self.config)
        return self.by_host.get(argv[-2], answer)

    async def probe_port(self, address: SshAddress) -> PortAnswer:
        self.knocked.append(address)
        return self.ports[address.direct]

    def answers(self, ssh: Finished | type[TimeoutError]) -> None:
        self.programs.answers["ssh"] = ssh

    @property
    def logins(self) -> list[list[str]]:
        return [argv for argv in self.programs.calls if argv[0] == "ssh" and "-G" not in argv]

    async def examined(self) -> list[Check]:
        doctor = SshDoctor(
            self.service, folder=self.folder, known_hosts=str(self.known_hosts),
            run=self.run, open_port=self.probe_port, logs=self.logs,
        )  # fmt: skip
        return [check async for check in doctor.examine(self.instance, self.phase)]


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    folder = tmp_path / "ssh"
    write_key(folder)
    return Patient(folder)


def states(checks: list[Check]) -> dict[str, CheckState]:
    return {check.name: check.state for check in checks}


def broken(checks: list[Check]) -> tuple[str, FixKind | None]:
    link = failed_check(checks)
    assert link is not None
    return link.name, link.fix.kind if link.fix is not None else None


async def test_when_all_is_well_every_link_holds_in_order(patient: Patient) -> None:
    checks = await patient.examined()
    assert [check.name for check in checks] == [
        "instance", "key on this computer", "key on the account", "key on the instance",
        "direct port", "proxy port", "login",
    ]  # fmt: skip
    assert set(states(checks).values()) == {OK}
    assert failed_check(checks) is None
    assert verdict(checks) == "Every check passed: the login works."
    assert "SSH-2.0-OpenSSH_9.6" in checks[4].sentence


async def test_the_login_asks_nothing_and_saves_its_host_key_apart(patient: Patient) -> None:
    await patient.examined()
    [argv] = patient.logins
    assert argv[-3:] == ["--", "root@192.0.2.45", "true"]
    for option in (
        "BatchMode=yes", "ConnectTimeout=8", "HostKeyAlias=vast-7", "ControlPath=none",
        "StrictHostKeyChecking=accept-new", "ForwardAgent=no", "ClearAllForwardings=yes",
        f'UserKnownHostsFile="{patient.known_hosts}"',
    ):  # fmt: skip
        assert argv[argv.index(option) - 1] == "-o"
    assert patient.known_hosts.parent.stat().st_mode & 0o777 == 0o700


async def test_checks_come_one_by_one(patient: Patient) -> None:
    """The dialog draws the first check before anything is connected."""
    doctor = SshDoctor(
        patient.service, folder=patient.folder, known_hosts=str(patient.known_hosts),
        run=patient.programs.run, open_port=patient.probe_port,
    )  # fmt: skip
    checks = doctor.examine(patient.instance, patient.phase)
    for name in (ssh_check.INSTANCE, ssh_check.LOCAL_KEY, ssh_check.ON_ACCOUNT):
        assert (await anext(checks)).name == name
        assert patient.knocked == []
    assert patient.logins == []


@pytest.mark.parametrize(
    ("phase", "fix"),
    [
        (Phase.STOPPED, FixKind.START),
        (Phase.LOADING, FixKind.WAIT),
        (Phase.SCHEDULING, FixKind.WAIT),
        (Phase.STOPPING, None),
        (Phase.OFFLINE, None),
        (Phase.OUTBID, None),
    ],
)
async def test_an_instance_that_does_not_run(
    patient: Patient, phase: Phase, fix: FixKind | None
) -> None:
    patient.phase = phase
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.INSTANCE, fix)
    assert checks[0].sentence == no_address_reason(RUNNING, phase)
    assert states(checks)[ssh_check.ON_INSTANCE] is OK
    assert states(checks)[ssh_check.LOGIN] is SKIPPED
    assert patient.knocked == []
    assert patient.logins == []


async def test_a_running_instance_without_an_address(patient: Patient) -> None:
    patient.instance = Instance(id=7, public_ipaddr="evil host", ssh_host="-oProxyCommand=x")
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.INSTANCE, None)
    assert patient.logins == []


async def test_without_a_folder_nothing_of_the_users_is_touched(patient: Patient) -> None:
    patient.folder = None
    checks = await patient.examined()
    assert states(checks)[ssh_check.INSTANCE] is OK
    assert {check.state for check in checks[1:]} == {SKIPPED}
    assert patient.programs.calls == []
    assert patient.knocked == []
    assert not patient.known_hosts.parent.exists()


# The key on this computer


async def test_no_key_at_all(patient: Patient, tmp_path: Path) -> None:
    patient.folder = tmp_path / "none"
    patient.answers(DENIED)
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOCAL_KEY, FixKind.GENERATE)
    link = failed_check(checks)
    assert link is not None
    assert link.fix is not None
    assert link.fix.path == tmp_path / "none" / "id_ed25519"


async def test_a_private_half_that_others_may_read(patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "ssh" / "id_ed25519").chmod(0o644)
    patient.answers(DENIED)
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOCAL_KEY, FixKind.MAKE_PRIVATE)
    assert checks[1].fix is not None
    assert checks[1].fix.path == tmp_path / "ssh" / "id_ed25519"


async def test_beside_a_public_half_alone_a_new_key_gets_a_free_name(
    patient: Patient, tmp_path: Path
) -> None:
    patient.answers(DENIED)
    (tmp_path / "ssh" / "id_ed25519").unlink()
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOCAL_KEY, FixKind.GENERATE)
    link = failed_check(checks)
    assert link is not None
    assert link.fix is not None
    assert link.fix.path == tmp_path / "ssh" / "id_ed25519_vast"


async def test_a_private_half_alone_is_not_called_missing(patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "ssh" / "id_ed25519.pub").unlink()
    checks = await patient.examined()
    assert checks[1].state is UNKNOWN
    assert "ssh-keygen -y" in checks[1].sentence


async def test_a_key_of_the_agent_is_enough(patient: Patient, tmp_path: Path) -> None:
    patient.folder = tmp_path / "none"
    patient.programs.answers["ssh_add"] = Finished(0, f"{MINE.text}\n")
    checks = await patient.examined()
    assert set(states(checks).values()) == {OK}


async def test_a_login_that_works_proves_the_keys_right(patient: Patient, tmp_path: Path) -> None:
    """ssh may know other keys from the user's own configuration."""
    patient.folder = tmp_path / "none"
    checks = await patient.examined()
    assert checks[1].state is BAD
    assert failed_check(checks) is None
    assert verdict(checks) == "Every check passed: the login works."


# The key at the service


async def test_a_key_that_is_nowhere_is_to_be_attached(patient: Patient) -> None:
    patient.service = KeyAccount([SshKey(public_key("other"))])
    patient.answers(DENIED)
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.ON_INSTANCE, FixKind.ATTACH)
    assert "15 s" in verdict(checks)
    link = failed_check(checks)
    assert link is not None
    assert link.fix is not None
    assert link.fix.key is not None
    assert link.fix.key.key == MINE


@pytest.mark.parametrize(
    ("account", "there", "sentence"),
    [
        ([MINE], [], "No key is attached. Keys the account had before it was rented may be in it."),
        ([], [], "No key is attached."),
        ([MINE], ["laptop"], "On it: laptop. None of the keys that can log in from here is among"),
        ([], [*"abcdef"], "On it: a, b, c, d and 2 more. None of the keys that can log in from"),
    ],
)
async def test_the_keys_on_the_instance_are_named(
    patient: Patient, account: list[SshKey], there: list[str], sentence: str
) -> None:
    keys = [SshKey(public_key(f"other {name}", comment=name)) for name in there]
    patient.service = KeyAccount(account, keys)
    patient.answers(DENIED)
    checks = await patient.examined()
    assert checks[3].name == ssh_check.ON_INSTANCE
    assert checks[3].sentence.startswith(sentence)


async def test_the_key_that_the_account_has_is_the_one_to_attach(
    patient: Patient, tmp_path: Path
) -> None:
    work = write_key(tmp_path / "ssh", "work", "b")
    patient.service = KeyAccount([work])
    patient.answers(DENIED)
    checks = await patient.examined()
    assert states(checks)[ssh_check.ON_INSTANCE] is UNKNOWN
    assert broken(checks) == (ssh_check.LOGIN, FixKind.ATTACH)
    assert checks[-1].fix is not None
    assert checks[-1].fix.key is not None
    assert checks[-1].fix.key.key == work


async def test_an_attached_key_that_ssh_skips(patient: Patient, tmp_path: Path) -> None:
    old = write_key(tmp_path / "ssh", "old", "b", mode=0o644)
    patient.service = KeyAccount([], [old])
    patient.answers(DENIED)
    assert broken(await patient.examined()) == (ssh_check.ON_INSTANCE, FixKind.MAKE_PRIVATE)


async def test_the_proxy_wants_the_key_on_the_account(patient: Patient) -> None:
    patient.instance = replace(RUNNING, ports=())
    patient.service = KeyAccount([], [MINE])
    patient.answers(DENIED)
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOGIN, FixKind.ADD_TO_ACCOUNT)
    assert checks[2].fix is None


async def test_the_direct_way_does_without_the_account(patient: Patient) -> None:
    patient.service = KeyAccount([], [MINE])
    patient.answers(DENIED)
    assert broken(await patient.examined()) == (ssh_check.LOGIN, FixKind.WAIT)


async def test_an_unknown_account_may_hold_the_key(patient: Patient) -> None:
    class NoAccount(KeyAccount):
        async def list(self) -> tuple[SshKey, ...]:
            raise OFFLINE

    patient.service = NoAccount()
    checks = await patient.examined()
    assert states(checks)[ssh_check.ON_INSTANCE] is UNKNOWN


async def test_an_attached_key_that_is_refused_may_need_time(patient: Patient) -> None:
    patient.answers(DENIED)
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOGIN, FixKind.WAIT)
    assert "keeps its own list" in verdict(checks)


async def test_lists_that_cannot_be_read_are_not_taken_for_empty(patient: Patient) -> None:
    patient.service.unreadable = OFFLINE
    checks = await patient.examined()
    assert states(checks)[ssh_check.ON_ACCOUNT] is UNKNOWN
    assert states(checks)[ssh_check.ON_INSTANCE] is UNKNOWN
    assert states(checks)[ssh_check.LOGIN] is OK


# Ports


async def test_a_closed_direct_port_and_an_open_proxy(patient: Patient) -> None:
    patient.ports = {True: REFUSED, False: ANSWERS}
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.DIRECT, FixKind.USE_PROXY)
    assert "ssh -p 10600 root@ssh5.vast.ai" in verdict(checks)
    assert patient.logins[0][-2] == "root@ssh5.vast.ai"


@pytest.mark.parametrize(
    ("answer", "fix"),
    [
        (REFUSED, FixKind.WAIT),
        (PortAnswer(PortState.SILENT, "it says nothing"), FixKind.WAIT),
        (PortAnswer(PortState.TIMED_OUT), None),
        (PortAnswer(PortState.NO_NAME), None),
        (PortAnswer(PortState.UNREACHABLE, "No route to host"), None),
    ],
)
async def test_no_port_answers(patient: Patient, answer: PortAnswer, fix: FixKind | None) -> None:
    patient.ports = {True: answer, False: answer}
    patient.answers(Finished(255, err="ssh: connect to host h port 22: Connection refused\n"))
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.DIRECT, fix)
    assert answer.detail in checks[4].sentence
    assert states(checks)[ssh_check.PROXY] is BAD


async def test_a_closed_proxy_is_no_broken_link_where_the_direct_port_answers(
    patient: Patient,
) -> None:
    patient.ports = {True: ANSWERS, False: REFUSED}
    checks = await patient.examined()
    assert states(checks)[ssh_check.PROXY] is UNKNOWN
    assert failed_check(checks) is None
    patient.answers(DENIED)
    assert broken(await patient.examined())[0] == ssh_check.LOGIN


async def test_the_users_own_way_around_closed_ports_counts(patient: Patient) -> None:
    """As with `ProxyJump` in ~/.ssh/config."""
    patient.ports = {True: REFUSED, False: REFUSED}
    checks = await patient.examined()
    assert states(checks)[ssh_check.DIRECT] is BAD
    assert failed_check(checks) is None


# The login


async def test_a_changed_host_key_comes_with_a_warning(patient: Patient) -> None:
    patient.answers(Finished(255, err="WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\n"))
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOGIN, FixKind.FORGET_HOST_KEY)
    assert "somebody else" in verdict(checks)


async def test_a_key_with_a_passphrase_is_no_broken_link(patient: Patient) -> None:
    patient.answers(
        Finished(255, err=f"debug1: Server accepts key: /u/id ED25519 SHA256:x\n{DENIED.err}")
    )
    checks = await patient.examined()
    assert checks[-1].state is UNKNOWN
    assert failed_check(checks) is None
    assert verdict(checks).startswith("No problem was found")


async def test_a_private_half_named_by_ssh_itself(patient: Patient, tmp_path: Path) -> None:
    write_key(tmp_path / "ssh", "old", "b", mode=0o644)
    patient.answers(Finished(255, err=f'Load key "/u/.ssh/old": bad permissions\n{DENIED.err}'))
    assert broken(await patient.examined()) == (ssh_check.LOGIN, FixKind.MAKE_PRIVATE)


async def test_a_direct_login_that_breaks_off_is_tried_through_the_proxy(patient: Patient) -> None:
    broke_off = Finished(255, err="Connection closed by 192.0.2.45 port 30022\n")
    patient.by_host = {"root@192.0.2.45": broke_off}
    checks = await patient.examined()
    assert states(checks)[ssh_check.LOGIN] is OK
    assert checks[-1].sentence.startswith("It works through the proxy. Directly: The server closed")
    assert checks[-1].address == SshAddress("ssh5.vast.ai", 10600, direct=False)
    patient.answers(broke_off)
    assert broken(await patient.examined()) == (ssh_check.LOGIN, FixKind.WAIT)


async def test_a_login_that_never_ends(patient: Patient) -> None:
    patient.answers(TimeoutError)
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOGIN, None)
    assert "over 20 s" in checks[-1].sentence


@pytest.mark.parametrize("trouble", [DENIED, TimeoutError])
async def test_a_way_that_was_just_refused_is_not_advised(
    patient: Patient, trouble: Finished | type[TimeoutError]
) -> None:
    patient.ports = {True: REFUSED, False: ANSWERS}
    patient.answers(trouble)
    checks = await patient.examined()
    assert broken(checks)[0] == ssh_check.LOGIN
    assert "through the proxy" in checks[-1].sentence
    assert "ssh -p 10600" not in verdict(checks)


async def test_the_way_that_answered_before_is_tried_first(patient: Patient) -> None:
    doctor = SshDoctor(
        patient.service, folder=patient.folder, known_hosts=str(patient.known_hosts),
        run=patient.run, open_port=patient.probe_port,
    )  # fmt: skip
    way = SshWay(direct=False, identity="/keys/work")
    checks = [check async for check in doctor.examine(RUNNING, Phase.RUNNING, way)]
    [argv] = patient.logins
    assert argv[-2] == "root@ssh5.vast.ai"
    assert argv[argv.index("-i") + 1 :][:3] == ["/keys/work", "-o", "IdentitiesOnly=yes"]
    assert checks[-1].address is not None


# What ssh would offer


async def test_an_attached_key_that_ssh_never_offers(patient: Patient, tmp_path: Path) -> None:
    work = write_key(tmp_path / "ssh", "work", "b")
    patient.service = KeyAccount([], [work])
    patient.answers(DENIED)
    patient.config = f"user root\nidentityfile {tmp_path}/ssh/id_ed25519\nidentitiesonly no\n"
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.ON_INSTANCE, FixKind.USE_KEY)
    fix = checks[3].fix
    assert fix is not None
    assert fix.path == tmp_path / "ssh" / "work"
    assert f"-i {fix.path} -o IdentitiesOnly=yes" in verdict(checks)
    patient.config += f"identityfile {tmp_path}/ssh/work\n"
    assert broken(await patient.examined()) == (ssh_check.LOGIN, FixKind.WAIT)


async def test_a_key_that_the_configuration_names_elsewhere(
    patient: Patient, tmp_path: Path
) -> None:
    work = write_key(tmp_path / "elsewhere", "work", "b")
    patient.service = KeyAccount([], [work])
    patient.config = f"identityfile {tmp_path}/elsewhere/work\n"
    checks = await patient.examined()
    assert "work.pub is attached" in checks[3].sentence
    assert states(checks)[ssh_check.ON_INSTANCE] is OK


async def test_with_identities_only_the_agent_alone_is_not_enough(
    patient: Patient, tmp_path: Path
) -> None:
    other = SshKey(public_key("b"))
    patient.service = KeyAccount([], [other])
    patient.programs.answers["ssh_add"] = Finished(0, f"{other.text}\n")
    patient.config = f"identityfile {tmp_path}/ssh/id_ed25519\nidentitiesonly yes\n"
    checks = await patient.examined()
    assert states(checks)[ssh_check.ON_INSTANCE] is BAD
    assert checks[3].fix is None
    patient.config = patient.config.replace("yes", "no")
    assert states(await patient.examined())[ssh_check.ON_INSTANCE] is OK


async def test_the_agent_of_the_configuration_is_asked(patient: Patient, tmp_path: Path) -> None:
    other = SshKey(public_key("b"))
    patient.service = KeyAccount([], [other])
    patient.programs.answers["env"] = Finished(0, f"{other.text}\n")
    patient.config = f"identityfile {tmp_path}/ssh/id_ed25519\nidentityagent /run/other\n"
    assert states(await patient.examined())[ssh_check.ON_INSTANCE] is OK
    assert ["env", "SSH_AUTH_SOCK=/run/other", "ssh-add", "-L"] in patient.programs.calls
    patient.config = patient.config.replace("/run/other", "none")
    assert states(await patient.examined())[ssh_check.ON_INSTANCE] is not OK


async def test_too_many_keys_leave_the_attached_one(patient: Patient, tmp_path: Path) -> None:
    patient.answers(Finished(255, err="Received disconnect: Too many authentication failures\n"))
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOGIN, FixKind.USE_KEY)


# The container's log


class ContainerLog:
    def __init__(self, *lines: str) -> None:
        self.lines = lines

    async def logs(self, instance_id: int, request: LogRequest) -> TextAnswer:
        if not self.lines:
            raise OFFLINE
        return TextAnswer(self.lines)


async def test_a_refusal_is_explained_by_the_containers_log(patient: Patient) -> None:
    refused = "Authentication refused: bad ownership or modes for directory /root"
    patient.logs = ContainerLog("Server listening", refused, "Connection closed [preauth]")
    assert states(await patient.examined())[ssh_check.LOGIN] is OK
    patient.answers(DENIED)
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.LOGIN, FixKind.WAIT)
    assert f"The container's log says: {refused}." in verdict(checks)
    assert "chmod 600" in verdict(checks)
    assert "its own list" not in verdict(checks)


async def test_an_old_reason_explains_nothing(patient: Patient, tmp_path: Path) -> None:
    refused = "Authentication refused: bad ownership or modes for directory /root"
    patient.answers(DENIED)
    patient.logs = ContainerLog(refused, "Accepted publickey for root from 192.0.2.1")
    assert "The container's log gives no reason." in verdict(await patient.examined())
    patient.logs = ContainerLog(refused)
    patient.config = f"identityfile {tmp_path}/ssh/other\n"
    checks = await patient.examined()
    assert broken(checks) == (ssh_check.ON_INSTANCE, FixKind.USE_KEY)
    assert "log" not in checks[-1].sentence.replace("login", "")


async def test_a_log_without_a_reason_and_one_that_cannot_be_read(patient: Patient) -> None:
    patient.answers(DENIED)
    patient.logs = ContainerLog("step 1 loss 2.0")
    assert "The container's log gives no reason." in verdict(await patient.examined())
    patient.logs = ContainerLog()
    assert "The container's log could not be read" in verdict(await patient.examined())


async def test_both_fingerprints_of_a_changed_host_key(patient: Patient) -> None:
    patient.known_hosts.parent.mkdir()
    kind, blob, _ = public_key("host").split()
    patient.known_hosts.write_text(f"vast-8 {kind} x\nvast-7 {kind} {blob}\n")
    now = "SHA256:ZoMnYqbxBVDeoBzc2zaQuLeXqjvlkNDCjSRnrkPMTfI"
    patient.answers(
        Finished(255, err="WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\n"
                 f"The fingerprint for the ED25519 key sent by the remote host is\n{now}.\n")
    )  # fmt: skip
    words = verdict(await patient.examined())
    assert f"Saved: {kind} {fingerprint(f'{kind} {blob}')}. Now: ED25519 {now}." in words


async def test_without_ssh_the_command_is_to_be_copied(patient: Patient) -> None:
    del patient.programs.answers["ssh"]
    checks = await patient.examined()
    assert checks[-1].state is UNKNOWN
    assert "Copy the command" in checks[-1].sentence


async def test_only_broken_links_have_fixes(patient: Patient) -> None:
    for ssh in (Finished(0), DENIED, TimeoutError):
        patient.answers(ssh)
        for service in (KeyAccount(), KeyAccount([MINE]), KeyAccount([], [MINE])):
            patient.service = service
            checks = await patient.examined()
            assert {check.state for check in checks if check.fix is not None} <= {BAD}
            assert all(check.sentence.isprintable() for check in checks)
