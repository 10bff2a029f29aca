from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ssh_keys import PRIVATE, Programs, public_key, write_key
from vasttui.errors import VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.local_keys import (
    LARGEST,
    agent_keys,
    find_local_keys,
    fingerprint,
    free_key_path,
    generate_key,
    keygen_argv,
    make_private,
    parse_public_key,
    read_key_file,
    read_public_key,
    with_agent,
)
from vasttui.services.system.programs import Finished

REAL = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
REAL_PRINT = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"

_watching: list[list[str]] = []


def _note_opening(event: str, args: tuple[object, ...]) -> None:
    if _watching and event == "open":
        _watching[-1].append(str(args[0]))


sys.addaudithook(_note_opening)


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """The name of every file opened in this process meanwhile."""
    _watching.append([])
    yield _watching[-1]
    _watching.pop()


def test_keys_are_found_by_their_public_halves(tmp_path: Path) -> None:
    write_key(tmp_path, "id_ed25519", "one")
    write_key(tmp_path, "id_rsa", "two", mode=None)
    write_key(tmp_path, "work", "three", mode=0o644)
    for name in ("config", "known_hosts", "notes.pub.txt"):
        (tmp_path / name).write_text("Host *\n")
    (tmp_path / "id_ed25519-cert.pub").write_text("ssh-ed25519-cert-v01@openssh.com AAAA\n")

    found = find_local_keys(tmp_path)

    assert [(key.name, key.private_found, key.usable) for key in found.keys] == [
        ("id_ed25519.pub", True, True),
        ("id_rsa.pub", False, False),
        ("work.pub", True, False),
    ]
    assert found.problems == ()
    assert found.keys[0].key.comment == "me@laptop"
    assert found.keys[0].fingerprint == fingerprint(public_key("one"))


@pytest.mark.parametrize("mode", [0o000, 0o200, 0o640, 0o604, 0o666])
def test_a_private_half_of_such_a_mode_is_of_no_use(tmp_path: Path, mode: int) -> None:
    write_key(tmp_path, mode=mode)
    key = find_local_keys(tmp_path).keys[0]
    assert (key.private_found, key.private_mode_ok) == (True, False)


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_a_private_half_of_such_a_mode_is_fine(tmp_path: Path, mode: int) -> None:
    write_key(tmp_path, mode=mode)
    assert find_local_keys(tmp_path).keys[0].usable


def test_no_private_half_is_ever_opened(tmp_path: Path, opened: list[str]) -> None:
    write_key(tmp_path, "id_ed25519")
    write_key(tmp_path, "locked", "b", mode=0o000)
    (tmp_path / "link.pub").symlink_to(tmp_path / "locked")
    (tmp_path / "odd.pub").symlink_to(tmp_path / "id_ed25519")
    opened.clear()

    found = find_local_keys(tmp_path)
    for name in ("id_ed25519", "locked", "link.pub"):
        with pytest.raises(VastError, match="was not opened"):
            read_public_key(str(tmp_path / name))

    assert [key.name for key in found.keys] == ["id_ed25519.pub", "locked.pub"]
    assert len(found.problems) == 2
    here = {Path(name).name for name in opened if name.startswith(str(tmp_path))}
    assert here == {"id_ed25519.pub", "locked.pub"}


def test_a_private_key_in_a_pub_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "swapped.pub").write_text(PRIVATE)
    found = find_local_keys(tmp_path)
    assert found.keys == ()
    assert "private key" in found.problems[0]
    assert "b3BlbnNzaC1rZXk" not in found.problems[0]


def test_a_link_to_another_public_half_is_followed(tmp_path: Path) -> None:
    write_key(tmp_path / "elsewhere", "mine")
    (tmp_path / "id_ed25519.pub").symlink_to(tmp_path / "elsewhere" / "mine.pub")
    assert [key.name for key in find_local_keys(tmp_path).keys] == ["id_ed25519.pub"]


