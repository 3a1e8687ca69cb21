"""Invitations as they are asked for and shown."""

from pydantic import BaseModel, Field

from services.auth.invitations.rules import DEFAULT_LIFETIME, LONGEST_DAYS, LONGEST_NOTE, MOST_USES
from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText


class InviteBody(RequestBody):
    model_config = example({"max_uses": 30, "expires_in_days": 14, "note": "the sailing club"})

    max_uses: int = Field(default=1, ge=1, le=MOST_USES, strict=True, description="How many may come by it.")
    expires_in_days: int = Field(default=DEFAULT_LIFETIME.days, ge=1, le=LONGEST_DAYS, strict=True)
    note: str = Field(default="", max_length=LONGEST_NOTE, pattern=r"^[^\x00-\x1f\x7f]*$")


class NewInvitationAnswer(BaseModel):
    """A new invitation; `invitation` is shown this once."""

    id: IdText
    invitation: str
    max_uses: int
    expires_at: TimeText
    note: str


class InvitationAnswer(BaseModel):
    id: IdText
    created_by: IdText
    note: str
    created_at: TimeText
    expires_at: TimeText
    revoked_at: TimeText | None
    max_uses: int
    uses: int


class InvitationListAnswer(BaseModel):
    items: list[InvitationAnswer]
    next_cursor: str | None


class InvitationUseAnswer(BaseModel):
    """Who came by an invitation."""

    account_id: IdText
    username: str
    used_at: TimeText


class InvitationUseListAnswer(BaseModel):
    items: list[InvitationUseAnswer]
    next_cursor: str | None
