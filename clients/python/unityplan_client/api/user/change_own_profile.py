from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.profile_answer import ProfileAnswer
from ...models.profile_change_body import ProfileChangeBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ProfileChangeBody,
    if_match: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["if-match"] = if_match

    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/users/me",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> ProfileAnswer:
    if response.status_code == 200:
        response_200 = ProfileAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[ProfileAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ProfileChangeBody,
    if_match: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[ProfileAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                body=body,
                if_match=if_match,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: ProfileChangeBody,
    if_match: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> ProfileAnswer:
    """Change one's own profile, if nobody has since the read that If-Match names.

    Args:
        if_match (None | str | Unset): The ETag of the read; required.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (ProfileChangeBody): Absent fields stay as they are.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        body=body,
        if_match=if_match,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ProfileChangeBody,
    if_match: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[ProfileAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                body=body,
                if_match=if_match,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ProfileChangeBody,
    if_match: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> ProfileAnswer:
    """Change one's own profile, if nobody has since the read that If-Match names.

    Args:
        if_match (None | str | Unset): The ETag of the read; required.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (ProfileChangeBody): Absent fields stay as they are.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
            if_match=if_match,
            x_reason=x_reason,
        )
    ).parsed
