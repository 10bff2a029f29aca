"""Templates (docs: "search templates"; client 1.9.1 `api/offers.py`)."""

from __future__ import annotations

import json
import re

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.models.decode_template import templates_from
from vasttui.models.template import Template

_HASH = re.compile(r"[0-9a-f]{32}\Z")


class TemplatesClient(ResourceClient):
    """Templates. Raises `VastError`."""

    async def search(self, words: str = "") -> tuple[Template, ...]:
        """Templates with exactly this name or hash id, without `words` the recommended ones; most
        used first: `GET /template/`. The documented filters cannot match part of a name."""
        wanted: dict[str, object] = {"recommended": {"eq": True}}
        if words:
            wanted = {"hash_id" if _HASH.match(words) else "name": {"eq": words}}
        query = {"select_cols": json.dumps(["*"]), "select_filters": json.dumps(wanted)}
        document = await self._engine.read(OPERATIONS["templates"], query)
        return templates_from(rows_in(document, "templates", "templates"))
