"""Which GPU a part of a name stands for."""

from __future__ import annotations

import pytest

from vasttui.query.gpu_names import gpu_matches, is_gpu_piece


@pytest.mark.parametrize(
    ("piece", "name"),
    [
        ("4090", "RTX 4090"),
        ("4090", "RTX 4090D"),
        ("4090", "RTX 4090 Ti"),
        ("3090", "RTX 3090 Ti"),
        ("40", "RTX 4060 laptop"),
        ("rtx 4090", "RTX 4090"),
        ("rtx4090", "RTX 4090"),
        ("a100", "A100 PCIE"),
        ("a100", "A100X"),
        ("h100 sxm", "H100 SXM"),
        ("6000 ada", "RTX 6000Ada"),
        ("6000", "RTX 6000Ada"),
        ("4070s ti", "RTX 4070S Ti"),
        ("a10", "A10g"),
        ("mi100", "InstinctMI100"),
        ("l40", "L40S"),
        ("pro 6000", "RTX PRO 6000 WS"),
        ("max-q", "RTX PRO 6000 Max-Q"),
    ],
)
def test_piece_of_a_name(piece: str, name: str) -> None:
    assert gpu_matches(piece, name)


@pytest.mark.parametrize(
    ("piece", "name"),
    [
        ("4000", "RTX A4000"),
        ("a10", "A100 PCIE"),
        ("l4", "L40S"),
        ("p4", "Tesla P40"),
        ("a40", "RTX A4000"),
        ("090", "RTX 4090"),
        ("4070 ti", "RTX 4070S Ti"),
        ("rtx 3090", "RTX 4090"),
        ("4090 d", "RTX 4090"),
    ],
)
def test_not_a_piece_of_the_name(piece: str, name: str) -> None:
    assert not gpu_matches(piece, name)


def test_a_piece_has_letters_or_digits() -> None:
    assert is_gpu_piece("l4")
    assert not is_gpu_piece("-.")
