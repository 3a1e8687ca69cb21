"""The views that services publish for one another exist as they are described, and serve the decisions made on them."""

from types import ModuleType

import pytest
from sqlalchemy import TableClause, select

from shared import read_models
from shared.clock import utc_now
from shared.database.statements import compiled
from shared.database.views import View
from shared.identifiers import AccountId, new_id
from shared.identity import views as identity_views
from shared.identity.decisions import permissions_in
from shared.identity.grants import grants_of
from shared.identity.permissions import BUILT_IN_ROLES
from shared.identity.places import Scope
from shared.read_models.communities import visible_communities
from shared.territory.territory import Territory
from tests.support.event_store import event_store
from tests.support.servers import Servers

MODULES = [identity_views, *(module for module in vars(read_models).values() if isinstance(module, ModuleType))]
TABLES: list[TableClause] = [
    table for module in MODULES for table in vars(module).values() if isinstance(table, TableClause)
]
ALL_VIEWS = (*identity_views.VIEWS, *read_models.VIEWS)


async def test_every_described_view_exists_with_its_columns(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        for table in TABLES:
            await store.pool.fetch(compiled(select(*table.c)))


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_a_view_names_no_schema_and_no_credential(view: View) -> None:
    assert view.name.startswith("published_")
    assert "." not in view.definition
    assert not {"private_key", "password_hash", "email", "*"} & set(view.definition.replace(",", " ").split())


def test_every_view_is_described_once() -> None:
    assert sorted(table.name for table in TABLES) == sorted(view.name for view in ALL_VIEWS)


async def test_grants_are_those_of_now(servers: Servers, territory: Territory) -> None:
    account = AccountId(new_id())
    async with event_store(servers, territory) as store:
        assert await grants_of(store.pool, territory.code, account) == ()
        connection = await servers.postgres.connect_to(territory.database)
        # Without the account that a foreign key asks for: only the view is under test.
        await connection.execute("SET session_replication_role = replica")
        for role in ("moderator", "auditor"):
            await connection.execute(
                f"INSERT INTO {territory.schema}.role_grants (account_id, role, granted_at, granted_by) "  # noqa: S608 (names of ours)
                "VALUES ($1, $2, now(), 'system')",
                account,
                role,
            )
        await connection.close()
        grants = await grants_of(store.pool, territory.code, account)
        assert [grant.role for grant in grants] == ["auditor", "moderator"]
        held = permissions_in(grants, Scope(territory.code), utc_now())
        assert held == BUILT_IN_ROLES["auditor"] | BUILT_IN_ROLES["moderator"]


async def test_a_private_community_is_seen_by_its_members_alone(servers: Servers, territory: Territory) -> None:
    member, waiting, stranger = new_id(), new_id(), new_id()
    async with event_store(servers, territory) as store:
        connection = await servers.postgres.connect_to(territory.database)
        await connection.execute(f"SET search_path = {territory.schema}")
        await connection.execute("SET session_replication_role = replica")
        ids = {visibility: new_id() for visibility in ("public", "unlisted", "private")}
        for visibility, community in ids.items():
            await connection.execute(
                "INSERT INTO communities (id, slug, name, description, visibility, join_policy, kind, founder_id, "
                "member_count, created_at, version) VALUES ($1, $2, $2, '', $3, 'open', 'general', $4, 1, now(), 1)",
                community,
                f"c-{visibility}",
                visibility,
                member,
            )
        for account, state in ((member, "active"), (waiting, "pending")):
            await connection.execute(
                "INSERT INTO memberships (community_id, account_id, role, state, joined_at) "
                "VALUES ($1, $2, 'member', $3, now())",
                ids["private"],
                account,
                state,
            )
        await connection.close()
        everything = list(ids.values())
        assert await visible_communities(store.pool, everything, member) == set(everything)
        for viewer in (waiting, stranger, None):
            seen = await visible_communities(store.pool, everything, viewer)
            assert seen == {ids["public"], ids["unlisted"]}
