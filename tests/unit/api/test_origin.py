"""Which addresses a key may be sent to."""

from __future__ import annotations

import pytest

from vasttui.api.origin import OFFICIAL, Origin, parse_origin
from vasttui.errors import SettingsError


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("https://console.vast.ai", OFFICIAL),
        ("https://console.vast.ai/", OFFICIAL),
        ("https://console.vast.ai/api/v0", OFFICIAL),
        ("https://console.vast.ai/api/v0/", OFFICIAL),
        ("  HTTPS://Console.Vast.AI:443/api/v1 ", OFFICIAL),
        ("https://market.example:8443", "https://market.example:8443"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
        ("http://127.0.0.1:8080/api/v0", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:9", "http://[::1]:9"),
        ("http://localhost:80", "http://localhost"),
    ],
)
def test_addresses_come_down_to_scheme_host_and_port(address: str, base: str) -> None:
    assert str(parse_origin(address)) == base


@pytest.mark.parametrize(
    "address",
    [
        "", "console.vast.ai", "ftp://console.vast.ai", "https://", "https:///api/v0",
        "http://console.vast.ai", "http://10.0.0.1", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example", "http://0.0.0.0", "http://[::ffff:10.0.0.1]",
        "https://user@console.vast.ai", "https://user:pass@console.vast.ai",
        "https://console.vast.ai@evil.example", "https://console.vast.ai\\@evil.example",
        "https://console.vast.ai/elsewhere", "https://console.vast.ai/api/v0/../..",
        "https://console.vast.ai?x=1", "https://console.vast.ai/api/v0?api_key=1",
        "https://console.vast.ai#x", "https://console.vast.ai:0", "https://console.vast.ai:99999",
        "https://console.vast.ai:http", "https://con\nsole.vast.ai", "https://con sole.vast.ai",
        "https://-oops.example", "https://[fe80::1%25eth0]", "https://[::1", "http://[::1%25lo]",
        "https://vast\u200b.ai", "https://väst.ai",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_origin(address)
    assert "pass" not in str(caught.value).replace("password", "")
    assert str(caught.value).isprintable()


def test_only_the_official_address_is_official() -> None:
    assert parse_origin("https://console.vast.ai/api/v0").is_official
    for other in ("https://console.vast.ai:444", "https://run.vast.ai", "http://localhost"):
        assert not parse_origin(other).is_official


def test_an_origin_owns_exactly_its_scheme_host_and_port() -> None:
    origin = Origin("https", "console.vast.ai", 443)
    assert origin.owns("https", "console.vast.ai", None)
    assert origin.owns("https", "console.vast.ai", 443)
    assert not origin.owns("http", "console.vast.ai", 443)
    assert not origin.owns("https", "console.vast.ai", 8443)
    assert not origin.owns("https", "vast.ai", None)
    assert not origin.owns("https", "console.vast.ai.evil.example", None)
    assert not origin.owns("ftp", "console.vast.ai", None)
