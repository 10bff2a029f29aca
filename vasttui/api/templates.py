"""Templates (docs: "search templates"; client 1.9.1 `api/offers.py`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.errors import Rejected
from vasttui.models.decode_template import templates_from
from vasttui.models.template import SearchField, Template
from vasttui.models.template_draft import TemplateDraft, create_body, edit_body

_BAD_REQUEST = 400

_FEW = 60
"""Rows that are read at once; one with 300 variables takes some ms."""


class TemplatesClient(ResourceClient):
    """Templates. Reads raise `VastError`; changes are sent once and raise nothing."""

    _parts = True

    async def recommended(self, me: int | None = None) -> tuple[Template, ...]:
        """Those that Vast.ai recommends, most used first: `GET /template/`. `me` is the id of this
        account."""
        return await self._read({"recommended": {"eq": True}}, me)

    async def own(self, me: int) -> tuple[Template, ...]:
        """Those of the account with this id: `GET /template/`."""
        return await self._read({"creator_id": {"eq": me}}, me)

    async def search(
        self, field: SearchField, words: str, me: int | None = None
    ) -> tuple[Template, ...]:
        """Templates with these words in that field, or with exactly this hash id: `GET /template/`.
        Where the service finds no parts of a text, those with exactly this one."""
        if self._parts and field != "hash_id":
            try:
                return await self._read({field: words}, me)
            except Rejected as error:
                if error.status != _BAD_REQUEST:
                    raise
                self._parts = False  # the documentation knows no parts of a text
        return await self._read({field: {"eq": words}}, me)

    async def with_ids(self, ids: Collection[int], me: int | None = None) -> tuple[Template, ...]:
        """Templates with these ids: `GET /template/`."""
        return await self._read({"id": {"in": sorted(ids)}}, me)

    async def create(self, draft: TemplateDraft) -> Outcome:
        """Create a template: `POST /template/` (docs: "create template")."""
        return await self._engine.write(OPERATIONS["create_template"], create_body(draft))

    async def edit(self, draft: TemplateDraft, old: Template) -> Outcome:
        """Change what differs from the `old` template; its hash id becomes another: `PUT
        /template/` (docs: "edit template")."""
        body = {"hash_id": old.hash_id, **edit_body(draft, old)}
        return await self._engine.write(OPERATIONS["edit_template"], body)

    async def delete(self, template_id: int) -> Outcome:
        """Delete a template: `DELETE /template/` (docs: "delete template"). Its id is one
        template's, while a hash id may be that of several."""
        body = {"template_id": template_id}
        return await self._engine.write(OPERATIONS["delete_template"], body)

    async def _read(self, wanted: dict[str, object], me: int | None) -> tuple[Template, ...]:
        query = {"select_cols": json.dumps(["*"]), "select_filters": json.dumps(wanted)}
        document = await self._engine.read(OPERATIONS["templates"], query)
        rows = rows_in(document, "templates", "templates")
        if len(rows) <= _FEW:
            return templates_from(rows, me)
        return await asyncio.to_thread(templates_from, rows, me)  # takes longer than a frame
