"""What a call raises when it is refused."""

from http import HTTPStatus

import httpx

from .models.problem import Problem


class UnityPlanError(Exception):
    """Base of both: the territory answered, but not with what was asked for."""


class ProblemError(UnityPlanError):
    """The territory refused.

    `problem.code` says why and never changes its meaning, `problem.errors` names the fields that are wrong, and
    `headers` may hold `Retry-After`.
    """

    def __init__(self, problem: Problem, headers: httpx.Headers) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail}")
        self.problem = problem
        self.headers = headers


class UnexpectedAnswerError(UnityPlanError):
    """An answer that the API's document does not know: a proxy's page, or that of a newer API."""

    def __init__(self, status_code: int, content: bytes) -> None:
        super().__init__(f"unexpected answer {status_code}: {content[:200].decode(errors='replace')}")
        self.status_code = status_code
        self.content = content


def refusal(response: httpx.Response) -> UnityPlanError:
    """The error for an answer that is none of those that were asked for."""
    if response.headers.get("content-type", "").startswith("application/problem+json"):
        try:
            return ProblemError(Problem.from_dict(response.json()), response.headers)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
    return UnexpectedAnswerError(HTTPStatus(response.status_code), response.content)
