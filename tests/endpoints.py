"""Writes the README's list of requests from the table of operations; run with `make endpoints`."""

from __future__ import annotations

import re

from tests.support.source import ROOT
from vasttui.api.operations import OPERATIONS, Operation

README = ROOT / "README.md"
_LIST = re.compile(r"(?<=<!-- endpoints -->\n).*?(?=<!-- end -->\n)", re.DOTALL)


def table() -> str:
    """The requests by path, and the right that the API key needs for each."""
    head = "| request | what | right |\n|---|---|---|\n"
    known = sorted(OPERATIONS.values(), key=lambda one: (one.target, one.method))
    return head + "".join(f"| `{one.method} {one.target}` | {_what(one)} |\n" for one in known)


def _what(operation: Operation) -> str:
    right = "-" if operation.key != "needed" else f"`{operation.right}`"
    return f"{operation.name.replace('_', ' ')} | {right}"


def with_table(readme: str) -> str:
    """The README with the list as it has to be."""
    return _LIST.sub(lambda _: table(), readme, count=1)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
