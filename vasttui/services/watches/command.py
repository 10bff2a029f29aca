"""Runs the user's command for an offer that was found: without a shell, with a time limit."""

from __future__ import annotations

import os
import shlex
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from vasttui.errors import VastError
from vasttui.models.money import PricedOffer
from vasttui.services.system.programs import ProgramMissing, run_unheard
from vasttui.text import clean

SECONDS = 60.0
"""How long a command may take."""

_SHOWN = 60

RunUnheard = Callable[[Sequence[str], Mapping[str, str], float], Awaitable[int]]
"""Runs a program, see `run_unheard`."""


class BadCommand(VastError):
    """The text is no command."""


def command_of(text: str) -> tuple[str, ...]:
    """The words of a command; `@~/grab.sh` names a file. Raises BadCommand for what is none."""
    try:
        words = shlex.split(text)
    except ValueError:
        raise BadCommand("A quote of the command is not closed.") from None
    if words and words[0].startswith("@"):
        words[0] = str(Path(words[0][1:]).expanduser().absolute()) if words[0] != "@" else ""
    if not words or not words[0] or "\0" in text:
        raise BadCommand("The command names no program.")
    return tuple(words)


def environment_of(row: PricedOffer, watch: str = "") -> dict[str, str]:
    """What the command is told, as environment variables; what is not known is left empty.

    `VASTTUI_PRICE` is the all-in price for the wanted usage, `VASTTUI_RUNNING_PRICE` that of GPU
    and disk, both $/h; `VASTTUI_RELIABILITY` is 0 to 1.
    """
    offer = row.offer
    told: dict[str, object] = {
        "OFFER_ID": offer.id, "GPU": offer.gpu_name, "GPUS": offer.num_gpus, "PRICE": row.eff,
        "RUNNING_PRICE": row.price, "MACHINE": offer.machine_id, "HOST": offer.host_id,
        "PLACE": offer.geolocation, "RELIABILITY": offer.reliability, "WATCH": watch,
    }  # fmt: skip
    return {f"VASTTUI_{name}": _told(value) for name, value in told.items()}


def _told(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else clean(str(value))


async def run_command(
    text: str,
    row: PricedOffer,
    watch: str = "",
    *,
    seconds: float = SECONDS,
    run: RunUnheard = run_unheard,
) -> str:
    """Run it for this offer: `{id}` in its words is the offer's id. Returns what went wrong, a
    sentence; empty if it ended well. Raises nothing: it is the user's own program."""
    try:
        words = [word.replace("{id}", str(row.offer.id)) for word in command_of(text)]
        code = await run(words, {**os.environ, **environment_of(row, watch)}, seconds)
    except (BadCommand, ProgramMissing) as error:
        return error.sentence
    except TimeoutError:
        return f"The command {_named(words)} was killed: it took longer than {seconds:g} s."
    if code:
        how = f"was killed by signal {-code}" if code < 0 else f"failed with exit code {code}"
        return f"The command {_named(words)} {how}."
    return ""


def _named(words: Sequence[str]) -> str:
    return clean(Path(words[0]).name, _SHOWN)
