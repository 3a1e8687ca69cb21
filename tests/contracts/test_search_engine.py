"""What every search engine does, whichever it is."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from services.search.engines.engine import Document, EngineUnavailableError, SearchEngine, SearchQuery
from services.search.engines.folding import words_of
from services.search.engines.tantivy_engine import TantivyEngine
from shared.identifiers import new_id
from tests.support.eventually import eventually
from tests.support.pod import ROOT

ENGINES: dict[str, Callable[[Path], SearchEngine]] = {"tantivy": TantivyEngine}
COMMUNITY = new_id()
HOLD = (
    "import sys, time; from pathlib import Path; from services.search.engines.tantivy_engine import TantivyEngine;"
    " engine = TantivyEngine(Path(sys.argv[1])); engine.open(); print('open', flush=True); time.sleep(600)"
)


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], SearchEngine]:
    """An engine on the same index each time, not open yet."""
    return lambda: ENGINES[request.param](tmp_path / "dk")


@pytest.fixture
def engine(make: Callable[[], SearchEngine]) -> Iterator[SearchEngine]:
    made = make()
    made.open()
    yield made
    made.close()


def a_post(title: str, body: str = "", *, community: UUID = COMMUNITY, identity: UUID | None = None) -> Document:
    return Document("post", identity or new_id(), community, title, body)


def a_person(name: str) -> Document:
    return Document("person", new_id(), None, name, "")


def found(engine: SearchEngine, words: str, *, type_: str | None = None, community: UUID | None = None) -> list[str]:
    query = SearchQuery(words_of(words), type_, community)
    return [hit.document.title for hit in engine.search(query, 20)]


class TestWriting:
    def test_an_empty_index_has_reached_nothing_and_finds_nothing(self, engine: SearchEngine) -> None:
        assert engine.checkpoint() == 0
        assert found(engine, "harbour") == []

    def test_what_is_written_comes_back_as_it_was_written(self, engine: SearchEngine) -> None:
        post = a_post("Fæst på Ærø", "Öl & <b>sild</b>\nved havnen")
        person = a_person("Søren Ærø")
        engine.write([post, person], 7)
        hits = engine.search(SearchQuery(words_of("aero"), None, None), 20)
        assert {hit.document.id: hit.document for hit in hits} == {post.id: post, person.id: person}
        assert engine.checkpoint() == 7

    def test_the_newer_takes_the_place_of_the_older(self, engine: SearchEngine) -> None:
        identity = new_id()
        engine.write([a_post("Harbour", identity=identity)], 1)
        engine.write([a_post("Festival", identity=identity)], 2)
        assert found(engine, "harbour") == []
        assert found(engine, "festival") == ["Festival"]

    def test_in_one_batch_too(self, engine: SearchEngine) -> None:
        identity = new_id()
        engine.write([a_post("Harbour", identity=identity), a_post("Festival", identity=identity)], 2)
        assert (found(engine, "harbour"), found(engine, "festival")) == ([], ["Festival"])

    def test_what_has_no_text_any_more_is_gone(self, engine: SearchEngine) -> None:
        identity = new_id()
        engine.write([a_post("Harbour", "by the sea", identity=identity)], 1)
        engine.write([a_post("", "", identity=identity)], 2)
        assert found(engine, "harbour") == []
        assert engine.checkpoint() == 2

    def test_the_same_again_has_no_second_effect(self, engine: SearchEngine) -> None:
        post = a_post("Harbour")
        for _ in range(3):
            engine.write([post], 5)
        assert found(engine, "harbour") == ["Harbour"]
        assert engine.checkpoint() == 5

    def test_a_cleared_index_is_empty(self, engine: SearchEngine) -> None:
        engine.write([a_post("Harbour")], 5)
        engine.clear()
        assert (found(engine, "harbour"), engine.checkpoint()) == ([], 0)

    def test_all_of_a_long_text_can_be_found(self, engine: SearchEngine) -> None:
        engine.write([a_post("Long", "åben " * 7_990 + "lighthouse")], 1)
        assert found(engine, "lighthouse") == ["Long"]


class TestFinding:
    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            ("harbour", "harbuor"),
            ("harbour", "harbor"),
            ("harbour", "harbourr"),
            ("harbour", "Hxrbour"),
            ("Festival at the harbour", "festval harbuor"),
        ],
    )
    def test_one_typo_a_word_is_forgiven(self, engine: SearchEngine, written: str, asked: str) -> None:
        engine.write([a_post(written)], 1)
        assert found(engine, asked) == [written]

    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            ("Ærø", "aero"),
            ("Aero", "ærø"),
            ("Smørrebrød", "smorrebrod"),
            ("Ålborg", "alborg"),
            ("Malmö", "malmo"),
            ("München", "MUNCHEN"),
            ("Straße", "strasse"),
            ("mañana", "manana"),
            ("rødgrød", "RØDGRØD"),
            ("cafe\u0301", "café"),
        ],
    )
    def test_letters_are_found_with_and_without_their_marks(
        self, engine: SearchEngine, written: str, asked: str
    ) -> None:
        engine.write([a_post(written), a_post("something else")], 1)
        assert found(engine, asked) == [written]

    def test_the_last_word_may_be_a_beginning(self, engine: SearchEngine) -> None:
        engine.write([a_post("Summer festival")], 1)
        assert found(engine, "summer fes") == ["Summer festival"]
        assert found(engine, "f") == ["Summer festival"]

    def test_a_title_counts_for_more_than_a_text(self, engine: SearchEngine) -> None:
        engine.write([a_post("Weather", "the harbour, the harbour"), a_post("Harbour", "weather")], 1)
        assert found(engine, "harbour") == ["Harbour", "Weather"]

    def test_the_word_itself_comes_before_one_like_it(self, engine: SearchEngine) -> None:
        engine.write([a_post("Harbout"), a_post("Harbour")], 1)
        assert found(engine, "harbour") == ["Harbour", "Harbout"]

    def test_a_type_and_a_community_can_be_asked_for(self, engine: SearchEngine) -> None:
        elsewhere = new_id()
        engine.write([a_post("Harbour A"), a_post("Harbour B", community=elsewhere), a_person("Harbour C")], 1)
        assert found(engine, "harbour", type_="person") == ["Harbour C"]
        assert found(engine, "harbour", community=elsewhere) == ["Harbour B"]
        assert found(engine, "harbour", type_="person", community=elsewhere) == []

    @pytest.mark.parametrize(
        "words",
        ["checkpoint", "none", "post", str(COMMUNITY), "v2"],
        ids=["checkpoint", "none", "post", "community", "version"],
    )
    def test_what_the_index_says_to_itself_is_not_found(self, engine: SearchEngine, words: str) -> None:
        engine.write([a_post("Harbour"), a_person("Anna")], 1)
        assert found(engine, words) == []

    @pytest.mark.parametrize(
        "words",
        [
            'title:x AND (body:"y"~2 OR *) -z^9',
            "((((((",
            '"""',
            "* ? ~ ^ \\ / [a TO b] {a TO b}",
            "AND OR NOT",
            "\x00\x01\ufffe",
            "🙂",
            "a" * 200,
            " ".join("abcdefghij"),
            "ﷺ" * 60,
            "'; DROP TABLE communities; --",
        ],
    )
    def test_no_query_is_an_error(self, engine: SearchEngine, words: str) -> None:
        engine.write([a_post("Harbour")], 1)
        assert found(engine, words) in ([], ["Harbour"])


