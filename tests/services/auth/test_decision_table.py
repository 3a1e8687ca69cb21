"""Who may do what, where: the whole table of decisions, asked over HTTP, and the rule between territories.

A letter stands for the rule that `GET /auth/permissions` names: G granted, E expired, O other scope, - not granted.
"""

import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias

import pytest
from sqlalchemy import func, update

from services.auth.app import create_app
from services.auth.roles.commands import grant_role
from services.auth.roles.tables import role_grants
from services.auth.settings import AuthSettings
from shared.clock import utc_now
from shared.database.statements import compiled
from shared.identifiers import new_id
from shared.identity.decisions import Grant, Rule, decide
from shared.identity.permissions import Permission
from shared.identity.places import Resource, ResourceKind, Scope
from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.servers import Servers

Places: TypeAlias = dict[str, uuid.UUID | Resource]
LETTERS = {"granted": "G", "expired": "E", "other-scope": "O", "not-granted": "-"}
PERMISSIONS = (
    "events:append",
    "events:read-all",
    "events:operate",
    "persons:erase",
    "audit:read",
    "content:moderate",
    "roles:grant",
)
# Who: what they were given. Then a column for each permission above, in the territory, the harbour, the forest, and on
# a gathering in each: the regatta, the walk.
TABLE = """
nobody                                               | ------- | ------- | ------- | ------- | -------
moderator                                            | -----G- | -----G- | -----G- | -----G- | -----G-
auditor                                              | -G--G-- | -G--G-- | -G--G-- | -G--G-- | -G--G--
service                                              | G------ | G------ | G------ | G------ | G------
admin                                                | GGGGGGG | GGGGGGG | GGGGGGG | GGGGGGG | GGGGGGG
moderator auditor                                    | -G--GG- | -G--GG- | -G--GG- | -G--GG- | -G--GG-
moderator@harbour                                    | -----O- | -----G- | -----O- | -----G- | -----O-
moderator@harbour moderator@forest                   | -----O- | -----G- | -----G- | -----G- | -----G-
moderator@harbour auditor                            | -G--GO- | -G--GG- | -G--GO- | -G--GG- | -G--GO-
admin:over                                           | EEEEEEE | EEEEEEE | EEEEEEE | EEEEEEE | EEEEEEE
admin:over moderator                                 | EEEEEGE | EEEEEGE | EEEEEGE | EEEEEGE | EEEEEGE
moderator@harbour:over                               | -----O- | -----E- | -----O- | -----E- | -----O-
moderator:over moderator@harbour                     | -----E- | -----G- | -----E- | -----G- | -----E-
auditor:later                                        | -G--G-- | -G--G-- | -G--G-- | -G--G-- | -G--G--
keeper                                               | ----GG- | ----GG- | ----GG- | ----GG- | ----GG-
keeper:over                                          | ----EE- | ----EE- | ----EE- | ----EE- | ----EE-
steward@forest                                       | -----O- | -----O- | -----G- | -----O- | -----G-
steward@forest keeper                                | ----GG- | ----GG- | ----GG- | ----GG- | ----GG-
moderator@regatta                                    | -----O- | -----O- | -----O- | -----G- | -----O-
moderator@regatta moderator@forest                   | -----O- | -----O- | -----G- | -----G- | -----G-
moderator@regatta:over                               | -----O- | -----O- | -----O- | -----E- | -----O-
moderator@regatta:over moderator@harbour             | -----O- | -----G- | -----O- | -----G- | -----O-
steward@regatta steward@walk auditor                 | -G--GO- | -G--GO- | -G--GO- | -G--GG- | -G--GG-
moderator@regatta keeper:over                        | ----EE- | ----EE- | ----EE- | ----EG- | ----EE-
"""
ROWS = [[part.strip() for part in line.split("|")] for line in TABLE.strip().splitlines()]
_LATE = compiled(
    update(role_grants)
    .values(expires_at=func.now() - timedelta(minutes=1))
    .where(role_grants.c.expires_at.is_not(None))
)


def test_the_table_has_more_than_two_hundred_rows_and_a_column_for_each_permission() -> None:
    assert len(ROWS) * 5 * len(PERMISSIONS) >= 200
    assert sorted(PERMISSIONS[: len(ROWS[0][1])]) == sorted(PERMISSIONS)


