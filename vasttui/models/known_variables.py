"""Variables that well-known images read, and that Vast.ai itself reads of a container."""

from __future__ import annotations

import re
from typing import NamedTuple


class KnownVariable(NamedTuple):
    """A variable, and what it is for."""

    name: str
    about: str


_IMAGES: tuple[tuple[re.Pattern[str], tuple[KnownVariable, ...]], ...] = (
    (
        re.compile(r"\bvastai/vllm\b"),
        (
            KnownVariable("VLLM_MODEL", "model to serve, such as Qwen/Qwen3-8B"),
            KnownVariable("VLLM_ARGS", "arguments of vllm serve: --max-model-len 8192"),
        ),
    ),
    (
        re.compile(r"\btext-generation-inference\b|/tgi\b"),
        (
            KnownVariable("MODEL_ID", "model to serve, such as Qwen/Qwen3-8B"),
            KnownVariable("QUANTIZE", "how it is quantized: awq, gptq, fp8"),
        ),
    ),
)
"""Images by a part of their name (docs: "vLLM", "text generation inference")."""

_EVERYWHERE = (
    KnownVariable("OPEN_BUTTON_PORT", "port inside that the Open button opens"),
    KnownVariable("JUPYTER_PORT", "port inside that the Jupyter button opens"),
    KnownVariable("JUPYTER_TOKEN", "token to sign in to Jupyter with"),
)
"""What Vast.ai reads of any container (docs: "instances: Docker execution environment")."""


def known_variables(image: str) -> tuple[KnownVariable, ...]:
    """The variables to offer for this image, its own first."""
    own = [one for pattern, names in _IMAGES if pattern.search(image) for one in names]
    return (*own, *_EVERYWHERE)
