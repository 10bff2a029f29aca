"""Which workers were made from another template than their group names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vasttui.models.instance import Instance
from vasttui.services.serverless.rows import GroupRow


@dataclass(frozen=True, slots=True)
class OtherTemplate:
    """Of so many workers of a `group` (its id) the instance was made from another template, or
    another version of it."""

    group: int
    workers: int

    @property
    def words(self) -> str:
        """A sentence."""
        some = "one" if self.workers == 1 else f"{self.workers}"
        run = "runs" if self.workers == 1 else "run"
        return f"Group {self.group} names another template than {some} of its workers {run}."


def other_templates(
    groups: Iterable[GroupRow], instances: Mapping[int, Instance]
) -> tuple[OtherTemplate, ...]:
    """Those groups that have such workers, as far as group and instance both say their template;
    `instances` are those of the account, by id."""
    found = (OtherTemplate(one.id, _others(one, instances)) for one in groups)
    return tuple(one for one in found if one.workers)


def _others(row: GroupRow, instances: Mapping[int, Instance]) -> int:
    wanted = row.group.template_hash
    listed = (instances.get(one.id) for one in row.workers or ())
    hashes = [one.template_hash_id for one in listed if one is not None]
    return sum(bool(wanted and one and one != wanted) for one in hashes)
