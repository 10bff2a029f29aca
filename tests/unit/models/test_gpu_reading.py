from __future__ import annotations

import pytest

from vasttui.models.gpu_reading import GpuNow, GpuProcess, read_gpus

A = "0, GPU-a, NVIDIA GeForce RTX 4090, 97, 21504, 24564, 71, 402.51, 450.00"
B = "1, GPU-b, Tesla V100, [N/A], 0, 16384, 0, [Not Supported], nan"


def test_figures_and_what_is_not_known() -> None:
    reading = read_gpus([A, B], [])
    assert reading.problem == ""
    assert reading.gpus == (
        GpuNow("0", "GPU-a", "NVIDIA GeForce RTX 4090", 97, 21504, 24564, 71, 402.51, 450),
        GpuNow("1", "GPU-b", "Tesla V100", None, 0, 16384, 0, None, None),
    )


def test_processes_stand_on_their_gpu() -> None:
    lines = ["GPU-b, 77, python a, b.py, 512", "GPU-x, 78, x, [N/A]", "No running processes found"]
    assert read_gpus([A, B], lines).processes == (
        GpuProcess("1", "77", "python a, b.py", 512),
        GpuProcess("?", "78", "x", None),
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["sh: 1: nvidia-smi: not found"], "sh: 1: nvidia-smi: not found"),
        (["", "NVIDIA-SMI has failed", "more"], "NVIDIA-SMI has failed"),
        ([], "nothing"),
    ],
)
def test_words_instead_of_figures(lines: list[str], problem: str) -> None:
    reading = read_gpus(lines, [])
    assert reading.gpus == ()
    assert reading.problem == problem


def test_names_are_strangers_text() -> None:
    [gpu] = read_gpus([A.replace("NVIDIA", "\x1b]0;x\x07")], []).gpus
    assert gpu.name.isprintable()
