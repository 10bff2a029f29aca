"""Parts of the application, of a screen or of a widget have nothing that Textual looks for in its
own classes alone."""

from __future__ import annotations

from textual.reactive import Reactive

from tests.support.wholes import is_part, screens

NOT_SEEN = {"BINDINGS", "COMPONENT_CLASSES", "CSS", "CSS_PATH", "DEFAULT_CSS"}


def test_parts_have_no_bindings_styles_reactives_and_marked_handlers() -> None:
    found = [one for one in screens() if is_part(one)]
    assert {"AppContext", "ListView", "KeepsLines", "MachineKeys"} <= {
        one.__name__ for one in found
    }
    assert [
        f"{one.__name__}.{name}" for one in found for name, value in vars(one).items()
        if name in NOT_SEEN or isinstance(value, Reactive) or hasattr(value, "_textual_on")
    ] == []  # fmt: skip