def test_odd_files_are_problems_and_never_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a_pipe.pub")
    (tmp_path / "b_folder.pub").mkdir()
    (tmp_path / "c_circle.pub").symlink_to(tmp_path / "c_circle.pub")
    (tmp_path / "d_big.pub").write_text(public_key() + "x" * LARGEST)
    (tmp_path / "e_empty.pub").write_text("")
    (tmp_path / "f_\x1b[31m.pub").write_text("no key\n")
    (tmp_path / "g_bytes.pub").write_bytes(b"ssh-ed25519 \xff\xfe\n")
    found = find_local_keys(tmp_path)
    assert found.keys == ()
    assert len(found.problems) == 7
    assert all(problem.isprintable() for problem in found.problems)


def test_a_missing_folder_has_no_keys_and_a_file_is_a_problem(tmp_path: Path) -> None:
    assert find_local_keys(tmp_path / "none").keys == ()
    assert find_local_keys(tmp_path / "none").problems == ()
    (tmp_path / "file").write_text("")
    assert "cannot be read" in find_local_keys(tmp_path / "file").problems[0]


def test_the_fingerprint_is_that_of_ssh_keygen() -> None:
    assert fingerprint(f"{REAL} git@github.com") == REAL_PRINT
    assert fingerprint("nothing at all!") == ""
    assert fingerprint("ssh-ed25519") == ""


@pytest.mark.parametrize(
    "kind",
    ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"],
)
def test_kinds_that_servers_take(kind: str) -> None:
    assert parse_public_key(public_key(kind=kind)).kind == kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PRIVATE, "private key"),
        (f"{public_key()} -----BEGIN RSA PRIVATE KEY-----", "private key"),
        (public_key() + "\n" + public_key("b"), "one line"),
        (public_key() + "\x0b" + public_key("b"), "one line"),
        (public_key() + "x" * LARGEST, "Too long"),
        (public_key(kind="ssh-dss"), "DSA"),
        (f'command="rm -rf /" {public_key()}', "not a public SSH key"),
        (public_key(kind="ssh-unheard-of"), "not a public SSH key"),
        ("ssh-rsa " + public_key().split()[1], "damaged"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "damaged"),
        ("ssh-ed25519 AAAA*", "damaged"),
        ("ssh-ed25519", "damaged"),
        ("", "one line"),
    ],
)
def test_what_is_no_public_key_is_refused(text: str, words: str) -> None:
    with pytest.raises(VastError, match=words):
        parse_public_key(text)


def test_a_hostile_comment_becomes_harmless() -> None:
    key = parse_public_key(public_key(comment="\x1b]0;owned\x07 [red]x[/] \u202eevil\x00"))
    assert key.text.isprintable()
    assert "\u202e" not in key.text
    assert key.blob == SshKey(public_key()).blob


def test_a_comment_may_be_long_or_missing() -> None:
    assert len(parse_public_key(public_key(comment="c" * 5000)).text) < 400
    assert parse_public_key(public_key(comment="")).comment == ""


def test_pasted_text_and_named_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = write_key(tmp_path / ".ssh")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_public_key(f"  {key.text}\n") == key
    for path in ("~/.ssh/id_ed25519.pub", "@~/.ssh/id_ed25519.pub", " @ ~/.ssh/id_ed25519.pub"):
        assert read_public_key(path) == key
    with pytest.raises(VastError) as caught:
        read_public_key("~/.ssh/id_ed25519")
    assert caught.value.hint == f"Choose {tmp_path}/.ssh/id_ed25519.pub."


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (" ", "no key"),
        ("/nowhere/id.pub", "No such file"),
        ("~nobody-of-that-name/id.pub", "no such user"),
        ("x" * 5000, "neither"),
        ("a\0b.pub", "neither"),
        ("ssh-dss AAAA", "DSA"),
        ("README", "end in .pub"),
        (PRIVATE, "private key"),
    ],
)
def test_wrong_input_is_answered_in_a_sentence(given: str, words: str) -> None:
    with pytest.raises(VastError, match=words) as caught:
        read_public_key(given)
    assert str(caught.value).isprintable()


# ssh-agent


