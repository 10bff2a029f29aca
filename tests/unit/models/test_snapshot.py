"""A snapshot: which names are sent to the service, and which are refused before."""

from __future__ import annotations

import pytest

from vasttui.models.private_key import SENTENCE
from vasttui.models.snapshot import (
    SnapshotRequest,
    login_problem,
    page_of,
    repository_problem,
)

PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(
    "name",
    ["docker.io/acme/snapshots", "ghcr.io/acme/a/b", "localhost/a/b", "localhost:5000/a/b",
     "registry.example:5000/acme/x", "registry:5000/acme/x_y.z-1"],
)  # fmt: skip
def test_a_name_with_its_registry(name: str) -> None:
    assert repository_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Where should it go?"),
        ("acme/snapshots", "it goes to Docker Hub"),
        ("snapshots", "it goes to Docker Hub"),
        ("docker.io/acme/snapshots:v1", "Without a tag"),
        ("localhost:5000/acme/x:latest", "Without a tag"),
        ("acme/x:latest", "Without a tag"),
        ("docker.io/acme/x@sha256:" + "0" * 64, "Without a digest"),
        ("https://docker.io/acme/x", "Without https://"),
        ("docker.io/Acme/x", "lowercase"),
        ("docker.io/snapshots", "registry/namespace/name"),
        ("docker.io/acme/", "registry/namespace/name"),
        ("docker.io/acme/a b", "registry/namespace/name"),
        ("docker.io//x", "registry/namespace/name"),
        (PRIVATE, SENTENCE),
    ],
)
def test_what_is_wrong_with_a_name(name: str, words: str) -> None:
    assert words in repository_problem(name)


@pytest.mark.parametrize(("text", "words"), [("", "Needed"), ("a\nb", "cannot"), (PRIVATE, "key")])
def test_what_is_wrong_with_a_login(text: str, words: str) -> None:
    assert words in login_problem(text)
    assert login_problem("dckr_pat_x") == ""


def test_the_body_has_no_id_and_words_for_the_pause() -> None:
    request = SnapshotRequest("registry.example:5000/acme/x", "me", "hidden", pause=False)
    assert request.body == {
        "container_registry": "registry.example:5000",
        "personal_repo": "registry.example:5000/acme/x",
        "docker_login_user": "me",
        "docker_login_pass": "hidden",
        "pause": "false",
    }
    assert "hidden" not in repr(request)


@pytest.mark.parametrize(
    ("repository", "page"),
    [
        ("docker.io/acme/x", "https://hub.docker.com/r/acme/x/tags"),
        ("ghcr.io/acme/x", "https://github.com/acme?tab=packages"),
        ("quay.io/acme/x", "https://quay.io/repository/acme/x?tab=tags"),
        ("registry.example/acme/x", ""),
    ],
)
def test_where_the_tags_are_seen(repository: str, page: str) -> None:
    assert page_of(repository) == page
