"""A pending price increase, read field by field."""

from __future__ import annotations

from vasttui.models.decode_records import price_increase_from

ROW = {
    "pending_price_increase_id": 31, "contract_id": 7, "status": "pending",
    "old_gpu_costpersec": 0.0001, "new_gpu_costpersec": 0.0002,
    "old_disk_ram_costpersec": 0.00003, "new_disk_ram_costpersec": 0.00004,
}  # fmt: skip


def test_each_price_is_the_one_of_its_name() -> None:
    found = price_increase_from(ROW)
    assert found is not None
    assert found.old_gpu_costpersec == 0.0001
    assert found.new_gpu_costpersec == 0.0002
    assert found.old_disk_ram_costpersec == 0.00003
    assert found.new_disk_ram_costpersec == 0.00004


def test_a_price_that_is_no_price_is_unknown() -> None:
    for name in ("old_gpu_costpersec", "new_gpu_costpersec", "old_disk_ram_costpersec",
                 "new_disk_ram_costpersec"):  # fmt: skip
        found = price_increase_from({**ROW, name: "much"})
        assert found is None or getattr(found, name) is None
