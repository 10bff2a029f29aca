"""The templates of a simulated world: recommended ones, the account's own, another user's."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

USER = 123456
VAST, SOMEBODY = 1, 48_982
"""Creators: Vast.ai itself, and another user."""

_LONG_AGO = 1_722_400_000.5
_DEFAULTS: Mapping[str, Any] = {
    "tag": "latest", "env": "", "onstart": None, "runtype": "args", "ssh_direct": False,
    "jup_direct": False, "use_ssh": False, "use_jupyter_lab": False, "jupyter_dir": None,
    "docker_login_repo": None, "docker_login_user": None, "docker_login_pass": None,
    "extra_filters": {}, "recommended_disk_space": 8, "readme": None, "readme_visible": True,
    "desc": None, "args_str": None, "href": None, "repo": None, "private": True,
    "volume_info": None,
}  # fmt: skip
"""What a template that says nothing of it has (docs: "create template")."""

FIELDS = frozenset({"name", "image", *_DEFAULTS})
"""What can be set."""


@dataclass(frozen=True, slots=True)
class TemplateEntry:
    """One template. `content` has all that can be set, `used` counts its instances at `created_at`
    (epoch seconds)."""

    id: int
    creator: int
    content: dict[str, Any]
    created_at: float
    used: int = 0
    recommended: bool = False
    known_hash: str = ""

    @property
    def hash_id(self) -> str:
        """A digest of the content."""
        text = json.dumps(self.content, sort_keys=True)
        return self.known_hash or hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.content["name"])

    @property
    def whole_image(self) -> str:
        """The image with its tag."""
        image, tag = self.content["image"], self.content["tag"]
        return f"{image}:{tag}" if tag and ":" not in str(image) else str(image)

    @property
    def onstart(self) -> str:
        """The start-up script."""
        return str(self.content["onstart"] or "")

    @property
    def runtype(self) -> str:
        """The launch mode, as a rental names it."""
        word = str(self.content["runtype"] or "args")
        flag = {"ssh": "ssh_direct", "jupyter": "jup_direct"}.get(word)
        return f"{word}_direct" if flag and self.content[flag] else word

    @property
    def variables(self) -> dict[str, str]:
        """The flags as the environment of an instance."""
        words = shlex.split(str(self.content["env"] or ""))
        found = {}
        for flag, value in pairwise(words):
            if flag == "-p":
                found[f"-p {value}"] = "1"
            elif flag == "-e":
                name, _, content = value.partition("=")
                found[name] = content
        return found

    def row(self, now: float) -> dict[str, object]:
        """As it is listed."""
        content = dict(self.content)
        readme = content.pop("readme")
        used = self.used + (int((now - _LONG_AGO) / 600) % 5_000 if self.recommended else 0)
        return {
            **content,
            "id": self.id,
            "hash_id": self.hash_id,
            "creator_id": self.creator,
            "default_tag": content["tag"],
            "extra_filters": json.dumps(content["extra_filters"]),
            "readme": readme,
            "readme_hash": readme and hashlib.md5(
                str(readme).encode(), usedforsecurity=False
            ).hexdigest(),
            "recommended": self.recommended,
            "created_at": self.created_at,
            "recent_create_date": self.created_at + 3600.0 if used else None,
            "count_created": used,
            "deleted_at": None,
            "created_from": None,
            "created_from_id": None,
            "command": None,
            "autoscaler": False,
            "cached": self.recommended,
            "vm": "kvm" in str(content["image"]),
        }  # fmt: skip


def filled(content: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of a template that sets these; a disk size may come as text."""
    known = {name: value for name, value in content.items() if name in FIELDS}
    whole = {**_DEFAULTS, **{name: value for name, value in known.items() if value is not None}}
    disk = whole["recommended_disk_space"]
    try:
        whole["recommended_disk_space"] = float(disk)
    except (TypeError, ValueError):
        whole["recommended_disk_space"] = _DEFAULTS["recommended_disk_space"]
    return whole


def _recommended(
    number: int, hash_id: str, name: str, image: str, tag: str, env: str, runtype: str,
    disk: int, desc: str, used: int,
) -> TemplateEntry:  # fmt: skip
    word = runtype.removesuffix("_direct")
    content = {
        "name": name, "image": image, "tag": tag, "env": env, "runtype": word,
        "ssh_direct": runtype.endswith("direct"), "jup_direct": word == "jupyter",
        "use_ssh": word != "args", "jupyter_dir": "/" if word == "jupyter" else None,
        "onstart": "entrypoint.sh" if image.startswith("vastai/") else None,
        "extra_filters": {"cuda_max_good": {"gte": 12.8}}, "recommended_disk_space": disk,
        "readme": f"# {name}\n\n{desc}.\n", "desc": desc, "repo": image, "private": False,
        "href": f"https://hub.docker.com/r/{image}/",
    }  # fmt: skip
    return TemplateEntry(
        number, VAST, filled(content), _LONG_AGO + number, used, recommended=True,
        known_hash=hash_id,
    )  # fmt: skip


