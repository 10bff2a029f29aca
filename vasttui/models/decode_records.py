"""Decodes SSH keys, charges, deposits, price increases and backups from the service's JSON."""

from __future__ import annotations

import time

from vasttui.models.backup import Backup, BackupFile
from vasttui.models.charge import Charge
from vasttui.models.decode_fields import PRICE, RowDecoder, between, whole
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.reserved import Deposit, Prepaid
from vasttui.models.ssh_key import SshKey
from vasttui.text import clean

_KEY_CAP = 16_384
_NAME_CAP = 1_024
_ID = whole(1)


def ssh_key_from(row: object) -> SshKey | None:
    """The key in a row, whichever field has it; None if it is deleted or unreadable (docs: "show
    ssh keys")."""
    if not isinstance(row, dict) or row.get("deleted_at"):
        return None
    for name in ("public_key", "key", "ssh_key"):
        text = row.get(name)
        if isinstance(text, str) and text.strip() and len(text) <= _KEY_CAP:
            found = _key.readable({**row, "text": "-"})
            key = clean(text, _KEY_CAP)
            return found and SshKey(key, found.id, found.created_at or _day(row.get("created_at")))
    return None


def _day(seconds: object) -> str | None:
    """The UTC date of a time in epoch seconds; None if it is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(seconds))
    except (ValueError, OverflowError, OSError):
        return None


def charge_from(row: object) -> Charge | None:
    """The charge in a row; None if its source or amount is unreadable."""
    return _charge.readable(row)


def deposit_from(document: object) -> Deposit | None:
    """The deposit in an answer; None if what is left of it is unreadable."""
    return _deposit.readable(document)


def prepaid_from(document: object) -> Prepaid:
    """What a payment buys, as far as the answer says it."""
    return _prepaid.readable(document) or Prepaid()


def price_increase_from(row: object) -> PriceIncrease | None:
    """The increase in a row; None if its ids are unreadable."""
    return _increase.readable(row)


def backup_from(row: object) -> Backup | None:
    """The backup in a row; None if its ids are unreadable."""
    return _backup.readable(row)


def backup_file_from(row: object) -> BackupFile | None:
    """A stored file, without its address, which is of no use without a token; None if it has no
    name."""
    name = row.get("name") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(name, str) or not name:
        return None
    size = row.get("size")
    return BackupFile(clean(name, _NAME_CAP), size if type(size) is int and size >= 0 else None)


_key = RowDecoder(SshKey, {"id": _ID})
_charge = RowDecoder(Charge, {})
_deposit = RowDecoder(
    Deposit,
    dict.fromkeys(("left", "had", "months"), PRICE),
    wire_names={
        "left": "refundable_deposit",
        "had": "total_discount",
        "months": "discount_months",
    },
)
_prepaid = RowDecoder(
    Prepaid,
    {"months": PRICE, "rate": between(0, 1)},
    wire_names={"months": "timescale", "rate": "discount_rate"},
)
_backup = RowDecoder(Backup, dict.fromkeys(("id", "contract_id", "machine_id"), _ID))
_increase = RowDecoder(
    PriceIncrease,
    {
        **dict.fromkeys(("pending_price_increase_id", "contract_id"), _ID),
        **dict.fromkeys(
            (
                "new_gpu_costpersec", "old_gpu_costpersec", "new_disk_ram_costpersec",
                "old_disk_ram_costpersec",
            ),
            PRICE,
        ),
    },
)  # fmt: skip