async def test_keys_of_the_agent_are_added(tmp_path: Path) -> None:
    write_key(tmp_path, "id_ed25519", "a", mode=None)
    lines = f"{public_key('a')}\n{public_key('b', comment='card')}\nssh-dss AAAA\n"
    programs = Programs(ssh_add=Finished(0, lines))
    keys = with_agent(find_local_keys(tmp_path).keys, await agent_keys(programs.run))
    assert [(key.name, key.usable) for key in keys] == [("id_ed25519.pub", True), ("card", True)]
    assert programs.calls == [["ssh-add", "-L"]]


@pytest.mark.parametrize(
    "answer", [None, Finished(1, "The agent has no identities.\n"), Finished(2), TimeoutError]
)
async def test_without_an_agent_there_are_no_more_keys(
    answer: Finished | type[TimeoutError] | None,
) -> None:
    programs = Programs(**({"ssh_add": answer} if answer is not None else {}))
    assert await agent_keys(programs.run) == ()


# Generating a key


class Keygen(Programs):
    """ssh-keygen, which writes both halves."""

    async def run(self, argv: object, seconds: float) -> Finished:
        assert isinstance(argv, list)
        path = Path(argv[argv.index("-f") + 1])
        path.write_text(PRIVATE)
        path.chmod(0o600)
        path.with_name(f"{path.name}.pub").write_text(
            public_key(comment=argv[argv.index("-C") + 1])
        )
        return await super().run(argv, seconds)


async def test_a_key_is_made_where_there_is_none(tmp_path: Path) -> None:
    programs = Keygen(ssh_keygen=Finished(0))
    path = tmp_path / ".ssh" / "id_ed25519"
    key = await generate_key(path, "me@laptop", programs.run)
    assert key.usable
    assert key.path == path.with_suffix(".pub")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert programs.calls == [
        ["ssh-keygen", "-q", "-t", "ed25519", "-C", "me@laptop", "-f", str(path), "-N", ""]
    ]


def test_the_comment_of_a_new_key_is_one_line_of_text(tmp_path: Path) -> None:
    argv = keygen_argv(tmp_path / "k", "a\nb\x1b")
    assert argv[argv.index("-C") + 1] == "a b␛"


@pytest.mark.parametrize("there", ["id_ed25519", "id_ed25519.pub"])
@pytest.mark.parametrize("dangling", [False, True])
async def test_nothing_is_overwritten(tmp_path: Path, there: str, dangling: bool) -> None:
    if dangling:
        (tmp_path / there).symlink_to(tmp_path / "target")
    else:
        (tmp_path / there).write_text("mine")
    programs = Keygen(ssh_keygen=Finished(0))
    with pytest.raises(VastError, match="exists already"):
        await generate_key(tmp_path / "id_ed25519", "c", programs.run)
    assert programs.calls == []
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "ssh-keygen cannot be run here"),
        (TimeoutError, "timed out"),
        (Finished(1, err="No space\x1b[2J left\n"), "No space␛.2J left"),
        (Finished(3), "exit code 3"),
    ],
)
async def test_why_no_key_was_made(
    tmp_path: Path, answer: Finished | type[TimeoutError] | None, words: str
) -> None:
    programs = Programs(**({"ssh_keygen": answer} if answer is not None else {}))
    with pytest.raises(VastError, match=words):
        await generate_key(tmp_path / "id_ed25519", "c", programs.run)


def test_chmod_makes_a_private_half_usable(tmp_path: Path) -> None:
    write_key(tmp_path, mode=0o644)
    make_private(tmp_path / "id_ed25519")
    assert read_key_file(tmp_path / "id_ed25519.pub").usable
    with pytest.raises(VastError, match="cannot be changed"):
        make_private(tmp_path / "none")


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], "id_ed25519"),
        (["id_ed25519"], "id_ed25519_vast"),
        (["id_ed25519.pub", "id_ed25519_vast"], "id_ed25519_vast2"),
    ],
)
def test_a_new_key_gets_a_name_that_is_free(tmp_path: Path, taken: list[str], free: str) -> None:
    for name in taken:
        (tmp_path / name).write_text("mine")
    assert free_key_path(tmp_path) == tmp_path / free
