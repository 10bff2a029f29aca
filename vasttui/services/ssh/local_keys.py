"""The SSH keys of this computer, by their public halves. Only `*.pub` files are ever opened; of a
private half only existence and mode are read."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from vasttui.errors import VastError
from vasttui.files import make_folder
from vasttui.models.ssh_key import SshKey
from vasttui.services.system.programs import Run, run_program
from vasttui.text import clean

LARGEST = 16_384
"""Maximum bytes of a public key."""

KINDS = frozenset({
    "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
})  # fmt: skip

NEW_KEY = "id_ed25519"
"""The name of a new key; ssh tries it by default."""

_PRIVATE = "PRIVATE KEY"
_LIKE_A_KEY = re.compile(r"(?:sk-)?(?:ssh|ecdsa)-\S+(?: |\Z)")
_AGENT_SECONDS = 2.0
_KEYGEN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A public key on this computer. `path` is its file, None if only ssh-agent holds it.
    `private_mode_ok`: only the owner can read the private half, as ssh requires."""

    path: Path | None
    key: SshKey
    fingerprint: str
    private_found: bool = False
    private_mode_ok: bool = False
    in_agent: bool = False

    @property
    def private_path(self) -> Path | None:
        """Where the private half belongs."""
        return self.path.with_suffix("") if self.path is not None else None

    @property
    def name(self) -> str:
        """Its name for the user: its file, else the comment, else the fingerprint."""
        if self.path is not None:
            return clean(self.path.name)
        return self.key.comment or self.fingerprint

    @property
    def usable(self) -> bool:
        """Whether ssh can log in with it here."""
        return self.in_agent or (self.private_found and self.private_mode_ok)


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """The keys in a directory; `problems` are sentences about other `.pub` files. Not `searched`:
    the directory could not be read."""

    keys: tuple[LocalKey, ...] = ()
    problems: tuple[str, ...] = ()
    searched: bool = True


def find_local_keys(directory: Path) -> LocalKeys:
    """The keys of a directory such as `~/.ssh`, by name. Blocks: call it in a thread. A missing
    directory has none; an unreadable one is a problem."""
    try:
        with os.scandir(directory) as entries:
            names = sorted(entry.name for entry in entries if _may_be_key(entry.name))
    except FileNotFoundError:
        return LocalKeys()
    except OSError as error:
        sentence = f"{_shown(directory)} cannot be read: {error.strerror}."
        return LocalKeys(problems=(sentence,), searched=False)
    keys, problems = [], []
    for name in names:
        try:
            keys.append(read_key_file(directory / name))
        except VastError as error:
            problems.append(str(error))
    return LocalKeys(tuple(keys), tuple(problems))


def keys_elsewhere(named: Iterable[Path], known: Iterable[LocalKey]) -> list[LocalKey]:
    """The keys that ssh is told to use and that are not `known`. `named` are private halves, or
    public ones whose private half the agent holds. Blocks."""
    there = {key.path for key in known}
    keys = []
    for path in named:
        public = path if path.suffix == ".pub" else _pub_of(path)
        if public not in there and public.exists():
            with contextlib.suppress(VastError):
                keys.append(read_key_file(public))
    return keys


def read_key_file(path: Path) -> LocalKey:
    """The key of a `.pub` file. Blocks. Raises VastError if it is not one."""
    data = _read_pub(path)
    try:
        key = parse_public_key(data.decode("utf-8", "replace"))
    except VastError as error:
        raise VastError(f"{_shown(path)}: {error}", hint=error.hint) from None
    found, mode_ok = _private_half(path.with_suffix(""))
    return LocalKey(path, key, fingerprint(key.text), found, mode_ok)


def read_public_key(path_or_text: str) -> SshKey:
    """A pasted key, or the key of a `.pub` file whose path may follow a `@`. Blocks. Raises
    VastError."""
    given = path_or_text.strip().removeprefix("@").lstrip()
    if not given:
        raise VastError("There is no key: paste one, or name a file that ends in .pub.")
    if _PRIVATE in given or "\n" in given or _LIKE_A_KEY.match(given):
        return parse_public_key(given)
    if len(given) > 4096 or "\0" in given:
        raise VastError("That is neither a public key nor the name of a file.")
    try:
        path = Path(given).expanduser()
    except RuntimeError:
        raise VastError(f"{_shown(Path(given))}: there is no such user here.") from None
    return read_key_file(path).key


def parse_public_key(text: str) -> SshKey:
    """`type base64 [comment]`, made safe to show and to send. Raises VastError."""
    if _PRIVATE in text:
        raise VastError(
            "That is a private key; nothing was done with it.",
            hint="Choose the file that ends in .pub.",
        )
    line = text.strip()
    if len(line.encode("utf-8", "replace")) > LARGEST:
        raise VastError(f"Too long for a public key: {LARGEST:,} bytes at most.")
    if len(line.splitlines()) != 1:
        raise VastError("A public key is one line: `type base64 comment`.")
    kind, _, rest = line.partition(" ")
    blob, _, comment = rest.strip().partition(" ")
    if kind == "ssh-dss":
        raise VastError("DSA keys are no longer accepted by SSH servers: make an ed25519 key.")
    if kind not in KINDS:
        raise VastError("That is not a public SSH key: they begin with ssh-ed25519, ssh-rsa, …")
    key = SshKey(" ".join([kind, blob, clean(comment)]).strip())
    if not key.is_whole:
        raise VastError(f"The {kind} key is damaged: copy the whole line of its .pub file.")
    return key


