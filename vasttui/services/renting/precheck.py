"""Checks an offer again before the request is sent again."""

from __future__ import annotations

from dataclasses import dataclass

from vasttui.errors import VastError
from vasttui.models.rent import Agreed, RentRequest
from vasttui.models.rent_terms import agreed_to, is_direct
from vasttui.services.renting.context import OfferLookup
from vasttui.services.renting.diff import is_dearer, worse
from vasttui.services.renting.rental import RentStep
from vasttui.words import distinct_prices


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """Why a request is not sent, as a sentence; `offer_gone`: there is nothing to compare."""

    why: str
    offer_gone: bool = False

    @property
    def step(self) -> RentStep:
        """How that ends a rental of which nothing was sent."""
        return RentStep.REFUSED if self.offer_gone else RentStep.NOT_SENT

    @property
    def sentence(self) -> str:
        """What to show then."""
        return self.why if self.offer_gone else f"Nothing was rented: {self.why}"


async def check_offer(api: OfferLookup, request: RentRequest, agreed: Agreed) -> FailedCheck | None:
    """Read the offer again. None if it is available as agreed."""
    try:
        offer = await api.get(request.ask, disk=request.disk, bid=request.bid is not None)
    except VastError as error:
        return FailedCheck(f"the price could not be checked again. {error.sentence}")
    if offer is None:
        return FailedCheck("The offer is no longer available.", offer_gone=True)
    if request.bid is not None:
        price, limit, what = offer.min_bid or 0.0, request.bid, "minimum bid"
    else:
        price, limit, what = offer.dph_total, agreed.price, "price"
    if is_dearer(limit, price):
        now, then = distinct_prices(price, limit, up=request.bid is not None)
        return FailedCheck(f"the {what} is {now} now, {then} was agreed.")
    direct = is_direct(offer, request.launch, request.ports) if request.direct else None
    offered = agreed_to(offer, request.disk, request.bid, direct, request.volume)
    changes = worse(agreed, offered)
    if not changes:
        return None
    return FailedCheck(f"the offer changed. {' '.join(one.sentence for one in changes)}")
