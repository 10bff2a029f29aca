"""The dialog of the SSH test."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.support.dialogs import opened
from vasttui.services.ssh.checks import Check, CheckState
from vasttui.ui.instances.ssh_doctor_dialog import DoctorModal


async def checks() -> AsyncIterator[Check]:
    yield Check("login", CheckState.BAD, "word " * 40 + "last.")


async def test_a_long_sentence_goes_on_under_itself() -> None:
    async with opened(DoctorModal("train-a", checks())) as seen:
        for size in ((140, 40), (80, 24), (60, 20)):
            await seen.again(DoctorModal("train-a", checks()), size)
            await seen.pause()
            lines = [line[line.find("│") + 2 :] for line in seen.lines if "word" in line]
            told = [line for line in lines if not line.startswith(("The problem", "word"))]
            assert told[0].startswith("✖ login                  word word"), size
            assert all(line.startswith(" " * 25 + "word") for line in told[1:]), size
            assert len(told) > 1, size
