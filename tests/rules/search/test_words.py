"""How text is compared, and what a result shows of it."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.engines.engine import Document
from services.search.engines.folding import LONGEST_WORD, MOST_WORDS, folded, words_of
from services.search.querying.rules import EXCERPT_CHARACTERS, excerpt_of, url_of


class TestFolding:
    @pytest.mark.parametrize(
        ("written", "compared"),
        [
            ("Ærø", "aero"),
            ("ærø", "aero"),
            ("Ålborg", "alborg"),
            ("Göteborg", "goteborg"),
            ("MÜNCHEN", "munchen"),
            ("Straße", "strasse"),
            ("Þórshöfn", "thorshofn"),
            ("Łódź", "lodz"),
            ("cafe\u0301", "cafe"),
            ("\ufb01sk", "fisk"),
        ],
    )
    def test_letters_with_marks_are_the_plain_ones(self, written: str, compared: str) -> None:
        assert folded(written) == compared

    @given(st.text())
    def test_what_is_folded_stays_so(self, text: str) -> None:
        assert folded(folded(text)) == folded(text)


class TestTheWordsOfAQuery:
    @pytest.mark.parametrize("query", ["", "   ", "--- ... !!!", "\x00", "_ __", "🙂"])
    def test_there_may_be_none(self, query: str) -> None:
        assert words_of(query) == ()

    def test_what_an_engine_could_take_for_a_command_is_no_part_of_them(self) -> None:
        assert words_of('title:x AND (body:"y"~2 OR *) -z^9') == (
            "title", "x", "and", "body", "y", "2", "or", "z", "9",
        )  # fmt: skip

    @given(st.text())
    def test_there_are_few_and_none_is_long(self, query: str) -> None:
        words = words_of(query)
        assert len(words) <= MOST_WORDS
        assert all(0 < len(word) <= LONGEST_WORD for word in words)


class TestAnExcerpt:
    def test_a_short_text_is_shown_whole_on_one_line(self) -> None:
        assert excerpt_of("Boats\n\n and  oars", ("boats",)) == "Boats and oars"

    def test_of_a_long_one_the_place_of_the_word_is_shown(self) -> None:
        text = f"{'before ' * 100}Søfart {'after ' * 100}"
        shown = excerpt_of(text, ("sofart",))
        assert "Søfart" in shown
        assert shown.startswith("… ")
        assert shown.endswith(" …")

    @given(st.text(max_size=2000), st.text(max_size=40))
    def test_it_is_never_longer_than_promised(self, body: str, query: str) -> None:
        assert len(excerpt_of(body, words_of(query))) <= EXCERPT_CHARACTERS + len("…  …")


@pytest.mark.parametrize(("type_", "folder"), [("community", "communities"), ("post", "posts"), ("person", "users")])
def test_a_result_says_where_it_can_be_read(type_: str, folder: str) -> None:
    document = Document(type_, uuid4(), None, "", "")
    assert url_of(document) == f"/api/{folder}/{document.id}"
