"""Commands of the official client as filters."""

from __future__ import annotations

import pytest

from vasttui.errors import VastError
from vasttui.query.command import SearchCommand, search_command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("vastai search offers 'num_gpus=2 dph<1'", SearchCommand("num_gpus=2 dph<1")),
        ("$ vastai search offers num_gpus=2 dph<1\n", SearchCommand("num_gpus=2 dph<1")),
        ("vastai search offers", SearchCommand("")),
        (
            "./vast.py --raw search offers \\\n 'cuda_vers>=12' --limit 3 | head -3",
            SearchCommand("cuda_vers>=12", ignored=("--limit 3",)),
        ),
        (
            "vastai search offers -o dph,num_gpus- "
            '\u2018gpu_name in ["RTX 4090", A100_PCIE]\u2019',
            SearchCommand(
                'gpu_name in ["RTX 4090", A100_PCIE]',
                order=(("dph_total", False), ("num_gpus", True)),
            ),
        ),
        (
            "vastai search offers -n 'verified=false' -i --storage=60 --order=dlperf_usd-",
            SearchCommand(
                "external=any rentable=any verified=false", "bid",
                (("dlperf_per_dphtotal", True),), 60.0,
            ),
        ),
        ("vastai search offers --type reserved x=1", SearchCommand("x=1", "reserved")),
        (
            "VAST_API_KEY=secret vastai search offers --api-key secret --chunked 'num_gpus=1'",
            SearchCommand("num_gpus=1", ignored=("--chunked", "--api-key")),
        ),
    ],
)  # fmt: skip
def test_what_a_command_asks_for(text: str, command: SearchCommand) -> None:
    assert search_command(text) == command


@pytest.mark.parametrize("text", ["", "gpu:4090", "search offers", "vastai show instances", "'"])
def test_what_is_no_such_command(text: str) -> None:
    assert search_command(text) is None


def test_a_quote_that_is_not_closed() -> None:
    with pytest.raises(VastError, match="not closed"):
        search_command("vastai search offers 'num_gpus=1")
