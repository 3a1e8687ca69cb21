"""Slugs: what a community is called in addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.community.communities.rules import LONGEST_SLUG, SLUG_PATTERN, is_free_of_ids, slug_of, with_suffix
from shared.identifiers import new_id


class TestASlugFromAName:
    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("Bådlauget Havnen", "baadlauget-havnen"),
            ("Ærø & Øerne", "aero-oerne"),
            ("  Straße  9 ", "strasse-9"),
            ("a", "community"),
            ("🙂🙂🙂", "community"),
            ("'; DROP TABLE communities; --", "drop-table-communities"),
            ("../../etc/passwd", "etc-passwd"),
        ],
    )
    def test_it_is_the_names_words(self, name: str, slug: str) -> None:
        assert slug_of(name) == slug

    @given(st.text(max_size=200))
    def test_it_is_always_one_that_could_be_asked_for(self, name: str) -> None:
        assert re.fullmatch(SLUG_PATTERN, slug_of(name))

    def test_a_name_that_is_an_id_does_not_become_one(self) -> None:
        assert is_free_of_ids(slug_of(str(new_id())))


class TestASlugThatIsTaken:
    @given(st.from_regex(SLUG_PATTERN, fullmatch=True))
    def test_with_its_suffix_it_is_a_slug_still(self, slug: str) -> None:
        made = with_suffix(slug, str(new_id()))
        assert re.fullmatch(SLUG_PATTERN, made)
        assert len(made) <= LONGEST_SLUG

    def test_two_communities_get_two(self) -> None:
        assert with_suffix("havnen", str(new_id())) != with_suffix("havnen", str(new_id()))
