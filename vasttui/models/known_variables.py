"""Variables that well-known images read, and that Vast.ai itself reads of a container."""

from __future__ import annotations

import re
from collections.abc import Iterable
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


_ACCOUNT_KEYS = frozenset({"VAST_API_KEY", "VASTAI_API_KEY"})
_CONTAINER_KEY = "CONTAINER_API_KEY"
_OWN = frozenset(
    {
        "PATH", "HOME", "USER", "SHELL", "HOSTNAME", "PWD", "IFS", "ENV", "BASH_ENV", "LD_PRELOAD",
        "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "CONTAINER_ID", "VAST_CONTAINERLABEL",
    }
)  # fmt: skip


_GETS = "is the account's API key: every host would get it, and could spend your credit"
KEY_SENTENCE = f"That {_GETS}."
"""Said of a value."""


def key_problem(name: str) -> str:
    """Why a variable of this name is not sent to hosts, as a clause; empty if it may be."""
    name = name.upper()
    if name in _ACCOUNT_KEYS:
        return f"{name} {_GETS}"
    if name == _CONTAINER_KEY:
        return f"{name} is set by Vast.ai: it is the key that a container has for itself alone"
    return ""


def replaces(names: Iterable[str]) -> str:
    """What these variables do to a container, as a clause; empty if they are only added."""
    own = [name for name in names if name in _OWN]
    if not own:
        return ""
    return f"{', '.join(own)} {'replaces' if len(own) == 1 else 'replace'} the container's own"
