"""Reads lists page by page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from vasttui.api.answers import refusal_in
from vasttui.api.engine import Engine
from vasttui.api.operations import Operation
from vasttui.api.transport import Parse
from vasttui.errors import BrokenAnswer
from vasttui.models.decode_json import read_json

_MOST_PAGES = 400
_HINT = "The incomplete list was discarded; the next try is soon."


async def pages(
    engine: Engine, operation: Operation, query: Mapping[str, str], *, parse: Parse = read_json
) -> AsyncGenerator[dict[str, object], None]:
    """All pages in order. Raises `VastError` if one fails: an incomplete list is useless."""
    token: str | None = None
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        asked = dict(query) if token is None else {**query, "after_token": token}
        page = _checked(engine, operation, await engine.read(operation, asked, parse=parse))
        yield page
        token = _next_token(page)
        if token is None:
            return
        if token in seen:
            raise BrokenAnswer("Vast.ai keeps sending the same page.", hint=_HINT)
        seen.add(token)
    raise BrokenAnswer("The list has no end.", hint=_HINT)


def _checked(engine: Engine, operation: Operation, page: object) -> dict[str, object]:
    if not isinstance(page, dict):
        raise BrokenAnswer("The answer contains no list.", hint=_HINT)
    if page.get("error") or page.get("success") not in (True, None):
        sent_key = engine.transport.sends_key(operation)
        refused = refusal_in({**page, "success": False}, status=200, sent_key=sent_key)
        assert refused is not None
        raise refused
    return page


def _next_token(page: Mapping[str, object]) -> str | None:
    token = page.get("next_token")
    if token is None or token == "":
        return None
    if not isinstance(token, str) or len(token) > 4_096:
        raise BrokenAnswer("The position of the next page cannot be read.", hint=_HINT)
    return token
