from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.event_list import EventList
from ...models.read_stream_direction import ReadStreamDirection
from ...models.read_stream_schema import ReadStreamSchema
from ...types import UNSET, Response, Unset


def _get_kwargs(
    stream: str,
    *,
    from_: int | None | Unset = UNSET,
    direction: ReadStreamDirection | Unset = "forward",
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadStreamSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_from_: int | None | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    else:
        json_from_ = from_
    params["from"] = json_from_

    json_direction: str | Unset = UNSET
    if not isinstance(direction, Unset):
        json_direction = direction

    params["direction"] = json_direction

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["reveal"] = reveal

    json_schema: str | Unset = UNSET
    if not isinstance(schema, Unset):
        json_schema = schema

    params["schema"] = json_schema

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events/streams/{stream}".format(
            stream=quote(str(stream), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> EventList:
    if response.status_code == 200:
        response_200 = EventList.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[EventList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    stream: str,
    *,
    client: AuthenticatedClient,
    from_: int | None | Unset = UNSET,
    direction: ReadStreamDirection | Unset = "forward",
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadStreamSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> Response[EventList]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                from_=from_,
                direction=direction,
                limit=limit,
                cursor=cursor,
                reveal=reveal,
                schema=schema,
                x_reason=x_reason,
            )
        )
    )


def sync(
    stream: str,
    *,
    client: AuthenticatedClient,
    from_: int | None | Unset = UNSET,
    direction: ReadStreamDirection | Unset = "forward",
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadStreamSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> EventList:
    """A stream's events as hashed.

    Operators and auditors see all, a person what they caused.

    Args:
        stream (str):
        from_ (int | None | Unset): first version
        direction (ReadStreamDirection | Unset):  Default: 'forward'.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before
        reveal (bool | Unset): decrypt personal fields Default: False.
        schema (ReadStreamSchema | Unset): `latest`: data in its type's newest version, not as hashed
            Default: 'stored'.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        stream=stream,
        client=client,
        from_=from_,
        direction=direction,
        limit=limit,
        cursor=cursor,
        reveal=reveal,
        schema=schema,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    stream: str,
    *,
    client: AuthenticatedClient,
    from_: int | None | Unset = UNSET,
    direction: ReadStreamDirection | Unset = "forward",
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadStreamSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> Response[EventList]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                from_=from_,
                direction=direction,
                limit=limit,
                cursor=cursor,
                reveal=reveal,
                schema=schema,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    stream: str,
    *,
    client: AuthenticatedClient,
    from_: int | None | Unset = UNSET,
    direction: ReadStreamDirection | Unset = "forward",
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadStreamSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> EventList:
    """A stream's events as hashed.

    Operators and auditors see all, a person what they caused.

    Args:
        stream (str):
        from_ (int | None | Unset): first version
        direction (ReadStreamDirection | Unset):  Default: 'forward'.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): `next_cursor` of the page before
        reveal (bool | Unset): decrypt personal fields Default: False.
        schema (ReadStreamSchema | Unset): `latest`: data in its type's newest version, not as hashed
            Default: 'stored'.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            stream=stream,
            client=client,
            from_=from_,
            direction=direction,
            limit=limit,
            cursor=cursor,
            reveal=reveal,
            schema=schema,
            x_reason=x_reason,
        )
    ).parsed
