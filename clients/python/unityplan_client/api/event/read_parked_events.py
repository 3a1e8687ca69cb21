from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.parked_event_list import ParkedEventList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    consumer: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_consumer: None | str | Unset
    if isinstance(consumer, Unset):
        json_consumer = UNSET
    else:
        json_consumer = consumer
    params["consumer"] = json_consumer

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
        "url": "/events/parked",
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> ParkedEventList:
    if response.status_code == 200:
        response_200 = ParkedEventList.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[ParkedEventList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    consumer: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[ParkedEventList]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                consumer=consumer,
                cursor=cursor,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    consumer: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> ParkedEventList:
    """What consumers could not handle, by consumer and position.

    Needs the permission `events:operate`.

    Args:
        consumer (None | str | Unset):
        cursor (None | str | Unset): `next_cursor` of the page before
        limit (int | Unset):  Default: 20.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        consumer=consumer,
        cursor=cursor,
        limit=limit,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    consumer: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[ParkedEventList]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                consumer=consumer,
                cursor=cursor,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    consumer: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> ParkedEventList:
    """What consumers could not handle, by consumer and position.

    Needs the permission `events:operate`.

    Args:
        consumer (None | str | Unset):
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
            client=client,
            consumer=consumer,
            cursor=cursor,
            limit=limit,
            x_reason=x_reason,
        )
    ).parsed
