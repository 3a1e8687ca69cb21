"""The shapes of memberships."""

from pydantic import BaseModel

from shared.web.bodies import RequestBody


class JoinBody(RequestBody):
    """Nothing yet: who joins is who calls."""


class Member(BaseModel):
    """An account's place in a community."""

    account_id: str
    username: str | None
    role: str
    state: str
    joined_at: str


class MemberList(BaseModel):
    """Members in the order in which they joined."""

    items: list[Member]
    next_cursor: str | None
