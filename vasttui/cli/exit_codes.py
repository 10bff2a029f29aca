"""The exit codes of the command, and what they mean."""

from __future__ import annotations

USAGE = 2
PIPE_CLOSED = 128 + 13
"""As if ended by SIGPIPE: whoever read the output has seen enough."""
