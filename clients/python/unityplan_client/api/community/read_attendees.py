from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.attendee_list import AttendeeList
from ...models.read_attendees_status_type_0 import ReadAttendeesStatusType0
from ...types import UNSET, Response, Unset


def _get_kwargs(
    gathering_id: UUID,
    *,
    status: None | ReadAttendeesStatusType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, str):
        json_status = status
    else:
        json_status = status
    params["status"] = json_status

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/gatherings/{gathering_id}/attendees".format(
            gathering_id=quote(str(gathering_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> AttendeeList:
    if response.status_code == 200:
        response_200 = AttendeeList.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[AttendeeList]:
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
    status: None | ReadAttendeesStatusType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[AttendeeList]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                gathering_id=gathering_id,
                status=status,
                cursor=cursor,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


def sync(
    gathering_id: UUID,
    *,
    client: AuthenticatedClient,
    status: None | ReadAttendeesStatusType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> AttendeeList:
    """Who is going, who is interested, who waits, each in the order in which they asked.

    One must be logged in.

    Args:
        gathering_id (UUID):
        status (None | ReadAttendeesStatusType0 | Unset): only these; without it all of them
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset):  Default: 20.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        gathering_id=gathering_id,
        client=client,
        status=status,
        cursor=cursor,
        limit=limit,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    gathering_id: UUID,
    *,
    client: AuthenticatedClient,
    status: None | ReadAttendeesStatusType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[AttendeeList]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                gathering_id=gathering_id,
                status=status,
                cursor=cursor,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    gathering_id: UUID,
    *,
    client: AuthenticatedClient,
    status: None | ReadAttendeesStatusType0 | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> AttendeeList:
    """Who is going, who is interested, who waits, each in the order in which they asked.

    One must be logged in.

    Args:
        gathering_id (UUID):
        status (None | ReadAttendeesStatusType0 | Unset): only these; without it all of them
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset):  Default: 20.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            gathering_id=gathering_id,
            client=client,
            status=status,
            cursor=cursor,
            limit=limit,
            x_reason=x_reason,
        )
    ).parsed
