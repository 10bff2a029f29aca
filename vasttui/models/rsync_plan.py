"""What rsync would copy and delete, as a dry run of it lists (3.1 to 3.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vasttui.text import MESSAGE_CAP, clean
from vasttui.words import data_size, plural

MOST_LISTED = 500
"""Rows of each kind that are kept; all are counted."""

_ROW = re.compile(r"(\*deleting {2}|[<>ch][fdLDS][^ ]{9}) (\d{1,19}) (.+)", re.DOTALL)
_COUNT = re.compile(r"Number of files: (\d{1,18})(?: \((?:reg: (\d{1,18}))?[^)]*\))?")
_TOTAL = re.compile(r"Total file size: (\d{1,19}) bytes")


@dataclass(slots=True)
class Plan:
    """Files that would be `copied` (name, bytes), their count and bytes, and what would be
    `deleted`; of the source how many files it has and their bytes, None if rsync did not say."""

    copied: list[tuple[str, int]]
    deleted: list[str]
    copies: int = 0
    bytes: int = 0
    deletions: int = 0
    files: int | None = None
    total: int | None = None

    def take(self, line: str) -> None:
        """A line that rsync printed."""
        if (row := _ROW.fullmatch(line)) is not None:
            name = clean(row[3], MESSAGE_CAP)
            if row[1].startswith("*"):
                self.deletions += 1
                self.deleted += [name] * (len(self.deleted) < MOST_LISTED)
            elif row[1][0] in "<>" and row[1][1] == "f":
                self.copies += 1
                self.bytes += int(row[2])
                self.copied += [(name, int(row[2]))] * (len(self.copied) < MOST_LISTED)
        elif (count := _COUNT.match(line)) is not None:
            self.files = int(count[2] or 0)
        elif (total := _TOTAL.match(line)) is not None:
            self.total = int(total[1])

    @property
    def words(self) -> str:
        """`Would copy 6 files, 13.1 GB; would delete nothing.`"""
        copies = f"{plural(self.copies, 'file')}, {data_size(self.bytes)}" * bool(self.copies)
        deletes = f"{self.deletions}" * bool(self.deletions)
        return f"Would copy {copies or 'nothing'}; would delete {deletes or 'nothing'}."

    @property
    def comparison(self) -> str:
        """What a dry run that looks at sizes alone says of a copy that was made."""
        if self.files is None or self.total is None:
            return "Sizes were not compared: rsync did not say them."
        all_of = f"{plural(self.files, 'file')}, {data_size(self.total)}"
        if not self.copies:
            return f"Compared: {all_of}, the same sizes there and here."
        return f"Compared: {self.copies} of {all_of} are not the same there and here."


def empty_plan() -> Plan:
    """A plan before the first line."""
    return Plan([], [])