async def test_every_decision_is_as_the_table_says_and_names_the_grant(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        harbour, forest = uuid.UUID(int=1), uuid.UUID(int=2)
        regatta, walk = Resource(ResourceKind.GATHERING, new_id()), Resource(ResourceKind.GATHERING, new_id())
        places: Places = {"harbour": harbour, "forest": forest, "regatta": regatta, "walk": walk}
        await found_communities(servers, territory, [harbour, forest])
        await announce_gatherings(servers, territory, {regatta.id: harbour, walk.id: forest})
        admin = await admin_of(visitor)
        for name, allowed in (("keeper", ["audit:read", "content:moderate"]), ("steward", ["content:moderate"])):
            answer = await visitor.put(f"/auth/roles/{name}", {"permissions": allowed}, admin)
            assert answer.status_code == 201, answer.text
        people = {row[0]: (await visitor.register()) for row in ROWS}
        for when in ("over", "later", ""):
            for who, tokens in people.items():
                await give(visitor, tokens["user"]["username"], who, places, when)
            if when == "over":
                await visitor.pool.execute(_LATE)
        found = {who: await decided(visitor, tokens["access_token"], places) for who, tokens in people.items()}
        assert found == {row[0]: row[1:] for row in ROWS}


async def give(visitor: Visitor, username: str, who: str, places: Places, wanted: str) -> None:
    """What is over is given for a while first, and let grow old."""
    for words in who.split():
        name, _, when = words.partition(":")
        role, _, place = name.partition("@")
        if role == "nobody" or when != wanted:
            continue
        end = {"over": timedelta(hours=1), "later": timedelta(days=1)}.get(when)
        expires_at = utc_now() + end if end else None
        there = places.get(place)
        where: dict[str, Any] = {"resource": there} if isinstance(there, Resource) else {"community_id": there}
        command = partial(grant_role, username=username, role=role, expires_at=expires_at, **where)
        assert await visitor.operate(command)


async def decided(visitor: Visitor, token: str, places: Places) -> list[str]:
    letters = []
    for query in ("", *map(query_of, places.values())):
        items = (await visitor.get(f"/auth/permissions{query}", token)).json()["items"]
        rules = {item["permission"]: item for item in items if item["permission"] in PERMISSIONS}
        for item in items:
            assert item["allowed"] == (item["rule"] == "granted")
            assert (item["grant"] is None) == (item["rule"] == "not-granted")
        letters.append("".join(LETTERS[rules[permission]["rule"]] for permission in PERMISSIONS))
    return letters


def query_of(place: uuid.UUID | Resource) -> str:
    return f"?resource={place}" if isinstance(place, Resource) else f"?community_id={place}"


async def admin_of(visitor: Visitor) -> str:
    tokens = await visitor.register()
    await visitor.become(tokens, "admin")
    token: str = tokens["access_token"]
    return token


async def found_communities(servers: Servers, territory: Territory, ids: list[uuid.UUID]) -> None:
    connection = await servers.postgres.connect_to(territory.database)
    for community in ids:
        await connection.execute(
            f"INSERT INTO {territory.schema}.communities (id, slug, name, description, visibility, join_policy, kind, "  # noqa: S608 (names of ours)
            "founder_id, member_count, created_at, version) "
            "VALUES ($1, $2, $2, '', 'public', 'open', 'general', $3, 1, now(), 1)",
            community,
            f"c-{community.int}",
            new_id(),
        )
    await connection.close()


async def announce_gatherings(servers: Servers, territory: Territory, communities: dict[uuid.UUID, uuid.UUID]) -> None:
    """Each in a community."""
    connection = await servers.postgres.connect_to(territory.database)
    for gathering, community in communities.items():
        await connection.execute(
            f"INSERT INTO {territory.schema}.gatherings (id, community_id, organiser_id, title, starts_at, ends_at, "  # noqa: S608 (names of ours)
            "time_zone, created_at, version) "
            "VALUES ($1, $2, $3, 'Together', now(), now() + interval '1 hour', 'UTC', now(), 1)",
            gathering,
            community,
            new_id(),
        )
    await connection.close()


@pytest.mark.parametrize(
    ("granted_in", "asked_in"),
    [
        ("CA", "HAIDA-FN-CA"),
        ("HAIDA-FN-CA", "CA"),
        ("HAIDA-FN", "HAIDA-FN-CA"),
        ("HAIDA-FN-CA", "HAIDA-FN"),
        ("CA", "CA-BC"),
        ("CA-BC", "CA"),
        ("C", "CA"),
        ("ca", "CA"),
        ("", "CA"),
        ("*", "CA"),
    ],
)
def test_no_territory_is_under_another(granted_in: str, asked_in: str) -> None:
    grant = Grant(new_id(), "admin", frozenset(Permission), Scope(granted_in), None)
    for permission in Permission:
        assert decide([grant], permission, Scope(granted_in), utc_now()).is_allowed
        assert decide([grant], permission, Scope(asked_in), utc_now()).rule is Rule.OTHER_SCOPE
        assert decide([grant], permission, Scope(asked_in, new_id()), utc_now()).rule is Rule.OTHER_SCOPE


def test_a_grant_on_a_resource_says_nothing_of_what_is_around_or_beside_it() -> None:
    community, thing = new_id(), new_id()
    gathering = Resource(ResourceKind.GATHERING, thing)
    grant = Grant(new_id(), "steward", frozenset(Permission), Scope("CA", None, gathering), None)
    for asked, is_covered in {
        Scope("CA", community, gathering): True,
        Scope("CA", None, gathering): True,
        Scope("CA"): False,
        Scope("CA", community): False,
        # The same number of another kind; the gathering's number as that of a community; another gathering.
        Scope("CA", community, Resource(ResourceKind.POST, thing)): False,
        Scope("CA", thing): False,
        Scope("CA", community, Resource(ResourceKind.GATHERING, new_id())): False,
        Scope("HAIDA-FN-CA", community, gathering): False,
    }.items():
        decision = decide([grant], Permission.MODERATE, asked, utc_now())
        assert decision.rule is (Rule.GRANTED if is_covered else Rule.OTHER_SCOPE)
        assert decision.grant == grant
    assert not decide(
        [replace(grant, scope=Scope("CA", community))], Permission.MODERATE, Scope("CA", None, gathering), utc_now()
    ).is_allowed


async def test_an_admin_of_one_territory_is_nobody_in_the_other_of_the_same_pod(servers: Servers) -> None:
    country, nation = await servers.new_territory(), await servers.new_territory()
    async with (
        servers.running(AuthSettings, create_app, country, nation) as http,
        visiting(servers, nation) as there,
    ):
        visitor = replace(there, http=http, territory=country, settings=servers.settings(AuthSettings, country))
        admin = await admin_of(visitor)
        assert (await visitor.get("/auth/grants", admin)).status_code == 200
        # The token says nothing in the other territory, and the same person there has no role.
        assert (await there.get("/auth/grants", admin)).status_code in (401, 403, 404)
        stranger = (await there.register())["access_token"]
        assert (await visitor.get("/auth/grants", stranger)).status_code == 403
