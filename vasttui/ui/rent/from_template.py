"""The rent form after a template was chosen."""

from __future__ import annotations

from dataclasses import replace

from vasttui.models.rent import Launch
from vasttui.models.template import Template
from vasttui.models.template_draft import launch_of
from vasttui.ui.rent.typed import DIRECT, Typed


def with_template(typed: Typed, template: Template | None, before: Template | None) -> Typed:
    """The form with this template's image, launch mode and disk; the image of the template that
    was chosen `before` is cleared."""
    fields = {name: getattr(typed, name) for name in Typed.__slots__}
    if template is None:
        fields["template"] = ""
        if before is not None and typed.image == before.whole_image:
            fields["image"] = ""
        return with_usual_launch(Typed(**fields), None)
    fields.update(
        template=template.hash_id, image=template.whole_image, launch=launch_of(template).name
    )
    fields["way"] = DIRECT if template.is_direct else typed.way
    if template.disk is not None:
        fields["disk"] = f"{max(template.disk, _known(typed.disk)):g}"
    return Typed(**fields)


def with_usual_launch(typed: Typed, template: Template | None) -> Typed:
    """A remembered form: an entrypoint was meant for one rental, unless the template has it."""
    usual = Launch.SSH if template is None else launch_of(template)
    return replace(typed, launch=usual.name) if typed.is_entrypoint else typed


def starts_as_template(typed: Typed, template: Template | None) -> bool:
    """Whether launch mode and connection are those of the template."""
    if template is None or not template.runtype:
        return False
    launch = launch_of(template)
    same_way = launch is Launch.ARGS or (typed.way == DIRECT) == template.is_direct
    return same_way and typed.launch == launch.name


def _known(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