def fingerprint(text: str) -> str:
    """`SHA256:...` of a public key, as `ssh-keygen -l` prints it; empty for an invalid key."""
    try:
        data = base64.b64decode(SshKey(text).blob, validate=True)
    except (binascii.Error, ValueError):
        return ""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"SHA256:{digest}" if data else ""


def with_agent(keys: Iterable[LocalKey], agent: Iterable[SshKey]) -> tuple[LocalKey, ...]:
    """The keys, marked if ssh-agent holds them too, then those that only ssh-agent holds."""
    held = {key.blob: key for key in agent}
    local = tuple(replace(key, in_agent=key.key.blob in held) for key in keys)
    for key in local:
        held.pop(key.key.blob, None)
    alone = (LocalKey(None, key, fingerprint(key.text), in_agent=True) for key in held.values())
    return (*local, *alone)


async def agent_keys(run: Run = run_program, agent: str | None = None) -> tuple[SshKey, ...]:
    """The keys that ssh-agent holds; none if there is no agent or it is slow. `agent` is its
    socket: empty for none, None for the one of the environment."""
    if agent == "":
        return ()
    there = [] if agent is None else ["env", f"SSH_AUTH_SOCK={agent}"]
    try:
        listed = await run([*there, "ssh-add", "-L"], _AGENT_SECONDS)
    except (VastError, TimeoutError):
        return ()
    keys = []
    for line in listed.out.splitlines() if listed.code == 0 else ():
        try:
            keys.append(parse_public_key(line))
        except VastError:
            continue  # certificates and unsupported kinds
    return tuple(keys)


def keygen_argv(path: Path, comment: str) -> list[str]:
    """The command to create an ed25519 key without a passphrase."""
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-C", clean(comment), "-f", str(path.absolute())]
    return [*argv, "-N", ""]


def free_key_path(folder: Path) -> Path:
    """Where a new key replaces nothing, first the name that ssh tries by default. Blocks."""
    others = (f"{NEW_KEY}_vast{number or ''}" for number in (0, *range(2, 1000)))
    paths = (folder / name for name in (NEW_KEY, *others))
    return next(path for path in paths if not _is_taken(path))


async def generate_key(path: Path, comment: str, run: Run = run_program) -> LocalKey:
    """Create a key without a passphrase; replaces nothing. Raises VastError."""
    await asyncio.to_thread(_make_room, path)
    try:
        made = await run(keygen_argv(path, comment), _KEYGEN_SECONDS)
    except TimeoutError:
        raise VastError("ssh-keygen timed out; no key was made.") from None
    if made.code != 0:
        reason = clean(made.err or made.out) or f"exit code {made.code}"
        raise VastError(f"ssh-keygen could not make the key: {reason}")
    return await asyncio.to_thread(read_key_file, _pub_of(path))


def make_private(path: Path) -> None:
    """Make a private half readable by its owner only. Raises VastError."""
    try:
        path.chmod(0o600)
    except OSError as error:
        raise VastError(f"{_shown(path)} cannot be changed: {error.strerror}.") from None


def _may_be_key(name: str) -> bool:
    return name.endswith(".pub") and not name.endswith("-cert.pub")


def _make_room(path: Path) -> None:
    """Check that a new key would replace nothing, and create its directory."""
    if _is_taken(path):
        raise VastError(f"{_shown(path)} exists already; nothing was changed.")
    try:
        make_folder(path.parent)
    except OSError as error:
        raise VastError(f"{_shown(path.parent)} cannot be created: {error.strerror}.") from None


def _is_taken(path: Path) -> bool:
    # lexists: ssh-keygen would write through a dangling link
    return os.path.lexists(path) or os.path.lexists(_pub_of(path))


def _pub_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _read_pub(path: Path) -> bytes:
    """The bytes of a `.pub` file. A link must lead to another `.pub` file."""
    if path.suffix != ".pub":
        hint = f"Choose {_shown(_pub_of(path))}." if _pub_of(path).exists() else ""
        raise VastError(
            f"{_shown(path)} was not opened: public keys are in files that end in .pub.", hint=hint
        )
    try:
        real = Path(os.path.realpath(path, strict=True))
        if real.suffix != ".pub":
            raise VastError(f"{_shown(path)} was not opened: it is a link to something else.")
        # O_NONBLOCK: a pipe of that name would wait for its writer
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise VastError(f"{_shown(path)} is not a regular file.")
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise VastError(f"{_shown(path)} cannot be read: {error.strerror}.") from None
    if len(data) > LARGEST:
        raise VastError(f"{_shown(path)} is too long for a public key.")
    return data


def _private_half(path: Path) -> tuple[bool, bool]:
    """Whether it exists, and whether only its owner can read it."""
    try:
        status = path.stat()
    except OSError:
        return False, False
    return stat.S_ISREG(status.st_mode), status.st_mode & 0o477 == 0o400


def _shown(path: Path) -> str:
    return clean(str(path))
