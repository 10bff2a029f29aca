"""What the journal keeps of a rental: enough to find it and to finish it, and nothing secret."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from vasttui.models.instance import Instance
from vasttui.models.rent import Agreed, RentRequest
from vasttui.models.rent_body import label_with, nonce_suffix, rent_body
from vasttui.models.ssh_key import SshKey
from vasttui.store.intent import Intent

KIND = "rent"
"""What the journal calls it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. `body` is a digest of the request; `keys` are public keys, without the
    comments that name their owners."""

    ask: int
    nonce: str
    name: str
    label: str
    body: str
    agreed: Agreed
    keys: tuple[SshKey, ...] = ()

    def is_mine(self, instance: Instance) -> bool:
        """Whether an instance came of it."""
        return nonce_suffix(self.nonce) in (instance.label or "")

    def is_same(self, request: RentRequest) -> bool:
        """Whether this is the very request that was sent."""
        return request.ask == self.ask and digest(request, self.nonce) == self.body

    def details(self) -> dict[str, str]:
        """As the journal keeps it."""
        return {
            "nonce": self.nonce,
            "name": self.name,
            "label": self.label,
            "body": self.body,
            "agreed": json.dumps(asdict(self.agreed)),
            "keys": json.dumps([key.text for key in self.keys]),
        }


def order_of(request: RentRequest, agreed: Agreed, keys: Sequence[SshKey], nonce: str) -> Order:
    """The order that goes with a request."""
    return Order(
        ask=request.ask,
        nonce=nonce,
        name=request.label or f"offer {request.ask}",
        label=label_with(request.label, nonce),
        body=digest(request, nonce),
        agreed=agreed,
        keys=tuple(SshKey(f"{key.kind} {key.blob}") for key in keys),
    )


def digest(request: RentRequest, nonce: str) -> str:
    """The request in a form that tells whether two are the same, and nothing else."""
    body = json.dumps(rent_body(request, nonce), sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def written_order(intent: Intent) -> Order:
    """The order of a row. Raises ValueError, KeyError or TypeError for one that makes no sense."""
    details: Mapping[str, str] = intent.details
    return Order(
        ask=int(intent.target),
        nonce=details["nonce"],
        name=details["name"],
        label=details["label"],
        body=details["body"],
        agreed=Agreed(**json.loads(details["agreed"])),
        keys=tuple(SshKey(text) for text in json.loads(details["keys"])),
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of it so far: kept as the note of the row.

    `sent_at` is when it was sent last (epoch seconds), `sends` how often, `ids` are the instances
    that are known to have come of it, `refusal` is why the service made one that does not run.
    """

    sent_at: float
    sends: int = 1
    ids: tuple[int, ...] = ()
    refusal: str = ""

    @property
    def note(self) -> str:
        """As the journal keeps it."""
        return json.dumps(asdict(self))

    def found(self, ids: Sequence[int]) -> Progress:
        """With these instances as well."""
        return replace(self, ids=(*self.ids, *(one for one in ids if one not in self.ids)))


def written_trace(intent: Intent) -> Progress:
    """The trace of a row. Raises ValueError, KeyError or TypeError for one that makes no sense."""
    if not intent.note:
        return Progress(intent.opened_at)
    fields = json.loads(intent.note)
    return Progress(**{**fields, "ids": tuple(int(one) for one in fields["ids"])})
