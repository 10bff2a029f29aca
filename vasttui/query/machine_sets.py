"""The sets of machines that the filter language knows by a word: `mine`, `starred`.

They are this computer's, the same for every list of offers, and set whenever they change.
"""

from __future__ import annotations

from vasttui.query.fields import Field
from vasttui.query.rules import Query

NAMES = {
    "mine": "machines you have rented",
    "starred": "machines you starred",
    "avoided": "machines you avoid; shows them",
    "failed": "machines where a rental of yours went wrong",
    "noted": "machines with a note of yours",
    "new": "machines not seen before this start",
}


class MachineSets:
    """The ids of the machines in each set."""

    def __init__(self) -> None:
        self._sets: dict[str, frozenset[int]] = {}
        self.clear()

    def clear(self) -> None:
        """Forget them all."""
        self._sets = dict.fromkeys(NAMES, frozenset())

    def set(self, name: str, machines: frozenset[int]) -> bool:
        """Take this set; returns whether it is another one."""
        changed = self._sets[name] != machines
        self._sets[name] = machines
        return changed

    def holds(self, name: str, machine: int | None) -> bool:
        """Whether a machine is in the set."""
        return machine in self._sets[name]


MACHINES = MachineSets()

MACHINE_FIELDS = tuple(
    Field(
        name=name, kind="bool", help=words, expr=f"mem.holds({name!r}, o.machine_id)",
        aliases=("note",) if name == "noted" else (), example="=true", known=True, bare=True,
        cost=1,
    )
    for name, words in NAMES.items()
)  # fmt: skip


def left_out(query: Query, avoided: frozenset[int]) -> frozenset[int]:
    """The machines that a list leaves out, those `avoided`: none where the filter asks for them."""
    asks = any(rule.field == "avoided" for rule in query.rules)
    return frozenset() if asks else avoided
