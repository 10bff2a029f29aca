"""Volumes of the account, and room for new ones (docs: "volumes"; client 1.9.1
`api/storage.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.models.decode_volume import spaces_from, volumes_from
from vasttui.models.volume import Space, VolumeList

_MOST = 64


class VolumesClient(ResourceClient):
    """Volumes. Reads raise `VastError`; changes are sent once and raise nothing."""

    async def list(self) -> VolumeList:
        """The account's volumes: `GET /volumes` (docs: "list volumes")."""
        query = {"owner": "me", "type": "all_volume"}
        document = await self._engine.read(OPERATIONS["volumes"], query)
        return volumes_from(rows_in(document, "volumes", "volumes"))

    async def search(
        self, size: int, *, verified: bool = True, machine: int | None = None
    ) -> tuple[Space, ...]:
        """Room for a volume of `size` GB, on one machine or anywhere, the cheapest first: `POST
        /volumes/search/` (docs: "search volumes"). At most 64; on one machine any host counts."""
        wanted: dict[str, Mapping[str, object]] = {
            "disk_space": {"gte": size}, "external": {"eq": False},
        }  # fmt: skip
        if machine is not None:
            wanted["machine_id"] = {"eq": machine}
        elif verified:
            wanted["verified"] = {"eq": True}
        body = {
            **wanted, "order": [["storage_cost", "asc"]], "limit": _MOST,
            "allocated_storage": float(size),
        }  # fmt: skip
        document = await self._engine.read(OPERATIONS["search_volumes"], body=body)
        found = spaces_from(rows_in(document, "offers", "offers of room"))
        return tuple(one for one in found if machine is None or one.machine_id == machine)

    async def create(self, space_id: int, size: int, name: str) -> Outcome:
        """Rent room for a volume of `size` GB: `PUT /volumes/` (docs: "rent volume")."""
        body = {"id": space_id, "size": size, "name": name}
        return await self._engine.write(OPERATIONS["create_volume"], body)

    async def delete(self, volume_id: int) -> Outcome:
        """Delete a volume and its data: `DELETE /volumes/` (docs: "delete volume")."""
        query = {"id": str(volume_id)}
        return await self._engine.write(OPERATIONS["delete_volume"], query=query)

    async def clone(self, volume_id: int, space_id: int) -> Outcome:
        """Rent room for a copy of a volume, of its size, and copy it there: `POST /volumes/copy/`
        (client 1.9.1 `clone volume`)."""
        body = {"src_id": volume_id, "dst_id": space_id}
        return await self._engine.write(OPERATIONS["clone_volume"], body)
