from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.notification_list import NotificationList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    unread: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    params["unread"] = unread

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
        "url": "/notifications",
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> NotificationList:
    if response.status_code == 200:
        response_200 = NotificationList.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[NotificationList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    unread: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[NotificationList]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                unread=unread,
                cursor=cursor,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    unread: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> NotificationList:
    """What others did that concerns one, the newest first; `X-Position` is what the list has taken in.

    Args:
        unread (bool | Unset): only those that were not read yet Default: False.
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
        unread=unread,
        cursor=cursor,
        limit=limit,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    unread: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[NotificationList]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                unread=unread,
                cursor=cursor,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    unread: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> NotificationList:
    """What others did that concerns one, the newest first; `X-Position` is what the list has taken in.

    Args:
        unread (bool | Unset): only those that were not read yet Default: False.
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
            unread=unread,
            cursor=cursor,
            limit=limit,
            x_reason=x_reason,
        )
    ).parsed
