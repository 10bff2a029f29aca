"""The host keys of instances, in a file of their own.

The proxy's ports are reused for other machines, so a host key belongs to an instance, not to an
address (`HostKeyAlias` in every command).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from pathlib import Path

from vasttui.errors import VastError
from vasttui.files import read_regular
from vasttui.models.connect import alias_of
from vasttui.services.ssh.local_keys import fingerprint
from vasttui.services.system.private_file import write_private
from vasttui.text import clean


def forget_hosts(known_hosts: Path, instance_ids: Iterable[int]) -> int:
    """Remove the keys of destroyed or recycled instances; returns how many lines. Blocks. Raises
    VastError."""
    aliases = [alias_of(one).encode() for one in instance_ids]
    try:
        lines = read_regular(known_hosts, _MOST).splitlines(keepends=True)
        kept = [line for line in lines if not _is_for(line, aliases)]
        if len(kept) < len(lines):
            write_private(known_hosts, b"".join(kept))
    except FileNotFoundError:
        return 0
    except OSError as error:
        name = clean(str(known_hosts))
        raise VastError(f"{name} could not be changed: {error.strerror}.") from None
    return len(lines) - len(kept)


_MOST = 8_000_000
"""Bytes of a file of host keys."""

_SENT = re.compile(
    r"fingerprint for the (\S{1,30}) key sent by the remote host is\s+([A-Za-z0-9:+/=]{20,100})"
)


def changed_words(said: str, known_hosts: Path, instance_id: int) -> str:
    """The fingerprints of the host key now, as ssh said it, and of those saved. Blocks."""
    sent = _SENT.search(said)
    now = f" Now: {sent[1]} {sent[2]}." if sent else ""
    alias = alias_of(instance_id).encode()
    try:
        lines = read_regular(known_hosts, _MOST).splitlines()
    except OSError:
        return now
    saved = [line.split() for line in lines if _is_for(line, [alias]) and line[:1] != b"@"]
    keys = [b" ".join(words[1:3]).decode("utf-8", "replace") for words in saved]
    texts = [f"{clean(key.partition(' ')[0])} {fingerprint(key)}" for key in keys]
    return f" Saved: {', '.join(texts)}.{now}" if texts else now


def _is_for(line: bytes, aliases: Iterable[bytes]) -> bool:
    """Whether a line is about one of these names (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""
    words = line.split()
    if not words or words[0].startswith(b"#"):
        return False
    names = words[1] if words[0].startswith(b"@") and len(words) > 1 else words[0]
    if names.startswith(b"|1|"):
        return any(_is_hash_of(names, alias) for alias in aliases)
    listed = names.split(b",")
    return any(alias in listed for alias in aliases)


def _is_hash_of(hashed: bytes, name: bytes) -> bool:
    """`|1|salt|hash`: Debian's ssh saves names like this."""
    try:
        _, _, salt, digest = hashed.split(b"|")
        key, wanted = base64.b64decode(salt), base64.b64decode(digest)
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(hmac.digest(key, name, hashlib.sha1), wanted)
