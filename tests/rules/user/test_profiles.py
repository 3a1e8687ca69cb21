"""What becomes of a profile when its owner changes it."""

import pytest

from services.user.profiles.rules import Change, Face, Link, changed_face, require_version
from shared.errors import Kind, ServiceError

FACE = Face("Anna", "Gardener.", (Link("Blog", "https://anna.example.org"),))


def test_what_is_not_mentioned_stays() -> None:
    assert changed_face(FACE, Change()) == FACE
    assert changed_face(FACE, Change(bio="Sailor.")) == Face("Anna", "Sailor.", FACE.links)


def test_a_text_and_the_links_can_be_emptied() -> None:
    assert changed_face(FACE, Change(bio="", links=())) == Face("Anna", "", ())


def test_a_change_of_an_older_version_is_refused() -> None:
    require_version(3, 3)
    with pytest.raises(ServiceError) as refused:
        require_version(4, 3)
    assert refused.value.kind is Kind.PRECONDITION_FAILED
