"""What the rest of the program may ask of the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from vasttui.api.exchange import Exchange
from vasttui.api.outcome import Fate as Fate
from vasttui.api.outcome import Outcome as Outcome
from vasttui.api.outcome import new_contract as new_contract
from vasttui.models.account import Account
from vasttui.models.charge import Charge
from vasttui.models.instance import Instance
from vasttui.models.offer import Offer
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.rent import RentRequest
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template


@dataclass(frozen=True, slots=True)
class OfferBatch:
    """Some rows of one answer, in wire order.

    `bad` counts rows that could not be read, `patched` rows with an unreadable detail shown as
    unknown; `reasons` says why in a few plain sentences.
    """

    offers: tuple[Offer, ...]
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceList:
    """All instances of the account, from all pages of one reading.

    `bad` counts rows without a readable id, `reasons` says why in a few plain sentences. Rows
    with other unreadable fields are among the `instances` (see `Instance.unread`).
    """

    instances: tuple[Instance, ...]
    bad: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """A text that the service fetched from a host: logs, or what a command printed.

    `lines` are cleaned. `cut` says that older lines were dropped because there were too many.
    """

    lines: tuple[str, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest:
    """Which log is wanted: the container's or the host's (`daemon`), how many lines from the end,
    and what the service should look for in them (empty: everything)."""

    daemon: bool = False
    tail: int = 1000
    filter: str = ""


class OfferSearch(Protocol):
    """What the market needs of the service."""

    def search_offers(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """`POST /bundles/` with that body; batches arrive as they are decoded."""


class VastAPI(OfferSearch, Protocol):
    """The calls of this program. Each raises a `VastError` when it fails.

    Those that change something return an `Outcome` instead and raise nothing: that nobody knows
    what became of a request is not a failure but an answer. None of them repeats itself.
    """

    async def gpu_names(self) -> tuple[str, ...]:
        """`GET /gpu_names/unique/`: every GPU name the market knows, sorted."""

    async def current_user(self) -> Account:
        """`GET /users/current`: the account behind the key."""

    async def instances(self) -> InstanceList:
        """`GET /api/v1/instances/`, all pages. Raises when any page fails: half a list would
        make machines look destroyed."""

    async def instance(self, instance_id: int) -> Instance | None:
        """`GET /instances/{id}/`; None when the service says that there is no such instance."""

    async def raw_instance(self, instance_id: int) -> Mapping[str, object] | None:
        """The same read, as the service sent it: strings cleaned, secrets replaced by `***`."""

    async def set_state(self, instance_id: int, state: Literal["running", "stopped"]) -> Outcome:
        """`PUT /instances/{id}/` with a state."""

    async def set_label(self, instance_id: int, label: str) -> Outcome:
        """`PUT /instances/{id}/` with a label, empty for none; 1024 characters at most."""

    async def reboot(self, instance_id: int) -> Outcome:
        """`PUT /instances/reboot/{id}/`: stops and starts the container, keeps the GPU."""

    async def recycle(self, instance_id: int) -> Outcome:
        """`PUT /instances/recycle/{id}/`: makes the container anew from its image."""

    async def change_bid(self, instance_id: int, price: float) -> Outcome:
        """`PUT /instances/bid_price/{id}/`, $/h for all GPUs of the instance."""

    async def destroy(self, instance_id: int) -> Outcome:
        """`DELETE /instances/{id}/`: the instance and its disk are gone for ever."""

    async def rent(self, wanted: RentRequest, nonce: str) -> Outcome:
        """`PUT /asks/{id}/`, once. `nonce` goes into the label (`<label> vt-<nonce>`) and into the
        environment (`VASTTUI_INTENT`), so that the instance can be found whatever becomes of the
        answer. An outcome may name a contract although it is refused: see `new_contract`."""

    async def offer(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
        """The one offer with that id as it is now, priced for `disk` GB; None when it is not to
        be had. Uses `POST /bundles/`."""

    async def labelled(self, label: str) -> InstanceList:
        """Instances with exactly that label, of all pages. Falls back to reading all of them
        where the service refuses to filter; raises when that fails too, for a failed list is not
        an empty one."""

    async def templates(self, words: str = "") -> tuple[Template, ...]:
        """`GET /template/`: recommended ones, or those with exactly that name or hash id; the most
        used first."""

    async def logs(self, instance_id: int, wanted: LogRequest) -> TextAnswer:
        """`PUT /instances/request_logs/{id}/`, then the file it names, for up to 20 s."""

    async def execute(self, instance_id: int, command: str) -> TextAnswer:
        """`PUT /instances/command/{id}/` (`ls`, `rm` or `du`, 512 characters), then its output.

        Raises `BrokenAnswer` when it is unknown whether the command ran. Never repeats itself.
        """

    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        """`GET /api/v0/charges/` of instances between two times (epoch seconds), all pages."""

    async def price_increases(self) -> tuple[PriceIncrease, ...]:
        """`GET /instances/pending-price-increases/`."""

    async def answer_price_increase(self, increase_id: int, *, accept: bool) -> Outcome:
        """`PUT /instances/accept-price-increase/` or `.../reject-price-increase/`."""

    async def account_keys(self) -> tuple[SshKey, ...]:
        """`GET /ssh/`: the public keys that new instances get. None is no error."""

    async def instance_keys(self, instance_id: int) -> tuple[SshKey, ...]:
        """`GET /instances/{id}/ssh/`."""

    async def add_account_key(self, text: str) -> Outcome:
        """`POST /ssh/` with a public key."""

    async def delete_account_key(self, key_id: int) -> Outcome:
        """`DELETE /ssh/{id}/`."""

    async def attach_key(self, instance_id: int, text: str) -> Outcome:
        """`POST /instances/{id}/ssh/` with a public key. Already there counts as done."""

    async def detach_key(self, instance_id: int, key_id: int) -> Outcome:
        """`DELETE /instances/{id}/ssh/{key_id}/`."""

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """The last requests, oldest first, without the key."""

    def force(self) -> None:
        """The user wants an answer now: do not wait for a service that was down."""

    async def aclose(self) -> None:
        """Close all connections."""
