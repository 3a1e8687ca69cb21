from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.rsvp_answer import RsvpAnswer
from ...models.rsvp_body import RsvpBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    gathering_id: UUID,
    *,
    body: RsvpBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/gatherings/{gathering_id}/rsvp".format(
            gathering_id=quote(str(gathering_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> RsvpAnswer:
    if response.status_code == 200:
        response_200 = RsvpAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[RsvpAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    gathering_id: UUID,
    *,
    client: AuthenticatedClient,
    body: RsvpBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[RsvpAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                gathering_id=gathering_id,
                body=body,
                x_reason=x_reason,
            )
        )
    )


def sync(
    gathering_id: UUID,
    *,
    client: AuthenticatedClient,
    body: RsvpBody,
    x_reason: None | str | Unset = UNSET,
) -> RsvpAnswer:
    """Say whether one comes; `waiting` when every place is taken.

    Whoever gives a place back gives it to the next.

    Args:
        gathering_id (UUID):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (RsvpBody): Whether one comes.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        gathering_id=gathering_id,
        client=client,
        body=body,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    gathering_id: UUID,
    *,
    client: AuthenticatedClient,
    body: RsvpBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[RsvpAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                gathering_id=gathering_id,
                body=body,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    gathering_id: UUID,
    *,
    client: AuthenticatedClient,
    body: RsvpBody,
    x_reason: None | str | Unset = UNSET,
) -> RsvpAnswer:
    """Say whether one comes; `waiting` when every place is taken.

    Whoever gives a place back gives it to the next.

    Args:
        gathering_id (UUID):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (RsvpBody): Whether one comes.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            gathering_id=gathering_id,
            client=client,
            body=body,
            x_reason=x_reason,
        )
    ).parsed
