"""Units and words of values, worked by hand."""

from __future__ import annotations

import pytest

from vasttui.query.offer_fields import OFFERS
from vasttui.query.values import Unreadable, read_value

DAY = 86_400.0


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        # GPU memory in GB of 1024 MB.
        ("vram", "24", 24), ("vram", "24g", 24), ("vram", "24GB", 24), ("vram", "24 GiB", 24),
        ("vram", "24576m", 24), ("vram", "24576MB", 24), ("vram", "24576mib", 24),
        ("vram", "1t", 1024), ("vram", "1tb", 1024), ("vram", "1TiB", 1024),
        # The official field: GB of 1000 MB, in MB on the wire.
        ("gpu_ram", "24", 24_000), ("gpu_ram", "24gb", 24_000), ("gpu_ram", "24g", 24_000),
        ("gpu_ram", "24GiB", 24_576), ("gpu_ram", "24000m", 24_000), ("gpu_ram", "1t", 1_000_000),
        ("gpu_ram", "24000mb", 24_000), ("gpu_ram", "24000mib", 24_000),
        ("gpu_ram", "1tb", 1_000_000), ("gpu_ram", "1TiB", 1_048_576),
        # Disks in GB of 1000 MB.
        ("disk", "60", 60), ("disk", "60g", 60), ("disk", "60GB", 60), ("disk", "60gib", 60),
        ("disk", "500m", 0.5), ("disk", "500MB", 0.5), ("disk", "500mib", 0.5),
        ("disk", "2t", 2000), ("disk", "2TB", 2000), ("disk", "2TiB", 2048),
        # Time in seconds; days without a unit.
        ("ends", "3", 3 * DAY), ("ends", "3d", 3 * DAY), ("ends", "12h", 43_200),
        ("ends", "30m", 1_800), ("ends", "30min", 1_800), ("ends", "2w", 14 * DAY),
        ("ends", "2mo", 60 * DAY), ("ends", "1y", 365 * DAY), ("ends", "0.5d", 43_200),
        # Mb/s.
        ("down", "100", 100), ("down", "500k", 0.5), ("down", "500kb", 0.5), ("down", "100m", 100),
        ("down", "100mb", 100), ("down", "1g", 1000), ("down", "1.5Gb", 1500),
        # A share, in per cent above 1.
        ("rel", "0.98", 0.98), ("rel", "98", 0.98), ("rel", "98%", 0.98), ("rel", "1", 1),
        ("rel", "0.5%", 0.005), ("rel", "1.5", 0.015),
        ("eff", "$0.60", 0.6), ("eff", ".6", 0.6), ("eff", "6e-1", 0.6), ("eff", "-1", -1),
        # The multiplier of the official command line: days.
        ("duration", "2", 2 * DAY),
    ],
)  # fmt: skip
def test_numbers_with_and_without_units(field: str, text: str, value: float) -> None:
    found = OFFERS.find(field)
    assert found is not None
    assert read_value(found, text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *((word, True) for word in ("true", "yes", "on", "1", "1.0", "True", "YES")),
        *((word, False) for word in ("false", "no", "off", "0", "0.0", "False")),
    ],
)
def test_words_for_yes_and_no(word: str, value: bool) -> None:
    found = OFFERS.find("datacenter")
    assert found is not None
    assert read_value(found, word) is value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("vram", "24d"), ("down", "100MB"), ("down", "1GB"), ("ends", "3x"), ("eff", "cheap"),
        ("eff", "1e999"), ("eff", "5%"), ("datacenter", "2"), ("cc", "D1"), ("cc", "DEU"),
        ("driver", "new"),
    ],
)  # fmt: skip
def test_what_is_no_value(field: str, text: str) -> None:
    found = OFFERS.find(field)
    assert found is not None
    with pytest.raises(Unreadable):
        read_value(found, text)
