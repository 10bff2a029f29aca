"""What the journal keeps of a rental: enough to find and finish it, nothing secret."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from vasttui.models.instance import Instance
from vasttui.models.rent import Agreed, RentRequest
from vasttui.models.rent_body import label_with, nonce_suffix, rent_body
from vasttui.models.ssh_key import SshKey
from vasttui.store.holder import boot_id
from vasttui.store.intent import Intent

KIND = "rent"
"""The kind of its journal rows."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was ordered: the details of the row.

    `ask` is the offer's id, `nonce` is part of the instance's `label`, `body` is a digest of the
    request. `keys` are public keys without comments, which may name their owners.
    """

    ask: int
    nonce: str
    name: str
    label: str
    body: str
    agreed: Agreed
    keys: tuple[SshKey, ...] = ()

    @classmethod
    def of(cls, request: RentRequest, agreed: Agreed, keys: Sequence[SshKey], nonce: str) -> Order:
        """The order for a request."""
        return cls(
            ask=request.ask, nonce=nonce, name=request.label or f"offer {request.ask}",
            label=label_with(request.label, nonce), body=_digest(request, nonce), agreed=agreed,
            keys=tuple(SshKey(f"{key.kind} {key.blob}") for key in keys),
        )  # fmt: skip

    @classmethod
    def load(cls, intent: Intent) -> Order:
        """The order of a row. Raises ValueError, KeyError or TypeError if it is unreadable."""
        details: Mapping[str, str] = intent.details
        return cls(
            ask=int(intent.target), nonce=details["nonce"], name=details["name"],
            label=details["label"], body=details["body"],
            agreed=Agreed(**json.loads(details["agreed"])),
            keys=tuple(SshKey(text) for text in json.loads(details["keys"])),
        )  # fmt: skip

    def made(self, instance: Instance) -> bool:
        """Whether this order created the instance: the nonce is in its label or, as a label may be
        changed elsewhere, in its environment."""
        return instance.intent == self.nonce or nonce_suffix(self.nonce) in (instance.label or "")

    def is_same(self, request: RentRequest) -> bool:
        """Whether this is the request that was sent."""
        return request.ask == self.ask and _digest(request, self.nonce) == self.body

    def details(self) -> dict[str, str]:
        """The details of its row."""
        return {
            "nonce": self.nonce, "name": self.name, "label": self.label, "body": self.body,
            "agreed": json.dumps(asdict(self.agreed)),
            "keys": json.dumps([key.text for key in self.keys]),
        }  # fmt: skip


def _digest(request: RentRequest, nonce: str) -> str:
    """A hash of the body, to compare requests."""
    body = json.dumps(rent_body(request, nonce), sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress: the note of the row.

    `sent_at` is when it was last sent (monotonic seconds, which go on from program to program until
    the computer restarts: `boot`), `sends` how often; `ids` are its known instances; `refusal` is
    the service's message about an instance it created but did not start.
    """

    sent_at: float
    boot: str
    sends: int = 1
    ids: tuple[int, ...] = ()
    refusal: str = ""

    @classmethod
    def sent(cls, now: float, sends: int = 1) -> Progress:
        """Sent for the `sends`th time `now` (monotonic seconds)."""
        return cls(now, boot_id(), sends)

    @classmethod
    def load(cls, intent: Intent, now: float) -> Progress:
        """The progress of a row. Where it is unknown how long ago it was sent, that counts from
        `now` (monotonic seconds). Raises ValueError, KeyError or TypeError if it is unreadable."""
        note = dict(json.loads(intent.note or "{}"))
        boot = boot_id()
        # After a restart of the computer only its clock would tell, and that may be wrong.
        known = boot and note.get("boot") == boot
        return cls(
            sent_at=min(float(note["sent_at"]), now) if known else now,
            boot=boot,
            sends=int(note.get("sends", 1)),
            ids=tuple(int(one) for one in note.get("ids", ())),
            refusal=str(note.get("refusal", "")),
        )

    @property
    def note(self) -> str:
        """The note of its row."""
        return json.dumps(asdict(self))

    def with_ids(self, ids: Sequence[int]) -> Progress:
        """The same, with these instances added."""
        return replace(self, ids=(*self.ids, *(one for one in ids if one not in self.ids)))
