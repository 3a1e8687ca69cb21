"""Parts of a backup: rows sealed under their person's key, keys in a file apart, and what tells that all is whole."""

import os
import secrets
import stat
from pathlib import Path
from typing import Any

import pytest

from ops.backups.contents import BY_NAME, PASSING, PERSONAL, WITHOUT_ROWS
from ops.backups.failures import Unusable
from ops.backups.key_file import read_keys, write_keys
from ops.backups.manifest import NAME, Manifest, Part, sha256_of
from ops.backups.sealing_rows import KeyRing, opened_row, sealed_row
from ops.retention.wiping import TABLES
from shared.clock import utc_now
from shared.events.key_wrapping import KEY_BYTES, KeyWrapping, WrappedKey
from shared.identifiers import new_id
from shared.settings.secrets import Secret

ANNA, BENT = new_id(), new_id()
WRAPPING = KeyWrapping("DK", (Secret(secrets.token_urlsafe(36)),), None)
KEYS = {person: WRAPPING.wrap(person, os.urandom(KEY_BYTES)) for person in (ANNA, BENT)}
RING = KeyRing(WRAPPING, KEYS)
POSTS, ROLES, PREFERENCES, ACCOUNTS = (BY_NAME[n] for n in ("posts", "role_grants", "preferences", "accounts"))


def a_post() -> dict[str, Any]:
    words = {"title": "Både €😀", "body": "it's \\ 'quoted'", "body_html": "<p>it</p>", "tags": ["boats"]}
    return {"id": str(new_id()), "author_id": str(ANNA), "score": 2**62, **words}


def test_a_row_is_opened_as_it_was_and_shows_nothing_sealed() -> None:
    post = a_post()
    line = sealed_row(POSTS, post, RING)
    assert set(line) == {"id", "author_id", "score", "sealed"}
    assert opened_row(POSTS, line, RING) == post


def test_a_row_without_its_key_is_blank_as_an_erasure_leaves_it() -> None:
    post = a_post()
    line = sealed_row(POSTS, post, RING)
    assert opened_row(POSTS, line, KeyRing(WRAPPING, {})) == {
        **post,
        "title": "",
        "body": "",
        "body_html": "",
        "tags": [],
    }
    assert sealed_row(POSTS, post, KeyRing(WRAPPING, {}))["sealed"] is None
    account = opened_row(ACCOUNTS, {"id": str(ANNA), "sealed": None}, RING)
    assert account is not None
    assert (account["username"], account["password_hash"], account["status"]) == (
        f"deleted_{ANNA.hex}",
        "",
        "disabled",
    )


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (ROLES, {"account_id": str(ANNA), "role": "admin", "granted_by": "system"}),
        (PREFERENCES, {"account_id": str(ANNA), "theme": "dark", "locale": None}),
    ],
    ids=["role", "preferences"],
)
def test_what_an_erasure_deletes_is_not_there_without_the_key(table: Any, row: dict[str, Any]) -> None:  # noqa: ANN401 (parametrised)
    line = sealed_row(table, row, RING)
    assert opened_row(table, line, RING) == row
    assert opened_row(table, line, KeyRing(WRAPPING, {BENT: KEYS[BENT]})) is None


def test_text_moved_to_another_row_or_person_reveals_nothing() -> None:
    first, second = sealed_row(POSTS, a_post(), RING), sealed_row(POSTS, a_post(), RING)
    for line in ({**first, "sealed": second["sealed"]}, {**first, "author_id": str(BENT)}):
        opened = opened_row(POSTS, line, RING)
        assert opened is not None
        assert (opened["title"], opened["tags"]) == ("", [])


def test_every_table_from_which_an_erasure_takes_something_is_sealed_or_left_out() -> None:
    assert set(TABLES) == set(WITHOUT_ROWS) - set(PASSING)
    assert len({table.name for table in PERSONAL}) == len(PERSONAL)


def test_keys_come_back_as_they_were_and_take_the_place_of_those_before(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    assert write_keys(path, {"DK": KEYS, "NO": {}}, utc_now()) == len(KEYS)
    assert read_keys(path) == {"DK": KEYS}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    only: dict[Any, WrappedKey] = {BENT: KEYS[BENT]}
    write_keys(path, {"DK": only}, utc_now())
    assert read_keys(path) == {"DK": only}
    assert [found.name for found in tmp_path.iterdir()] == ["keys"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"format":"x"}', b'{"format":1,"keys":0}\n1'])
def test_what_is_no_file_of_keys_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(content)
    with pytest.raises(Unusable):
        read_keys(path)


def test_a_file_of_keys_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    write_keys(path, {"DK": KEYS}, utc_now())
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(Unusable, match="not whole"):
        read_keys(path)


def test_a_file_that_is_changed_or_gone_is_named(tmp_path: Path) -> None:
    record = tmp_path / "DK.sql.gz"
    record.write_bytes(b"record")
    Manifest("dk", "now", [Part("DK", 7, "0002", 0, {record.name: sha256_of(record)})]).write(tmp_path)
    manifest = Manifest.read(tmp_path)
    manifest.require_whole(tmp_path)
    assert manifest.part_of("DK").position == 7
    with pytest.raises(Unusable, match="holds DK, not NO"):
        manifest.part_of("NO")
    record.write_bytes(b"rec0rd")
    with pytest.raises(Unusable, match=r"DK\.sql\.gz is not what was saved"):
        manifest.require_whole(tmp_path)
    record.unlink()
    with pytest.raises(Unusable, match=r"DK\.sql\.gz"):
        manifest.require_whole(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b'{"format":"unityplan-backup/9"}'])
def test_a_folder_without_a_manifest_of_ours_is_no_backup(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / NAME).write_bytes(content)
    with pytest.raises(Unusable):
        Manifest.read(tmp_path)
