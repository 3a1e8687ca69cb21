from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.join_body import JoinBody
from ...models.member import Member
from ...types import UNSET, Response, Unset


def _get_kwargs(
    community_id: UUID,
    *,
    body: JoinBody | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/communities/{community_id}/members".format(
            community_id=quote(str(community_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        if isinstance(body, JoinBody):
            _kwargs["json"] = body.to_dict()
        else:
            _kwargs["json"] = body

        headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> Member:
    if response.status_code == 201:
        response_201 = Member.from_dict(response.json())

        return response_201

    if response.status_code == 202:
        response_202 = Member.from_dict(response.json())

        return response_202

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[Member]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    community_id: UUID,
    *,
    client: AuthenticatedClient,
    body: JoinBody | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[Member]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                community_id=community_id,
                body=body,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


def sync(
    community_id: UUID,
    *,
    client: AuthenticatedClient,
    body: JoinBody | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Member:
    """Join a community, or ask to where members are approved.

    Args:
        community_id (UUID):
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (JoinBody | None | Unset):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        community_id=community_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    community_id: UUID,
    *,
    client: AuthenticatedClient,
    body: JoinBody | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[Member]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                community_id=community_id,
                body=body,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    community_id: UUID,
    *,
    client: AuthenticatedClient,
    body: JoinBody | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Member:
    """Join a community, or ask to where members are approved.

    Args:
        community_id (UUID):
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (JoinBody | None | Unset):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            community_id=community_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            x_reason=x_reason,
        )
    ).parsed
