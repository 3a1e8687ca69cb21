"""Who may join and who may leave."""

from shared.errors import Kind, ServiceError


def state_on_joining(join_policy: str) -> str:
    """`active`, or `pending` where members are approved.

    Raises:
        ServiceError: forbidden `invitation-required`.
    """
    match join_policy:
        case "open":
            return "active"
        case "approval":
            return "pending"
        case _:
            raise ServiceError(Kind.FORBIDDEN, "invitation-required", "This community takes members by invitation.")


def require_other_owner(role: str, owners: int) -> None:
    """A community keeps an owner.

    Raises:
        ServiceError: conflict `last-owner`.
    """
    if role == "owner" and owners <= 1:
        raise ServiceError(Kind.CONFLICT, "last-owner", "The last owner cannot leave; make another one first.")
