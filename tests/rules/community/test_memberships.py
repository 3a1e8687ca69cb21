"""Who may join, leave and write."""

import pytest

from services.community.memberships.rules import require_other_owner, state_on_joining
from services.community.posts.rules import require_member
from shared.errors import ServiceError


class TestJoining:
    def test_an_open_community_takes_everyone_at_once(self) -> None:
        assert state_on_joining("open") == "active"

    def test_one_with_approval_lets_them_wait(self) -> None:
        assert state_on_joining("approval") == "pending"

    @pytest.mark.parametrize("policy", ["invitation", "something-new"])
    def test_any_other_takes_nobody(self, policy: str) -> None:
        with pytest.raises(ServiceError) as refusal:
            state_on_joining(policy)
        assert refusal.value.code == "invitation-required"


class TestLeaving:
    @pytest.mark.parametrize(("role", "owners"), [("member", 1), ("moderator", 1), ("owner", 2)])
    def test_whoever_leaves_an_owner_behind_may(self, role: str, owners: int) -> None:
        require_other_owner(role, owners)

    def test_the_last_owner_stays(self) -> None:
        with pytest.raises(ServiceError) as refusal:
            require_other_owner("owner", 1)
        assert refusal.value.code == "last-owner"


class TestWriting:
    @pytest.mark.parametrize("role", ["owner", "moderator", "member"])
    def test_members_may(self, role: str) -> None:
        require_member(role)

    def test_a_visitor_is_told_to_join(self) -> None:
        with pytest.raises(ServiceError) as refusal:
            require_member("visitor")
        assert refusal.value.code == "membership-required"
