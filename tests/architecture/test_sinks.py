"""Strangers' text is never parsed as markup, and every worker has a name.

Textual parses markup in most places that take a `str`: a location such as `[/]` would crash the
program, and `[@click=...]` would become a button.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from tests.support.source import (
    PACKAGE,
    Module,
    called_name,
    calls,
    is_constant,
    is_literal_text,
    keyword,
    modules,
)

UI = PACKAGE / "ui"

TEXT_FIRST = {
    "Static", "Label", "Button", "Checkbox", "RadioButton", "Link", "Tab", "TabPane",
    "Collapsible", "Hit", "DiscoveryHit", "from_markup",
}  # fmt: skip
MARKUP_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "loading_message"}
SAFE_TYPES = {"Content", "Text"}


def is_safe_type(annotation: ast.expr | None) -> bool:
    return annotation is not None and ast.unparse(annotation) in SAFE_TYPES


@cache
def safe_makers() -> set[str]:
    """Calls that return text without markup: Textual's, and ours that are annotated so."""
    ours = {
        node.name
        for module in modules(UI)
        for node in module.nodes
        if isinstance(node, ast.FunctionDef) and is_safe_type(node.returns)
    }
    return {"assemble", "styled"} | SAFE_TYPES | ours


@cache
def safe_names(module: Module) -> frozenset[str]:
    """Variables, fields and parameters of a module annotated as such text."""
    declared = {
        ast.unparse(node.target)
        for node in module.nodes
        if isinstance(node, ast.AnnAssign) and is_safe_type(node.annotation)
    }
    parameters = {
        node.arg
        for node in module.nodes
        if isinstance(node, ast.arg) and is_safe_type(node.annotation)
    }
    return frozenset(declared | parameters)


def is_safe(node: ast.expr, module: Module) -> bool:
    """Whether it is a literal in the source, or built as text without markup."""
    if isinstance(node, ast.Call):
        return called_name(node) in safe_makers()
    if isinstance(node, ast.Name | ast.Attribute):
        return ast.unparse(node).removeprefix("self.") in safe_names(module)
    if isinstance(node, ast.IfExp):
        return is_safe(node.body, module) and is_safe(node.orelse, module)
    return is_literal_text(node) or is_constant(node, None)


def text_widgets() -> set[str]:
    """The widgets above and our subclasses of them."""
    names = set(TEXT_FIRST)
    grown = True
    while grown:
        before = len(names)
        for module in modules(UI):
            for node in module.nodes:
                if isinstance(node, ast.ClassDef) and names & set(map(base_name, node.bases)):
                    names.add(node.name)
        grown = len(names) > before
    return names


def base_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def initialisers(module: Module, names: set[str]) -> Iterator[ast.Call]:
    """`super().__init__(...)` calls in our text widgets."""
    for node in module.nodes:
        if isinstance(node, ast.ClassDef) and node.name in names:
            for call in ast.walk(node):
                if (
                    isinstance(call, ast.Call)
                    and called_name(call) == "__init__"
                    and isinstance(call.func, ast.Attribute)
                    and isinstance(call.func.value, ast.Call)
                ):
                    yield call


def own_constructors() -> set[str]:
    """Our text widgets with an `__init__` of their own: what they pass on is checked instead."""
    return {
        node.name
        for module in modules(UI)
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
        and any(isinstance(one, ast.FunctionDef) and one.name == "__init__" for one in node.body)
    }


def test_the_screens_are_looked_at() -> None:
    assert len(modules(UI)) > 10


def test_notifications_are_never_markup() -> None:
    assert [
        module.at(call)
        for module in modules(UI)
        for name, call in calls(module)
        if name == "notify" and not is_constant(keyword(call, "markup"), False)
    ] == []


def test_text_widgets_are_given_no_markup_from_elsewhere() -> None:
    names = text_widgets()
    checked = names - own_constructors()
    bad = []
    for module in modules(UI):
        made = [call for name, call in calls(module) if name in checked]
        for call in (*made, *initialisers(module, names)):
            if is_constant(keyword(call, "markup"), False) or not call.args:
                continue
            if not is_safe(call.args[0], module):
                bad.append(module.at(call))
    assert bad == []


def test_titles_and_tooltips_are_text_not_markup() -> None:
    bad = []
    for module in modules(UI):
        for node in module.nodes:
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                if (
                    isinstance(node, ast.Assign)
                    and isinstance(target, ast.Attribute)
                    and target.attr in MARKUP_ATTRIBUTES
                    and not is_safe(node.value, module)
                ):
                    bad.append(module.at(node))
    assert bad == []


def test_lists_of_options_are_not_markup() -> None:
    assert [
        module.at(call)
        for module in modules(UI)
        for name, call in calls(module)
        if name in {"OptionList", "SelectionList", "RichLog"}
        and not is_constant(keyword(call, "markup"), False)
    ] == []


def test_work_is_grouped_and_keeps_its_arguments_to_itself() -> None:
    """Without `description` Textual logs the arguments, which may include a key."""
    bad = []
    for module in modules(PACKAGE):
        for node in module.nodes:
            decorators = (
                node.decorator_list
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                else []
            )
            bad += [
                module.at(one)
                for one in decorators
                if (isinstance(one, ast.Name) and one.id == "work")
            ]
        for name, call in calls(module):
            if name not in {"work", "run_worker"}:
                continue
            description = keyword(call, "description")
            empty = isinstance(description, ast.Constant) and description.value == ""
            if keyword(call, "group") is None or not empty:
                bad.append(module.at(call))
    assert bad == []


def test_the_focus_moves_before_the_next_key() -> None:
    """`Widget.focus()` waits in a queue behind keys of the same burst; `Screen.set_focus()` does
    not."""
    late = [
        module.at(call) for module in modules(UI) for name, call in calls(module) if name == "focus"
    ]
    assert late == []
