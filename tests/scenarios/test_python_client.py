"""A program on the published Python client goes the whole way through a real pod."""

import asyncio
import os
import sys
from uuid import UUID

import httpx
import pytest
from unityplan_client import AuthenticatedClient, Client, ProblemError, UnexpectedAnswerError
from unityplan_client.api.auth import log_in, log_out, refresh_tokens, register_account
from unityplan_client.api.community import (
    found_community,
    join_community,
    leave_community,
    publish_post,
    read_comments,
    read_post,
    read_posts,
    write_comment,
)
from unityplan_client.api.event import read_events, read_inclusion_proof, read_tree_head
from unityplan_client.api.gateway import read_directory, read_territory
from unityplan_client.api.search import search_content
from unityplan_client.api.user import change_own_profile, read_own_profile
from unityplan_client.models import (
    CommentBody,
    EventAnswer,
    FoundBody,
    LoginBody,
    PostBody,
    ProfileChangeBody,
    RefreshTokenBody,
    RegisterBody,
    TokenAnswer,
    TreeHeadAnswer,
)

from tests.support.citizen import PASSWORD, PodAddress, unused_name
from tests.support.eventually import eventually
from tests.support.pod import Pod
from tests.support.proofs import leaf_hash, root_from_path
from tests.support.python_client import PROJECT, readme_example


def visitor(address: PodAddress) -> Client:
    return Client(address.api_url, headers={"Host": address.host} if address.host else {})


def citizen(address: PodAddress, tokens: TokenAnswer) -> AuthenticatedClient:
    return AuthenticatedClient(address.api_url, token=tokens.access_token)


async def register(client: Client, name: str) -> TokenAnswer:
    body = RegisterBody(username=name, email=f"{name}@example.org", password=PASSWORD)
    answer = await register_account.asyncio(client=client, body=body)
    assert isinstance(answer, TokenAnswer)
    return answer


async def test_two_citizens_meet_through_the_client_and_prove_it(dk: Pod) -> None:
    address, name = dk.address(), unused_name()
    async with visitor(address) as anyone:
        await register(anyone, name)
        anna_tokens = await log_in.asyncio(client=anyone, body=LoginBody(identifier=name, password=PASSWORD))
        bo_tokens = await register(anyone, unused_name())
    async with citizen(address, anna_tokens) as anna, citizen(address, bo_tokens) as bo:
        harbour = FoundBody(name=f"Harbour {name}", visibility="public", join_policy="open")
        community = await found_community.asyncio(client=anna, body=harbour)
        member = await join_community.asyncio(community.id, client=bo)
        assert (member.account_id, member.state) == (bo_tokens.user.id, "active")
        post = await publish_post.asyncio(community.id, client=anna, body=PostBody("Harbour festival", "Boats?"))
        comment = await write_comment.asyncio(post.id, client=bo, body=CommentBody("I do."))
        assert comment.created_at >= post.created_at
        assert [each.id for each in (await read_comments.asyncio(post.id, client=anna)).items] == [comment.id]
        assert (await read_post.asyncio(post.id, client=bo)).comment_count == 1
        await _is_found(bo, post.id)
        await _is_proven(anna, community.id)
        await leave_community.asyncio(community.id, client=bo)


async def _is_found(client: Client, post_id: UUID) -> None:
    async def found() -> bool:
        return post_id in [item.id for item in (await search_content.asyncio(client=client, q="harbuor fstival")).items]

    await eventually(found)


async def _is_proven(client: AuthenticatedClient, community_id: UUID) -> None:
    async def published() -> EventAnswer | None:
        page = await read_events.asyncio(client=client, type_=["community.post.created"])
        return next((event for event in page.items if event.data["community_id"] == str(community_id)), None)

    event = await eventually(published)
    assert event is not None

    async def covering() -> TreeHeadAnswer | None:
        head = await read_tree_head.asyncio(client=client)
        return head if head.tree_size >= (event.position or 0) else None

    head = await eventually(covering)
    assert head is not None
    assert event.position is not None
    proof = await read_inclusion_proof.asyncio(event.position, client=client, tree_size=head.tree_size)
    # The typed event written back is what was hashed, to the letter.
    leaf = leaf_hash(event.to_dict())
    assert proof.leaf_hash == leaf.hex()
    assert root_from_path(leaf, proof.leaf_index, head.tree_size, proof.path) == head.root_hash


