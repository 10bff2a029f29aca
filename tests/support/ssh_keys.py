"""Made-up public keys, and a service that stores lists of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import NetworkError, VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.system.programs import Finished, ProgramMissing

Keys = list[SshKey]

PRIVATE = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n"
)


def public_key(seed: str = "a", kind: str = "ssh-ed25519", comment: str = "me@laptop") -> str:
    """A line as in a `.pub` file."""
    random = hashlib.sha256(seed.encode()).digest()
    curve = kind.removeprefix("sk-").removeprefix("ecdsa-sha2-").partition("@")[0]
    size = {"nistp256": 65, "nistp384": 97, "nistp521": 133}.get(curve)
    parts = [kind.encode()]
    if kind == "ssh-rsa":
        parts += [b"\1\0\1", b"\0\xc0" + random * 8]
    elif size is not None:
        parts += [curve.encode(), (b"\4" + random * 8)[:size]]
    else:
        parts.append(random)
    if kind.startswith("sk-"):
        parts.append(b"ssh:")
    data = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"{kind} {base64.b64encode(data).decode()} {comment}".strip()


def write_key(
    folder: Path, name: str = "id_ed25519", seed: str = "a", mode: int | None = 0o600
) -> SshKey:
    """Both halves of a key in a folder; without a `mode` only the public one."""
    folder.mkdir(exist_ok=True)
    text = public_key(seed)
    (folder / f"{name}.pub").write_text(f"{text}\n")
    if mode is not None:
        (folder / name).write_text(PRIVATE)
        (folder / name).chmod(mode)
    return SshKey(text)


class KeyAccount:
    """The service's lists of keys. A new key appears after `delay` more readings."""

    def __init__(
        self, account: Sequence[SshKey] = (), instance: Sequence[SshKey] = (), delay: int = 0
    ) -> None:
        self.account = list(account)
        self.instance = list(instance)
        self.delay = delay
        self.outcome = Outcome(Fate.OK)
        self.unreadable: VastError | None = None
        self.sent: list[str] = []

    async def list(self) -> tuple[SshKey, ...]:
        return self._read(self.account)

    async def attached(self, instance_id: int) -> tuple[SshKey, ...]:
        return self._read(self.instance)

    async def add(self, text: str) -> Outcome:
        return self._take(self.account, f"account {text}", text)

    async def attach(self, instance_id: int, text: str) -> Outcome:
        return self._take(self.instance, f"{instance_id} {text}", text)

    async def detach(self, instance_id: int, key_id: int) -> Outcome:
        return self._drop(self.instance, f"detach {key_id} of {instance_id}", key_id)

    async def delete(self, key_id: int) -> Outcome:
        return self._drop(self.account, f"delete {key_id}", key_id)

    async def replace(self, key_id: int, text: str) -> Outcome:
        return self._put(key_id, text)

    def _put(self, key_id: int, text: str) -> Outcome:
        self.sent.append(f"replace {key_id} {text}")
        if self.outcome.fate in (Fate.OK, Fate.UNKNOWN):
            new = SshKey(text, key_id)
            self.account[:] = [new if key.id == key_id else key for key in self.account]
        return self.outcome

    def _drop(self, keys: Keys, what: str, key_id: int) -> Outcome:
        self.sent.append(what)
        if self.outcome.fate in (Fate.OK, Fate.UNKNOWN):
            keys[:] = [key for key in keys if key.id != key_id]
        return self.outcome

    def _read(self, keys: Keys) -> tuple[SshKey, ...]:
        if self.unreadable is not None:
            raise self.unreadable
        if self.sent and self.delay:
            self.delay -= 1
            return tuple(keys[:-1])
        return tuple(keys)

    def _take(self, keys: Keys, what: str, text: str) -> Outcome:
        self.sent.append(what)
        if self.outcome.fate in (Fate.OK, Fate.UNKNOWN):
            keys.append(SshKey(text))
        return self.outcome


class Programs:
    """Programs on a computer: what each answers, or that it is missing or never ends."""

    def __init__(self, **answers: Finished | type[TimeoutError]) -> None:
        self.answers = answers
        self.calls: list[list[str]] = []

    async def run(self, argv: Sequence[str], seconds: float) -> Finished:
        self.calls.append(list(argv))
        answer = self.answers.get(argv[0].replace("-", "_"))
        if answer is None:
            raise ProgramMissing(f"{argv[0]} cannot be run here: No such file or directory.")
        if isinstance(answer, Finished):
            return answer
        raise answer


OFFLINE = NetworkError("The service was not reached.")
