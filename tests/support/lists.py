"""The program's first two lists, sorted by their columns."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.fleet_rows import NOW
from vasttui.lists.sorting import SortKeys, sorted_rows
from vasttui.models.money import PricedOffer
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.instances.columns import InstanceCells, instances_resource
from vasttui.ui.offers.columns import OfferCells, offers_resource

OFFER_LIST = offers_resource(OfferCells(lambda: NOW))
INSTANCE_LIST = instances_resource(InstanceCells(lambda: NOW))


def sorted_offers(rows: Sequence[PricedOffer], keys: SortKeys) -> list[PricedOffer]:
    """The rows in order; equal rows keep their order."""
    return sorted_rows(rows, keys, OFFER_LIST.reader)


def sorted_fleet(rows: Sequence[FleetRow], keys: SortKeys) -> list[FleetRow]:
    """The rows in order; equal rows are ordered by id."""
    by_id = sorted(rows, key=lambda row: row.id)
    return sorted_rows(by_id, keys, INSTANCE_LIST.reader)
