"""The values of the rent dialog's fields, as they are typed."""

from __future__ import annotations

from dataclasses import dataclass

from vasttui.errors import VastError
from vasttui.models.rent import Launch
from vasttui.models.rent_checks import parse_ports
from vasttui.ui.widgets.pasting import words

ON_DEMAND, BID = "on-demand", "bid"
DIRECT, PROXY = "direct", "proxy"

WITH_SSH = {"ports": "besides 22", "onstart": "runs at every start"}
WITH_ENTRYPOINT = {"ports": "", "onstart": "instead of the entrypoint"}
"""What stands behind these fields, by how the container is started."""

DEFAULT_IMAGE = "vastai/pytorch:@vastai-automatic-tag"
"""The service picks the newest tag that the host's driver can run (docs: "creating instances")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The text of every field. `template` is a hash id, empty for none; `launch` the name of a
    `Launch`. Meant are `disk` in GB, `bid` in $/h for the whole offer, `remind` and `self_stop` in
    hours; `stop_at` is a local time. `volume` is `881:/data` or, for a new one of 200 GB, `new
    weights 200:/data`."""

    template: str = ""
    image: str = DEFAULT_IMAGE
    disk: str = "10"
    launch: str = Launch.SSH.name
    way: str = DIRECT
    args: str = ""
    rental: str = ON_DEMAND
    bid: str = ""
    label: str = ""
    ports: str = ""
    env: str = ""
    onstart: str = ""
    login: str = ""
    volume: str = ""
    remind: str = ""
    self_stop: str = ""
    stop_at: str = ""

    @property
    def is_entrypoint(self) -> bool:
        """Whether the image's entrypoint is started: there is no SSH."""
        return self.launch == Launch.ARGS.name


def pasted_ports(text: str) -> str:
    """What the field for ports makes of pasted text. Raises VastError unless all are ports."""
    found = words(text)
    wrong = parse_ports(found)[1]
    if wrong:
        raise VastError(wrong)
    return found
