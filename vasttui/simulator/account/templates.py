"""Recommended templates (docs: "search templates"; client 1.9.1 `api/offers.py`)."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import (
    BadRequest,
    Reply,
    json_object,
    json_reply,
    selected_columns,
    sortable,
)
from vasttui.simulator.market.fields import Kind
from vasttui.simulator.market.filters import Test, test_of

_OPS = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "notin")
_CREATED = 1_722_400_000.5


class TemplateEntry(NamedTuple):
    """One template; `env` holds docker flags."""

    id: int
    hash_id: str
    name: str
    image: str
    tag: str
    env: str
    runtype: str
    disk: int
    desc: str
    used: int

    @property
    def whole_image(self) -> str:
        """The image with its tag."""
        return f"{self.image}:{self.tag}"

    @property
    def onstart(self) -> str:
        """The start-up script."""
        return "entrypoint.sh" if self.image.startswith("vastai/") else ""

    @property
    def variables(self) -> dict[str, str]:
        """The flags as the environment of an instance."""
        words = shlex.split(self.env)
        found = {}
        for flag, value in pairwise(words):
            if flag == "-p":
                found[f"-p {value}"] = "1"
            elif flag == "-e":
                name, _, content = value.partition("=")
                found[name] = content
        return found


_entry = TemplateEntry
_ENTRIES = (
    _entry(62897, "4e17788f74f075dd9aab7d0d4427968f", "PyTorch (Vast)", "vastai/pytorch",
           "2.8.0-cuda-12.9.1-py312-24.04", "-p 1111:1111 -p 6006:6006 -p 8080:8080 -p 8384:8384",
           "jupyter_direct", 32, "PyTorch with Jupyter, TensorBoard and Syncthing", 184_220),
    _entry(62901, "c2ea8a3d9f1b47e0a5d6c8b7e9f01234", "NVIDIA CUDA", "vastai/base-image",
           "cuda-12.9.1-cudnn-devel-ubuntu24.04-py312", "-p 1111:1111 -p 8080:8080",
           "jupyter_direct", 16, "Development image with the CUDA tool kit", 96_113),
    _entry(63114, "0bd5a1f2c3e44b6f8d7a9e0c1b2d3f45", "vLLM", "vastai/vllm",
           "v0.11.0-cuda-12.8.1-pytorch-2.8.0-py312", "-p 1111:1111 -p 8000:8000 -e VLLM_ARGS=''",
           "ssh_direct", 80, "Serve language models over an OpenAI-like interface", 70_934),
    _entry(63120, "5f8e7d6c5b4a39281706f5e4d3c2b1a0", "ComfyUI", "vastai/comfy",
           "v0.3.60-cuda-12.8-py312", "-p 1111:1111 -p 8188:8188", "jupyter_direct", 60,
           "Node editor for image and video models", 131_870),
    _entry(63133, "9a0b1c2d3e4f5061728394a5b6c7d8e9", "Open WebUI (Ollama)", "vastai/openwebui",
           "v0.6.30-cuda-12.8", "-p 1111:1111 -p 7500:7500 -p 11434:11434", "ssh_direct", 60,
           "Chat with local models in the browser", 58_442),
    _entry(63207, "d41c0b9a8f7e6d5c4b3a291807f6e5d4", "Ubuntu 22.04 VM", "vastai/kvm",
           "ubuntu_desktop_22.04-2025-11-21", "-p 1111:1111 -p 3389:3389", "ssh", 40,
           "A virtual machine of its own", 21_377),
    _entry(63210, "7b6a5948372615a4f3e2d1c0b9a8f7e6", "Linux Desktop Container",
           "vastai/linux-desktop", "cuda-12.9-ubuntu24.04", "-p 1111:1111 -p 6100:6100",
           "jupyter_direct", 32, "A desktop in the browser", 17_905),
    _entry(63305, "e5f60718293a4b5c6d7e8f90a1b2c3d4", "Whisper ASR Webservice",
           "onerahmet/openai-whisper-asr-webservice", "latest-gpu", "-p 9000:9000", "ssh_direct",
           20, "Speech to text", 9_310),
)  # fmt: skip


class Templates:
    """Recommended templates; the account has none of its own."""

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [Route("GET", "/api/v0/template", "templates", self._list, interval=3.0)]

    def find(self, hash_id: object, number: object) -> TemplateEntry | None:
        """The template with that hash id or id."""
        for entry in _ENTRIES:
            if entry.hash_id == hash_id or entry.id == number:
                return entry
        return None

    def _list(self, call: Call) -> Reply:
        query = call.request.query
        rows = [_row(entry) for entry in _ENTRIES]
        for name, rules in json_object(query.get("select_filters", "")).items():
            rows = _filtered(rows, name, rules)
        order = query.get("order_by", "")
        if order:
            if order not in _row(_ENTRIES[0]):
                raise BadRequest(f"{order} is not a valid order column")
            rows.sort(key=lambda row: sortable(row[order]))
        columns = selected_columns(query.get("select_cols", ""))
        if columns is not None:
            rows = [{name: row[name] for name in columns if name in row} for row in rows]
        return json_reply({"success": True, "templates_found": len(rows), "templates": rows})


def _filtered(rows: list[dict[str, object]], name: str, rules: object) -> list[dict[str, object]]:
    if not rows or name not in rows[0]:
        return rows
    if not isinstance(rules, Mapping):
        raise BadRequest(f"{rules} is not a valid search op")
    for op, operand in rules.items():
        if op not in _OPS:
            raise BadRequest(f"{op} is not a valid search op")
        test = test_of(_kind(rows[0][name]), op, operand)
        rows = [row for row in rows if _holds(test, row[name])]
    return rows


def _holds(test: Test, value: object) -> bool:
    return test(value if isinstance(value, (int, float, str)) else None)


def _kind(value: object) -> Kind:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, (int, float)) else "text"


def _row(entry: TemplateEntry) -> dict[str, object]:
    jupyter = entry.runtype.startswith("jupyter")
    return {
        "id": entry.id,
        "hash_id": entry.hash_id,
        "name": entry.name,
        "image": entry.image,
        "tag": entry.tag,
        "default_tag": entry.tag,
        "env": entry.env,
        "onstart": entry.onstart or None,
        "runtype": entry.runtype,
        "ssh_direct": entry.runtype.endswith("direct"),
        "jup_direct": jupyter,
        "use_ssh": True,
        "use_jupyter_lab": False,
        "jupyter_dir": "/" if jupyter else None,
        "docker_login_repo": None,
        "extra_filters": json.dumps({"cuda_max_good": {"gte": 12.8}}),
        "recommended_disk_space": entry.disk,
        "readme": f"# {entry.name}\n\n{entry.desc}.\n",
        "readme_visible": True,
        "desc": entry.desc,
        "href": f"https://hub.docker.com/r/{entry.image}/",
        "repo": entry.image,
        "private": False,
        "recommended": True,
        "creator_id": 62897,
        "created_at": _CREATED + entry.id,
        "count_created": entry.used,
        "recent_create_date": _CREATED + 47_000_000.0 - entry.id,
        "volume_info": None,
    }
