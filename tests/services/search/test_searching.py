"""What is found, in spite of typos, and what is found by nobody whom it does not concern."""

import pytest

from tests.services.search.library import Library, Reader


class TestFinding:
    @pytest.mark.parametrize(
        ("title", "query"),
        [
            ("Kanosejlads", "kanosejlads"),
            ("Kanosejlads", "KANOSEJLADS"),
            ("Kanosejlads", "kanosejlds"),
            ("Kanosejlads", "kanosejalds"),
            ("Kanosejlads", "kanosejladss"),
            ("Kanosejlads", "kanosejxads"),
            ("Kanosejlads", "kanose"),
            ("Søfartsmuseum på Ærø", "sofartsmuseum aero"),
            ("Søfartsmuseum på Ærø", "søfartsmuseum ærø"),
            ("Mötesplats Göteborg", "motesplats goteborg"),
            ("Brot und Straßenfest", "strassenfest"),
        ],
    )
    async def test_a_post_is_found_by_its_title_even_misspelt(self, anna: Reader, title: str, query: str) -> None:
        post = await anna.post(await anna.found("Havnen"), title)
        await anna.comes_to_find(query, post)

    async def test_a_community_is_found_by_name_and_description(self, anna: Reader) -> None:
        community = await anna.found("Bivognen", description="Honningslyngning hver tirsdag")
        await anna.comes_to_find("bivognen", community)
        assert community in await anna.finds("honningslyngning")

    async def test_a_person_is_found_by_name(self, shelves: Library, anna: Reader) -> None:
        jorgen = await shelves.reader(display_name="Jørgen Østergaard-Quist")
        await anna.comes_to_find("jorgen ostergard", jorgen.id)

    async def test_a_title_counts_for_more_than_a_body(self, anna: Reader) -> None:
        community = await anna.found("Havnen")
        in_body = await anna.post(community, "Another thing", "a word about tjæretønder here")
        in_title = await anna.post(community, "Tjæretønder", "another thing")
        await anna.comes_to_find("tjæretønder", in_title)
        assert [item["id"] for item in (await anna.search("tjaeretonder"))["items"]] == [in_title, in_body]

    async def test_it_may_be_limited_to_a_type_or_a_community(self, anna: Reader) -> None:
        here, there = await anna.found("Glarmesteren"), await anna.found("Nabolaget")
        post_here, post_there = await anna.post(here, "Glarmesteren"), await anna.post(there, "Glarmesteren")
        await anna.comes_to_find("glarmesteren", post_there)
        assert await anna.finds("glarmesteren", type="post") == {post_here, post_there}
        assert await anna.finds("glarmesteren", type="community") == {here}
        assert await anna.finds("glarmesteren", community_id=there) == {post_there}


class TestWhatIsNotForAll:
    @pytest.mark.parametrize("visibility", ["unlisted", "private"])
    async def test_only_members_find_it_and_nobody_learns_its_number(
        self, shelves: Library, anna: Reader, bo: Reader, visibility: str
    ) -> None:
        word = f"hemmelighed{visibility}"
        community = await anna.found(f"The {word}", visibility)
        post = await anna.post(community, word, f"all about {word}")
        await anna.comes_to_find(word, post)
        assert await anna.finds(word) == {community, post}
        for outsider in (bo, shelves.stranger()):
            answer = await outsider.search(word)
            assert (answer["items"], answer["facets"]) == ([], {"type": {}})
            assert await outsider.finds(word, community_id=community) == set()

    async def test_whoever_joins_finds_it_at_once(self, anna: Reader, bo: Reader) -> None:
        community = await anna.found("Kulsvierlauget", "unlisted")
        await anna.comes_to_find("kulsvierlauget", community)
        assert await bo.finds("kulsvierlauget") == set()
        await bo.join(community)
        assert await bo.finds("kulsvierlauget") == {community}


class TestStrangeQueries:
    @pytest.mark.parametrize(
        "query",
        [
            "'; DROP TABLE events; --",
            'title:"x" AND (body:*',
            "*",
            "?",
            "checkpoint",
            "\x00",
            "🙂",
            "a" * 200,
            "/.*/",
            "x~99^99",
            "[a TO z]",
            "((((((((((",
            " ",
        ],
    )
    async def test_they_find_nothing_and_break_nothing(self, shelves: Library, query: str) -> None:
        answer = await shelves.stranger().search(query)
        assert all(item["type"] in {"community", "post", "person"} for item in answer["items"])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"q": ""},
            {"q": "a" * 201},
            {"q": "a", "limit": "0"},
            {"q": "a", "type": "secret"},
            {"q": "a", "community_id": "x"},
        ],
    )
    async def test_what_cannot_be_asked_is_refused(self, shelves: Library, wrong: dict[str, str]) -> None:
        answer = await shelves.search.get("/search", params=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
