"""The built-in engine: tantivy, a folder per territory, no server.

Text is folded before it is indexed, as queries are, and kept beside as it was written. The checkpoint is a document
of the index, so that it is committed with what it stands for.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import tantivy

from services.search.engines.engine import Document, EngineUnavailableError, Hit, SearchQuery
from services.search.engines.folding import folded

# Another schema is another folder: an index of an older one is made again.
SCHEMA_VERSION = 2
HEAP_BYTES = 15_000_000
CHECKPOINT = "checkpoint"
TITLE_BOOST = 3.0
EXACT_BOOST = 2.0
# Of a text that is longer all is found, and this much is there to take an excerpt from.
SHOWN_CHARACTERS = 40_000
# Shorter words have too many neighbours at one edit.
SHORTEST_FUZZY = 4


class TantivyEngine:
    """One index; one writer at a time, held by the lock in its folder, which the kernel frees when a process dies."""

    def __init__(self, folder: Path) -> None:
        self._territory_folder = folder
        self._folder = folder / f"v{SCHEMA_VERSION}"
        self._schema = _schema()
        self._index: Any = None
        self._writer: Any = None

    def open(self) -> None:
        """As the port says."""
        # Whoever searches meanwhile goes on with the index as it was opened before.
        self._writer = None
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
        except (ValueError, OSError):
            # The events are all there: nothing is lost with what cannot be read.
            shutil.rmtree(self._folder)
            self._folder.mkdir()
            index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
        self._index = index
        try:
            self._writer = index.writer(HEAP_BYTES, 1)
        except ValueError as error:
            raise EngineUnavailableError(str(error)) from error
        self._remove_older()

    def checkpoint(self) -> int:
        """As the port says."""
        searcher = self._searcher()
        found = searcher.search(self._key_query(CHECKPOINT), 1).hits
        return int(searcher.doc(found[0][1]).get_first("position")) if found else 0

    def write(self, documents: Sequence[Document], checkpoint: int) -> None:
        """As the port says."""
        for document in documents:
            key = f"{document.type}:{document.id}"
            self._writer.delete_documents_by_term("key", key)
            if document.title or document.body:
                self._writer.add_document(_to_tantivy(key, document))
        self._writer.delete_documents_by_term("key", CHECKPOINT)
        self._writer.add_document(tantivy.Document(key=CHECKPOINT, type=CHECKPOINT, position=checkpoint))
        self._writer.commit()
        self._index.reload()

    def search(self, query: SearchQuery, most: int) -> list[Hit]:
        """As the port says."""
        if not query.words:
            return []
        searcher = self._searcher()
        result = searcher.search(self._query(query), most)
        return [Hit(_from_tantivy(searcher.doc(address)), score) for score, address in result.hits]

    def clear(self) -> None:
        """As the port says."""
        self._writer.delete_all_documents()
        self._writer.commit()
        self._index.reload()

    def close(self) -> None:
        """As the port says."""
        self._writer = None
        self._index = None

    def _remove_older(self) -> None:
        """What other versions left behind is nobody's to read any more."""
        for folder in self._territory_folder.glob("v*"):
            if folder != self._folder:
                shutil.rmtree(folder, ignore_errors=True)

    def _searcher(self) -> Any:  # noqa: ANN401 (the driver has no types)
        index = self._index
        if index is None:
            message = "the index is not open"
            raise EngineUnavailableError(message)
        return index.searcher()

    def _key_query(self, key: str) -> Any:  # noqa: ANN401 (the driver has no types)
        return tantivy.Query.term_query(self._schema, "key", key)

    def _query(self, query: SearchQuery) -> Any:  # noqa: ANN401 (the driver has no types)
        """Most words must be found, each exactly, as a beginning, or with one typo; in titles for more."""
        last = len(query.words) - 1
        words = [self._word(word, is_last=index == last) for index, word in enumerate(query.words)]
        needed = (len(words) * 3 + 4) // 5
        parts = [
            (tantivy.Occur.Must, tantivy.Query.boolean_query([(tantivy.Occur.Should, w) for w in words], needed)),
            (tantivy.Occur.MustNot, self._key_query(CHECKPOINT)),
        ]
        for field, value in (("type", query.type), ("community_id", query.community_id)):
            if value is not None:
                parts.append((tantivy.Occur.Must, tantivy.Query.term_query(self._schema, field, str(value))))
        return tantivy.Query.boolean_query(parts)

    def _word(self, word: str, *, is_last: bool) -> Any:  # noqa: ANN401 (the driver has no types)
        ways = []
        for field, boost in (("title", TITLE_BOOST), ("body", 1.0)):
            ways.append((tantivy.Query.term_query(self._schema, field, word), boost * EXACT_BOOST))
            if len(word) >= SHORTEST_FUZZY:
                ways.append((tantivy.Query.fuzzy_term_query(self._schema, field, word, 1, True, False), boost))  # noqa: FBT003 (the driver takes no names)
            if is_last:
                ways.append((tantivy.Query.fuzzy_term_query(self._schema, field, word, 0, True, True), boost))  # noqa: FBT003 (the driver takes no names)
        return tantivy.Query.disjunction_max_query([tantivy.Query.boost_query(way, boost) for way, boost in ways])


def _schema() -> Any:  # noqa: ANN401 (the driver has no types)
    builder = tantivy.SchemaBuilder()
    for name in ("key", "type", "community_id"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=False, tokenizer_name="default")
    builder.add_text_field("body", stored=False, tokenizer_name="default")
    # Only kept: as an indexed field each text would be one long term.
    for name in ("id", "shown_title", "shown_body"):
        builder.add_bytes_field(name, stored=True)
    builder.add_unsigned_field("position", stored=True, indexed=False)
    return builder.build()


def _to_tantivy(key: str, document: Document) -> Any:  # noqa: ANN401 (the driver has no types)
    return tantivy.Document(
        key=key,
        type=document.type,
        id=document.id.bytes,
        community_id=str(document.community_id) if document.community_id else "none",
        title=folded(document.title),
        body=folded(document.body),
        shown_title=document.title.encode(),
        shown_body=document.body[:SHOWN_CHARACTERS].encode(),
    )


def _from_tantivy(found: Any) -> Document:  # noqa: ANN401 (the driver has no types)
    community = found.get_first("community_id")
    return Document(
        type=found.get_first("type"),
        id=UUID(bytes=found.get_first("id")),
        community_id=None if community == "none" else UUID(community),
        title=found.get_first("shown_title").decode(),
        body=found.get_first("shown_body").decode(),
    )
