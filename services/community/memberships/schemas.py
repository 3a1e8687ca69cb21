"""The shapes of memberships."""

from pydantic import BaseModel

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText


class JoinBody(RequestBody):
    """Nothing yet: who joins is who calls."""

    model_config = example({})


class Member(BaseModel):
    """An account's place in a community."""

    account_id: IdText
    username: str | None
    role: str
    state: str
    joined_at: TimeText


class MemberList(BaseModel):
    """Members in the order in which they joined."""

    items: list[Member]
    next_cursor: str | None
