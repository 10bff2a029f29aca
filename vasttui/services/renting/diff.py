"""Compares an instance with what was agreed to."""

from __future__ import annotations

from vasttui.models.instance import Instance
from vasttui.models.rent import Agreed
from vasttui.words import distinct_prices, per_hour

DEARER = 1.02
"""A price above this many times the agreed one is another price."""

_SMALLER = 0.98


def differences(agreed: Agreed, got: Instance) -> tuple[str, ...]:
    """What is not as agreed, a sentence each. Values that the service does not give are skipped."""
    found = (_price(agreed, got), _gpu(agreed, got), _kind(agreed, got), *_machine(agreed, got))
    return tuple(sentence for sentence in found if sentence)


def is_dearer(agreed: float, price: float) -> bool:
    """Whether a price is above the agreed one (both $/h)."""
    return price > agreed * DEARER


def _price(agreed: Agreed, got: Instance) -> str:
    if "dph_total" in got.unread:
        return f"Its price cannot be read; {per_hour(agreed.price)} was agreed."
    price = got.dph_total
    if price is None or not is_dearer(agreed.price, price):
        return ""
    now, then = distinct_prices(price, agreed.price)
    return f"It costs {now}; {then} was agreed."


def _gpu(agreed: Agreed, got: Instance) -> str:
    name = got.gpu_name if got.gpu_name is not None else agreed.gpu_name
    count = got.num_gpus if got.num_gpus is not None else agreed.num_gpus
    if (name, count) != (agreed.gpu_name, agreed.num_gpus):
        return f"It has {count}x {name}; {agreed.num_gpus}x {agreed.gpu_name} was agreed."
    if agreed.gpu_ram is None or got.gpu_ram is None or got.gpu_ram >= agreed.gpu_ram * _SMALLER:
        return ""
    return f"Its GPU has {got.gpu_ram} MB; {agreed.gpu_ram} MB was agreed."


def _kind(agreed: Agreed, got: Instance) -> str:
    if got.is_bid is None or got.is_bid == agreed.is_bid:
        return ""
    words = {True: "interruptible", False: "on-demand"}
    return f"It is {words[got.is_bid]}; {words[agreed.is_bid]} was agreed."


def _machine(agreed: Agreed, got: Instance) -> tuple[str, ...]:
    sentences = []
    if got.disk_space is not None and got.disk_space < agreed.disk * _SMALLER:
        sentences.append(f"Its disk has {got.disk_space:g} GB; {agreed.disk:g} GB was agreed.")
    cuda = got.cuda_max_good
    if cuda is not None and agreed.cuda is not None and cuda < agreed.cuda:
        sentences.append(f"It goes up to CUDA {cuda:g}; {agreed.cuda:g} was agreed.")
    machine = got.machine_id
    if machine is not None and agreed.machine is not None and machine != agreed.machine:
        sentences.append(f"It is machine {machine}; machine {agreed.machine} was agreed.")
    return tuple(sentences)
