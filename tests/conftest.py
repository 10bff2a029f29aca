"""The same conditions for every test, on every computer."""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, settings

# The same examples in every run, and no deadline on slow computers.
settings.register_profile(
    "vasttui",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("vasttui")

# The screens leave much garbage among much that stays: to look for it often takes a third of the
# time.
gc.set_threshold(50_000, 5, 10)

for _name in (
    "VAST_API_KEY", "VASTAI_API_KEY", "VAST_URL", "NO_COLOR", "TEXTUAL", "TEXTUAL_LOG",
    "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "TMUX", "SSH_TTY", "SSH_CONNECTION",
):  # fmt: skip
    os.environ.pop(_name, None)
