"""One request goes the whole way: over HTTP and WebSocket, through every service of real pods."""

import json

from tests.support.citizen import Citizen, Json
from tests.support.eventually import eventually
from tests.support.pod import Pod
from tests.support.proofs import leaf_hash, root_from_path

STEPS = [
    "community.community.created",
    "community.member.joined",
    "community.member.joined",
    "community.post.created",
    "community.comment.created",
]


async def test_two_citizens_meet_and_everything_is_on_record(dk: Pod, eu: Pod) -> None:
    async with Citizen(dk.address()) as anna, Citizen(dk.address()) as bo:
        await anna.register()
        await bo.register()
        community = await anna.create_community(f"Harbour {anna.username}")
        await bo.join(community["id"])
        post, comment = await _talk(anna, bo, community["id"])
        await _finds_with_a_typo(bo, post["id"])
        await _is_on_record(dk, bo, community["id"], post["id"], comment["id"])
    async with Citizen(eu.address("de.localhost")) as carla:
        await carla.register()
        await _sees_nothing(carla, community["id"], post["id"])
        await _is_refused_in_denmark(dk, carla)


async def _talk(anna: Citizen, bo: Citizen, community_id: str) -> tuple[Json, Json]:
    live = await bo.connect()
    try:
        await live.subscribe(f"community:{community_id}")
        post = await anna.post(community_id, "Festival by the harbour", "Who brings the **boats**?")
        pushed = await live.next_event("community.post.created", within=1)
        assert pushed["event"]["data"]["post_id"] == post["id"]
        assert pushed["event"]["data"]["title"] == "Festival by the harbour"
        comment = await bo.comment(post["id"], "I do.")
        answered = await live.next_event("community.comment.created", within=1)
        assert answered["event"]["data"]["comment_id"] == comment["id"]
        assert answered["prev"] == pushed["position"]
    finally:
        await live.socket.close()
    assert (await anna.read_post(post["id"]))["comment_count"] == 1
    return post, comment


async def _finds_with_a_typo(citizen: Citizen, post_id: str) -> None:
    async def is_found() -> bool:
        return post_id in [item["id"] for item in await citizen.search("festval harbuor")]

    await eventually(is_found)


async def _is_on_record(dk: Pod, citizen: Citizen, community_id: str, post_id: str, comment_id: str) -> None:
    granted = await dk.command("grant", citizen.username, "auditor")
    assert granted.code == 0, granted.err
    events = await citizen.events()
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    ours = [event for event in events if community_id in json.dumps([event["stream"], event["data"]])]
    assert [event["type"] for event in ours] == STEPS
    assert ours[3]["data"]["post_id"] == post_id
    assert ours[4]["data"]["comment_id"] == comment_id
    for event in ours:
        await _proof_verifies(citizen, event)


async def _proof_verifies(citizen: Citizen, event: Json) -> None:
    async def covering_head() -> Json:
        head = await citizen.get("/events/head")
        return head if head["tree_size"] >= event["position"] else None

    head = await eventually(covering_head)
    proof = await citizen.get(f"/events/{event['position']}/proof", tree_size=head["tree_size"])
    assert proof["leaf_index"] == event["position"] - 1
    assert proof["leaf_hash"] == leaf_hash(event).hex()
    root = root_from_path(leaf_hash(event), proof["leaf_index"], head["tree_size"], proof["path"])
    assert root == head["root_hash"]


async def _sees_nothing(carla: Citizen, community_id: str, post_id: str) -> None:
    assert community_id not in [community["id"] for community in await carla.directory()]
    assert (await carla.call("GET", f"/communities/{community_id}")).status_code == 404
    assert (await carla.call("GET", f"/posts/{post_id}")).status_code == 404
    assert post_id not in [item["id"] for item in await carla.search("festival harbour")]


async def _is_refused_in_denmark(dk: Pod, carla: Citizen) -> None:
    async with Citizen(dk.address("dk.unityplan.org")) as abroad:
        abroad.access_token = carla.access_token
        answer = await abroad.call("GET", "/auth/me")
        assert answer.status_code == 403
        assert answer.json()["code"] == "territory-mismatch"
