from __future__ import annotations

from tests.support.stage import stage
from tests.ui.instances.test_instances import on
from vasttui.models.gpu_reading import read_gpus
from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh.gpu_watch import GpuWatch
from vasttui.ui.instances.gpu_lines import gpu_lines

ADDRESS = SshAddress("ssh5.vast.ai", 10600, direct=False)


def watch(*gpus: str, as_of: float | None = 100.0) -> GpuWatch:
    """One reading for each line, of GPU 0."""
    found = GpuWatch(ADDRESS, as_of=as_of)
    found.readings.extend(read_gpus([f"0, GPU-a, RTX 4090, {one}"], []) for one in gpus)
    return found


def drawn(one: GpuWatch, now: float = 101.0, width: int = 76) -> list[str]:
    return [line.plain.rstrip() for line in gpu_lines(one, now, width, "M")]


def test_each_figure_has_its_course_and_a_gap_where_nothing_was_known() -> None:
    lines = drawn(
        watch(
            "0, 0, 24564, 30, 20, 450", "[N/A], 12282, 24564, [N/A], 225, 450",
            "100, 24564, 24564, 90, 450, 450",
        )
    )  # fmt: skip
    assert lines[0] == "nvidia-smi through the proxy, every 2 s · last answer 1s ago"
    use, memory, temp, power = (line.split() for line in lines[3:7])
    assert use == ["use", "▁", "█", "100", "%"]
    assert memory == ["memory", "▁▅█", "24.0", "of", "24.0", "GB"]
    assert temp == ["temp", "▃", "▇", "90", "°C"]
    assert power == ["power", "▁▅█", "450", "of", "450", "W"]


def test_what_is_not_measured_is_not_zero() -> None:
    lines = drawn(watch("[N/A], [N/A], 24564, [N/A], [N/A], [N/A]"))
    assert [line.split()[1:] for line in lines[3:7]] == [
        ["?", "%"], ["?", "of", "24.0", "GB"], ["?", "°C"], ["?", "of", "?", "W"],
    ]  # fmt: skip


def test_every_line_fits_and_two_plots_stand_side_by_side() -> None:
    one = watch("97, 21504, 24564, 71, 402.5, 450")
    for width in (40, 56, 76, 84, 116, 196):
        assert max(map(len, drawn(one, width=width)[2:-2])) <= width
    assert len(drawn(one, width=84)) == len(drawn(one, width=83)) - 2


def test_an_old_answer_says_how_old_it_is() -> None:
    lost = watch("97, 21504, 24564, 71, 402.5, 450")
    lost.over = "The connection was lost."
    assert (
        drawn(lost, 190)[0] == "The connection was lost. Last answer 1m30s ago. M connects again."
    )
    assert drawn(watch(as_of=None))[0] == "Connecting through the proxy: no answer yet."
    failed = GpuWatch(ADDRESS, as_of=100.0)
    failed.readings.append(read_gpus(["sh: 1: nvidia-smi: not found"], []))
    assert drawn(failed)[-1] == "nvidia-smi says: sh: 1: nvidia-smi: not found"


def test_no_process_is_not_none() -> None:
    assert "often cannot see them" in drawn(watch("0, 0, 1, 0, 0, 1"))[-1]


async def test_the_view_has_a_key_and_connects_to_nothing_in_the_demo() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        await running.press("enter", "M")
        await running.until(lambda: "Not in the demo" in running.text)
        assert "[GPU]" in running.text
        await running.press("right_square_bracket")
        await running.until(lambda: "[Overview]" in running.text)
        await running.press("left_square_bracket")
        await running.until(lambda: "[Raw]" in running.text)
        await running.press("right_square_bracket")
        await running.until(lambda: "[Overview]" in running.text)
