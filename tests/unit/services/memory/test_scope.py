"""What a search was limited to, from its filters."""

from __future__ import annotations

import pytest

from vasttui.models.search import Scope, SearchOptions, Trust
from vasttui.query.parse import parse
from vasttui.query.wire import server_query
from vasttui.services.memory.scope import scope_of

RTX, L4 = "RTX 4090", "L4"


@pytest.mark.parametrize(
    ("text", "trust", "scope"),
    [
        ("", "verified", Scope("verified", only=True)),
        ("", "datacenter", Scope("datacenter", only=True)),
        ("", "any", Scope("any", only=True)),
        ("gpu:4090 n=2", "verified", Scope("verified", (RTX,), 2, only=True)),
        (f'gpu_name="{L4}"', "verified", Scope("verified", (L4,), only=True)),
        ("n>=2", "verified", Scope("verified")),
        ("rel>=.98 gpu:l4", "any", Scope("any", (L4,))),
        ("verified=any", "verified", Scope("any", only=True)),
        ("verified=no", "any", Scope(None, only=True)),
        ("datacenter=yes", "any", Scope(None, only=True)),
        ("external=any", "any", Scope("any")),
        ("rentable=any", "any", Scope("any")),
    ],
)
def test_scope(text: str, trust: Trust, scope: Scope) -> None:
    query = parse(text).query
    sent = server_query(query, SearchOptions(trust=trust), (RTX, L4), full=True)
    assert scope_of(sent) == scope