RECOMMENDED = (
    _recommended(62897, "4e17788f74f075dd9aab7d0d4427968f", "PyTorch (Vast)", "vastai/pytorch",
        "2.8.0-cuda-12.9.1-py312-24.04", "-p 1111:1111 -p 6006:6006 -p 8080:8080 -p 8384:8384",
        "jupyter_direct", 32, "PyTorch with Jupyter, TensorBoard and Syncthing", 184_220),
    _recommended(62901, "c2ea8a3d9f1b47e0a5d6c8b7e9f01234", "NVIDIA CUDA", "vastai/base-image",
        "cuda-12.9.1-cudnn-devel-ubuntu24.04-py312", "-p 1111:1111 -p 8080:8080",
        "jupyter_direct", 16, "Development image with the CUDA tool kit", 96_113),
    _recommended(63114, "0bd5a1f2c3e44b6f8d7a9e0c1b2d3f45", "vLLM", "vastai/vllm",
        "v0.11.0-cuda-12.8.1-pytorch-2.8.0-py312", "-p 1111:1111 -p 8000:8000 -e VLLM_ARGS=''",
        "ssh_direct", 80, "Serve language models over an OpenAI-like interface", 70_934),
    _recommended(63120, "5f8e7d6c5b4a39281706f5e4d3c2b1a0", "ComfyUI", "vastai/comfy",
        "v0.3.60-cuda-12.8-py312", "-p 1111:1111 -p 8188:8188", "jupyter_direct", 60,
        "Node editor for image and video models", 131_870),
    _recommended(63133, "9a0b1c2d3e4f5061728394a5b6c7d8e9", "Open WebUI (Ollama)",
        "vastai/openwebui", "v0.6.30-cuda-12.8", "-p 1111:1111 -p 7500:7500 -p 11434:11434",
        "ssh_direct", 60,
        "Chat with local models in the browser", 58_442),
    _recommended(63207, "d41c0b9a8f7e6d5c4b3a291807f6e5d4", "Ubuntu 22.04 VM", "vastai/kvm",
        "ubuntu_desktop_22.04-2025-11-21", "-p 1111:1111 -p 3389:3389", "ssh", 40,
        "A virtual machine of its own", 21_377),
    _recommended(63210, "7b6a5948372615a4f3e2d1c0b9a8f7e6", "Linux Desktop Container",
        "vastai/linux-desktop", "cuda-12.9-ubuntu24.04", "-p 1111:1111 -p 6100:6100",
        "jupyter_direct", 32, "A desktop in the browser", 17_905),
    _recommended(63305, "e5f60718293a4b5c6d7e8f90a1b2c3d4", "Whisper ASR Webservice",
        "onerahmet/openai-whisper-asr-webservice", "latest-gpu", "-p 9000:9000", "ssh_direct",
        20, "Speech to text", 9_310),
    _recommended(63322, "a1c3e5072941b6d8f0e2c4a6b8d0f213", "Text Generation Inference",
        "ghcr.io/huggingface/text-generation-inference", "3.3.6",
        "-p 5001:80 -e MODEL_ID=Qwen/Qwen3-8B -e PORT=80", "args", 100,
        "Serve language models with Hugging Face TGI", 6_120),
)  # fmt: skip

_MINE = (
    {
        "name": "vllm-mine", "image": "vllm/vllm-openai", "tag": "v0.11.0", "runtype": "args",
        "args_str": "--model Qwen/Qwen3-8B --max-model-len 32768",
        "env": "-p 8000:8000 -e HF_TOKEN=hf_demo0000notarealtoken -e VLLM_LOGGING=info",
        "onstart": "env >> /etc/environment\nmkdir -p /workspace\necho ready",
        "extra_filters": {
         "cuda_max_good": {"gte": 12.8}, "gpu_ram": {"gte": 24_000},
         "geolocation": {"in": ["US", "CA"]}, "verified": {"eq": True},
        },
        "recommended_disk_space": 120, "desc": "Qwen3 8B behind the OpenAI API",
        "docker_login_repo": "docker.io", "docker_login_user": "demo",
        "docker_login_pass": "not-a-real-password",
    },
    {
        "name": "train-base", "image": "vastai/pytorch", "tag": "@vastai-automatic-tag",
        "runtype": "ssh", "ssh_direct": True, "use_ssh": True, "env": "-p 6006:6006 -e MODE=train",
        "onstart": "touch ~/.no_auto_tmux", "recommended_disk_space": 60,
        "desc": "PyTorch for training", "private": False,
    },
)  # fmt: skip
_THEIRS = {
    "name": "vLLM with a web page", "image": "somebody/vllm-webui", "tag": "2",
    "runtype": "jupyter", "jup_direct": True, "ssh_direct": True, "use_ssh": True,
    "env": "-p 8000:8000 -p 7860:7860",
    "recommended_disk_space": 90, "desc": "A chat page over vLLM", "private": False,
}  # fmt: skip


def first_templates(start: float) -> list[TemplateEntry]:
    """The account's own templates, and those of another user: one has the content of one of the
    account's, and so the same hash."""
    mine = [filled(content) for content in _MINE]
    days = (3, 26)
    own = [
        TemplateEntry(334_548 + at, USER, content, start - day * 86_400.0, at)
        for at, (content, day) in enumerate(zip(mine, days, strict=True))
    ]
    theirs = [mine[1], filled(_THEIRS)]
    others = [
        TemplateEntry(221_100 + at, SOMEBODY, content, start - 9e6, 40 - at)
        for at, content in enumerate(theirs)
    ]
    return own + others
