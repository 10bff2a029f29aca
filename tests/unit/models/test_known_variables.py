"""Which variables are offered for an image."""

from __future__ import annotations

import pytest

from vasttui.models.known_variables import known_variables

EVERYWHERE = ["OPEN_BUTTON_PORT", "JUPYTER_PORT", "JUPYTER_TOKEN"]


@pytest.mark.parametrize(
    ("image", "own"),
    [
        ("vastai/vllm:v0.11.0", ["VLLM_MODEL", "VLLM_ARGS"]),
        ("docker.io/vastai/vllm", ["VLLM_MODEL", "VLLM_ARGS"]),
        ("vllm/vllm-openai:v0.11.0", []),
        ("ghcr.io/huggingface/text-generation-inference:3", ["MODEL_ID", "QUANTIZE"]),
        ("vastai/pytorch", []),
        ("", []),
    ],
)
def test_an_image_has_its_own_and_those_of_every_container(image: str, own: list[str]) -> None:
    assert [one.name for one in known_variables(image)] == own + EVERYWHERE
    assert all(one.about for one in known_variables(image))