class TestOpening:
    def test_before_it_is_open_it_says_so(self, make: Callable[[], SearchEngine]) -> None:
        with pytest.raises(EngineUnavailableError):
            make().search(SearchQuery(("harbour",), None, None), 20)

    def test_an_index_outlives_its_process(self, make: Callable[[], SearchEngine]) -> None:
        engine = make()
        for reached in (1, 2, 3):
            engine = make()
            engine.open()
            assert engine.checkpoint() == reached - 1
            engine.write([a_post(f"Harbour {reached}")], reached)
            engine.close()
        engine.open()
        assert len(found(engine, "harbour")) == 3

    def test_opened_again_while_open_it_is_the_same(self, engine: SearchEngine) -> None:
        engine.write([a_post("Harbour")], 4)
        engine.open()
        engine.write([a_post("Harbour")], 5)
        assert (len(found(engine, "harbour")), engine.checkpoint()) == (2, 5)

    @pytest.mark.parametrize("harm", ["truncated", "garbled", "emptied", "removed"])
    def test_what_cannot_be_read_is_begun_anew(
        self, make: Callable[[], SearchEngine], tmp_path: Path, harm: str
    ) -> None:
        engine = make()
        engine.open()
        engine.write([a_post("Harbour")], 4)
        engine.close()
        for path in (path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"):
            _harm(path, harm)
        engine.open()
        assert (found(engine, "harbour"), engine.checkpoint()) == ([], 0)
        engine.write([a_post("Harbour")], 5)
        assert (found(engine, "harbour"), engine.checkpoint()) == (["Harbour"], 5)


class TestTheFolderOfTantivy:
    def test_what_an_older_version_left_is_removed(self, tmp_path: Path) -> None:
        (tmp_path / "v0").mkdir()
        (tmp_path / "v0" / "meta.json").write_text("a person's words")
        engine = TantivyEngine(tmp_path)
        engine.open()
        assert len(list(tmp_path.iterdir())) == 1
        assert engine.checkpoint() == 0

    async def test_one_process_writes_and_when_it_is_killed_the_next_one_does(self, tmp_path: Path) -> None:
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLD, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"open\n"
        engine = TantivyEngine(tmp_path)
        with pytest.raises(EngineUnavailableError):
            engine.open()
        os.kill(holder.pid, signal.SIGKILL)
        await holder.wait()

        def is_free() -> bool:
            engine.open()
            return True

        await eventually(is_free)
        engine.write([a_post("Harbour")], 1)
        assert found(engine, "harbour") == ["Harbour"]


def _harm(path: Path, harm: str) -> None:
    content = path.read_bytes()
    match harm:
        case "truncated":
            path.write_bytes(content[: len(content) // 2])
        case "garbled":
            path.write_bytes(bytes(255 - byte for byte in content))
        case "emptied":
            path.write_bytes(b"")
        case _:
            path.unlink()
