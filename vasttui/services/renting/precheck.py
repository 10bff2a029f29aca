"""Why an offer must not be rented any more on the terms that were agreed to."""

from __future__ import annotations

from dataclasses import dataclass

from vasttui.errors import VastError
from vasttui.models.rent import Agreed, RentRequest
from vasttui.services.renting.context import OfferLookup
from vasttui.services.renting.diff import is_dearer
from vasttui.services.renting.rental import RentStep
from vasttui.words import distinct_prices


@dataclass(frozen=True, slots=True)
class Objection:
    """How the rental ends, and why."""

    step: RentStep
    sentence: str
    offer_gone: bool = False


async def objection(api: OfferLookup, request: RentRequest, agreed: Agreed) -> Objection | None:
    """What speaks against sending the request now, by the offer as it is now."""
    try:
        offer = await api.get(request.ask, disk=request.disk, bid=request.bid is not None)
    except VastError as error:
        return Objection(
            RentStep.NOT_SENT,
            f"Nothing was rented: the price could not be read once more. {error.sentence}",
        )
    if offer is None:
        return Objection(RentStep.REFUSED, "The offer is gone: somebody else has it.", True)
    if request.bid is not None:
        price, limit, what = offer.min_bid or 0.0, request.bid, "minimum bid"
    else:
        price, limit, what = offer.dph_total, agreed.price, "price"
    if not is_dearer(limit, price):
        return None
    now, then = distinct_prices(price, limit, up=request.bid is not None)
    return Objection(
        RentStep.NOT_SENT, f"Nothing was rented: the {what} is {now} now, {then} was agreed."
    )
