"""The fields of a template: their names, and where their values come from."""

from __future__ import annotations

from vasttui.models.rent import Launch
from vasttui.models.template import Template
from vasttui.models.template_draft import launch_of
from vasttui.query.fields import Field, FieldSet


def least_cuda(template: Template) -> float | None:
    """The least CUDA version that it needs; 0 where any will do, None where that is unknown."""
    least = 0.0
    for need in template.needs:
        if not need.op:
            return None
        if need.field in ("cuda_max_good", "cuda_vers"):
            try:
                least = max(least, float(str(need.value))) if need.op in ("gte", "eq") else least
            except ValueError:
                return None
    return least


def _inside(template: Template) -> frozenset[int]:
    """The ports, inside and outside."""
    words = (word for port in template.ports for word in port.partition("/")[0].split(":"))
    return frozenset(int(word) for word in words)


def _names(template: Template) -> str:
    """The names of its variables; in a filter an underscore means a blank."""
    return "\n".join(template.env).replace("_", " ")


def _words(template: Template) -> str:
    texts = (template.name, template.whole_image, template.desc, template.hash_id)
    return "\n".join(texts).lower()


_LAUNCHES = {mode: mode.value.replace(" ", "").lower() for mode in Launch}

TEMPLATES = FieldSet(
    fields=(
        Field(name="name", kind="text", help="name", expr="o.name", example=":vllm", known=True),
        Field(name="mine", kind="bool", help="yours", aliases=("yours",), expr="o.mine",
              example="=true", known=True, bare=True),
        Field(name="recommended", kind="bool", help="recommended by Vast.ai", expr="o.recommended",
              example="=true", known=True, bare=True),
        Field(name="image", kind="text", help="image and tag", aliases=("tag",),
              expr="o.whole_image", example=":vllm"),
        Field(name="cuda", kind="number", help="least CUDA version it needs, 0 for any",
              expr="cuda(o)", example="<=12.8"),
        Field(name="disk", kind="number", help="recommended disk, GB", unit="disk", expr="o.disk",
              example="<=100"),
        Field(name="launch", kind="choice", help="launch mode",
              choices=tuple(_LAUNCHES.values()), expr="launches[launch(o)]", known=True,
              example=":ssh"),
        Field(name="port", kind="number", help="open port, inside or outside", aliases=("ports",),
              expr="ports(o)", example="=8080", known=True, many=True),
        Field(name="variable", kind="text", help="name of a variable", aliases=("var", "env"),
              expr="names(o)", example=":hf_token", known=True),
        Field(name="vm", kind="bool", help="virtual machine", expr="o.is_vm", example="=true",
              known=True, bare=True),
        Field(name="private", kind="bool", help="for its maker only", expr="o.private",
              example="=true", bare=True),
        Field(name="used", kind="number", help="instances made from it, by everybody",
              expr="o.used", example=">100"),
        Field(name="id", kind="number", help="template id", expr="o.id", example="=62897",
              known=True),
        Field(name="hash", kind="text", help="hash id", expr="o.hash_id", example=":4e17788f",
              known=True),
        Field(name="text", kind="text", help="words in name, image, description or hash",
              expr="words(o)", example=":vllm", known=True, cost=2),
    ),
    record="r",
    scope={"cuda": least_cuda, "ports": _inside, "words": _words, "names": _names,
           "launch": launch_of, "launches": _LAUNCHES},
    seen={"name": "o.name", "image": "o.image", "disk": "o.disk"},
    price=lambda template: 0.0, example="cuda<=12.8",
)  # fmt: skip
"""Templates; rows are the templates themselves."""
