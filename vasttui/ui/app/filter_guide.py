"""What the help says about the filter of each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vasttui.query.fields import FieldSet


@dataclass(frozen=True, slots=True)
class FilterGuide:
    """The fields of a table, and filters to learn from with what they mean; also the `flags` in its
    cells."""

    table: FieldSet
    examples: Sequence[tuple[str, str]]
    flags: Sequence[tuple[str, str]] = ()


EXAMPLES: Mapping[str, Sequence[tuple[str, str]]] = {
    "offers": (
        ("gpu:4090|5090", "either GPU, by words of its name"),
        ('"rtx pro" sweden epyc', "a GPU, a country, or words in CPU, location or host"),
        ("n=1 vram>=24", "one GPU with 24 GB or more"),
        ("eff<0.60", "all-in price below $0.60/h for your disk and traffic"),
        ("rel>=.98 cuda>=12.4", "reliable, new enough"),
        ("cc:SE,NO -cc:CN", "in these countries, not in China"),
        ("ends>30d disk>=100G", "long enough contract, large enough disk"),
        ("dc static_ip", "in a datacenter, with a static IP address"),
        ("num_gpus>=4 gpu_name in [H100_SXM,H200]", "syntax of the official client"),
    ),
    "market": (
        ("gpu:rtx vram>=24", "these models"),
        ("n=1 rel>=.98 -cc:CN", "of all models, counts only such offers"),
    ),
    "templates": (
        ("mine", "your own"),
        ("vllm", "a word in name, image, description or hash; Vast.ai is asked for more"),
        ("image:pytorch cuda<=12.8", "by image, for hosts with this CUDA version"),
        ("port=8188", "opens this port"),
        ("variable:hf_token", "sets a variable of this name"),
        ("-vm disk<=60", "no virtual machine, little disk"),
    ),
    "watches": (
        ("watching", "those that look"),
        ("4090 hits>0", "a word in name or filter, with hits"),
        ("low<0.30", "an offer under $0.30/h was there at the last look"),
    ),
    "timers": (
        ("by:vast.ai stop", "what Vast.ai stops"),
        ("left", "jobs that are left for an instance that is gone"),
        ("-here", "not set on this computer"),
    ),
    "instances": (
        ("train", "a word in label, GPU, image, location, machine or id"),
        ("state:stopped since>7d", "stopped for more than a week"),
        ("idle", "running with almost no load"),
        ("price>0.50 -train", "billed over $0.50/h now, not called train"),
        ("ends<3d", "the contract ends within three days"),
        ("used>90", "the disk is nearly full"),
        ("port=8080", "maps this port, internal or external"),
    ),
}
"""Filters to learn from with what they mean, by section."""
