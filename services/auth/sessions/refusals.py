"""Refusals that are committed, because they leave a trace."""

from services.auth.sessions.rules import LoginFault, Refusal
from shared.errors import Kind, ServiceError
from shared.web.dependencies import AnonymousCall
from shared.web.execution import Rendered
from shared.web.problems import problem_bytes, problem_headers


def refused(call: AnonymousCall, error: ServiceError) -> Rendered:
    """The error as an answer, which does not undo what was written."""
    body = problem_bytes(error, call.request.scope["path"], call.context.request_id)
    return Rendered(error.kind.status, body, problem_headers(error))


def login_refusal(fault: LoginFault) -> ServiceError:
    """What who tried to log in is told; one answer for all that would tell a stranger whether there is an account."""
    match fault:
        case LoginFault.UNVERIFIED:
            detail = "Confirm the e-mail address first: follow the link that was sent there."
            return ServiceError(Kind.FORBIDDEN, "email-unverified", detail)
        case LoginFault.PENDING:
            return ServiceError(Kind.FORBIDDEN, "approval-pending", "The account waits for approval.")
        case _:
            detail = "The username, the e-mail address or the password is wrong."
            return ServiceError(Kind.UNAUTHENTICATED, "invalid-credentials", detail)


def refresh_refusal(refusal: Refusal) -> ServiceError:
    """What who presented a refresh token is told."""
    if refusal is Refusal.REUSED:
        detail = "The refresh token was used before; its session has been ended."
        return ServiceError(Kind.UNAUTHENTICATED, "refresh-token-reused", detail)
    detail = "The refresh token is not valid; log in again."
    return ServiceError(Kind.UNAUTHENTICATED, "refresh-token-invalid", detail)
