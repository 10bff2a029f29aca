"""`vasttui doctor --service`: reads everything once and says what differs from what is expected."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vasttui.api.client import VastClient, open_client
from vasttui.checkup.check import Answers, Result, check_service
from vasttui.checkup.report import lines_of, report, summary
from vasttui.clock import Clock, ServiceClock, SystemClock
from vasttui.endpoint import Service

Print = Callable[[str], None]

DEMO_ADDRESS = "http://127.0.0.1"
_DEMO_KEY = "the-demo-needs-no-key"


def check_demo(world: Mapping[str, Any], tell: Print, report_file: Path | None) -> bool:
    """Check the simulated service in this process; True if nothing is wrong."""
    # Start-up: the simulator takes 40 ms to import.
    from vasttui.simulator.inprocess import SimulatorTransport
    from vasttui.simulator.world import World, WorldConfig

    clock = SystemClock()
    transport = SimulatorTransport(World(WorldConfig(**world), clock))

    def connect(answers: Answers) -> VastClient:
        return open_client(
            DEMO_ADDRESS, _DEMO_KEY, clock=clock, rng=_spread(), transport=transport,
            read_only=True, on_answer=answers,
        )  # fmt: skip

    return _check(connect, clock, "the simulator", tell, report_file)


def check_live(service: Service, tell: Print, report_file: Path | None) -> bool:
    """Check the service of this run; True if nothing is wrong. Raises `VastError` for a key that
    cannot be one."""
    clock = ServiceClock(SystemClock())
    key = service.credential.key if service.credential else None

    def connect(answers: Answers) -> VastClient:
        return open_client(
            str(service.origin), key, clock=clock, rng=_spread(), read_only=True,
            documented_limits=True, on_answer=answers,
        )  # fmt: skip

    name = "Vast.ai" if service.origin.is_official else "another service"
    return _check(connect, clock, name, tell, report_file)


def _spread() -> random.Random:
    return random.Random()  # noqa: S311 - spreads requests over time


def _check(
    connect: Callable[[Answers], VastClient],
    clock: Clock,
    name: str,
    tell: Print,
    report_file: Path | None,
) -> bool:
    tell("One read of every kind; nothing is changed. At the allowed rate it takes about a minute.")
    results: list[Result] = []

    async def run() -> None:
        answers = Answers()
        client = connect(answers)
        try:
            async for result in check_service(client, answers, clock.now):
                results.append(result)
                tell("\n".join(lines_of(result)))
        finally:
            await client.aclose()

    asyncio.run(run())
    tell(summary(results))
    if report_file is not None:
        tell(_written(report_file, "\n".join(report(results, name)) + "\n"))
    return not any(result.is_harmful for result in results)


def _written(path: Path, text: str) -> str:
    """Write the report; says where it is, or why it is not."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        return f"The report could not be written to {path}: {error.strerror}."
    return f"{path}: names and types only, no values; you can share it."