async def test_lists_are_read_page_by_page(dk: Pod) -> None:
    async with visitor(dk.address()) as anyone:
        tokens = await register(anyone, unused_name())
    async with citizen(dk.address(), tokens) as anna:
        community = await found_community.asyncio(client=anna, body=FoundBody("Paged", "public", "open"))
        for number in range(5):
            await publish_post.asyncio(community.id, client=anna, body=PostBody(f"Post {number}", ""))
        titles, cursor = [], None
        while True:
            page = await read_posts.asyncio(community.id, client=anna, limit=2, cursor=cursor)
            titles += [post.title for post in page.items]
            if (cursor := page.next_cursor) is None:
                break
    assert titles == [f"Post {number}" for number in (4, 3, 2, 1, 0)]


async def test_a_refusal_is_raised_with_its_problem(dk: Pod) -> None:
    async with visitor(dk.address()) as anyone:
        with pytest.raises(ProblemError, match="invalid-credentials") as refused:
            await log_in.asyncio(client=anyone, body=LoginBody(identifier="nobody", password=PASSWORD))
        assert (refused.value.problem.status, refused.value.problem.code) == (401, "invalid-credentials")
        assert refused.value.headers["x-request-id"] == refused.value.problem.request_id
        with pytest.raises(ProblemError) as wrong:
            await register_account.asyncio(client=anyone, body=RegisterBody("x", "nowhere", PASSWORD))
        assert wrong.value.problem.errors
        assert {field.pointer for field in wrong.value.problem.errors} == {"/username", "/email"}
    async with Client(dk.address().api_url.removesuffix("/api")) as elsewhere:
        with pytest.raises(ProblemError, match="404 route-not-found"):
            await read_territory.asyncio(client=elsewhere)


def test_a_page_of_something_else_is_no_answer() -> None:
    page = httpx.MockTransport(lambda _: httpx.Response(502, html="<title>Bad gateway</title>"))
    with Client("http://localhost/api", httpx_args={"transport": page}) as anyone:
        with pytest.raises(UnexpectedAnswerError, match="unexpected answer 502: <title>Bad") as refused:
            read_territory.sync(client=anyone)
        assert refused.value.status_code == 502


async def test_what_the_headers_say_is_at_hand(dk: Pod) -> None:
    async with visitor(dk.address()) as anyone:
        tokens = await register(anyone, unused_name())
        tokens = await refresh_tokens.asyncio(client=anyone, body=RefreshTokenBody(tokens.refresh_token))
    async with citizen(dk.address(), tokens) as anna:
        profile = await read_own_profile.asyncio_detailed(client=anna)
        change = ProfileChangeBody(bio="At home by the sea.")
        changed = await change_own_profile.asyncio(client=anna, body=change, if_match=profile.headers["etag"])
        assert changed.version == profile.parsed.version + 1
        with pytest.raises(ProblemError) as stale:
            await change_own_profile.asyncio(client=anna, body=change, if_match=profile.headers["etag"])
        assert stale.value.problem.status == 412
        first = await found_community.asyncio_detailed(
            client=anna, body=FoundBody("Once", "public", "open"), idempotency_key="once"
        )
        again = await found_community.asyncio_detailed(
            client=anna, body=FoundBody("Once", "public", "open"), idempotency_key="once"
        )
        assert again.parsed.id == first.parsed.id
        assert again.headers["idempotency-replayed"] == "true"
        assert first.headers["location"] == f"/api/communities/{first.parsed.id}"
        await log_out.asyncio(client=anna, body=RefreshTokenBody(tokens.refresh_token))


async def test_the_territory_is_the_one_that_the_host_names(eu: Pod) -> None:
    async with visitor(eu.address("de.localhost")) as german, visitor(eu.address("fr.localhost")) as french:
        assert (await read_territory.asyncio(client=german)).code == "DE"
        assert (await read_territory.asyncio(client=french)).code == "FR"
        assert (await read_directory.asyncio(client=german)).items is not None


async def test_the_example_of_its_readme_runs(dk: Pod) -> None:
    async with visitor(dk.address()) as anyone:
        name = unused_name()
        await register(anyone, name)
    example = readme_example().replace("http://localhost:8080/api", dk.address().api_url).replace('"anna"', f'"{name}"')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", example),
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    assert printed.decode().startswith("harbour-friends")
