"""The index may be lost at any time: the events are all there."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.territory.territory import Territory
from tests.services.search.library import Library, Reader, library, searching
from tests.support.eventually import eventually
from tests.support.servers import Servers


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def damage(folder: Path) -> None:
    for path in folder.rglob("meta.json"):
        path.write_bytes(b"{ not json")


def keep(_: Path) -> None:
    """The index is as it was."""


@pytest.mark.parametrize("fate", [lose, damage, keep])
async def test_after_a_start_everything_is_found_again(
    servers: Servers, territory: Territory, tmp_path: Path, fate: Callable[[Path], None]
) -> None:
    async with library(servers, territory, tmp_path / "first") as shelves:
        anna = await shelves.reader()
        community = await anna.found("Fyrtårnet", "private")
        post = await anna.post(community, "Lampen")
        await anna.comes_to_find("lampen", post)
        folder = tmp_path / "second"
        async with searching(servers, territory, folder) as search:
            await Reader(Library(shelves.auth, shelves.community, search), anna.id, anna.access_token).comes_to_find(
                "fyrtarnet", community
            )
        fate(folder)
        async with searching(servers, territory, folder) as search:
            again = Reader(Library(shelves.auth, shelves.community, search), anna.id, anna.access_token)

            async def is_ready() -> bool:
                return (await search.get("/health/ready")).status_code == 200

            await eventually(is_ready)
            assert await again.finds("lampen") == {post}
            assert await again.finds("fyrtarnet") == {community}
            assert await Reader(again.library).finds("fyrtarnet") == set()
