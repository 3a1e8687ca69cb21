import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.event_list import EventList
from ...models.read_events_schema import ReadEventsSchema
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    after: int | Unset = 0,
    limit: int | Unset = 20,
    wait: float | Unset = 0.0,
    cursor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    category: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadEventsSchema | Unset = "stored",
    last_event_id: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id

    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    params["after"] = after

    params["limit"] = limit

    params["wait"] = wait

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    json_type_: list[str] | None | Unset
    if isinstance(type_, Unset):
        json_type_ = UNSET
    elif isinstance(type_, list):
        json_type_ = type_

    else:
        json_type_ = type_
    params["type"] = json_type_

    json_actor: None | str | Unset
    if isinstance(actor, Unset):
        json_actor = UNSET
    else:
        json_actor = actor
    params["actor"] = json_actor

    json_category: None | str | Unset
    if isinstance(category, Unset):
        json_category = UNSET
    else:
        json_category = category
    params["category"] = json_category

    json_from_: None | str | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    elif isinstance(from_, datetime.datetime):
        json_from_ = from_.isoformat()
    else:
        json_from_ = from_
    params["from"] = json_from_

    json_to: None | str | Unset
    if isinstance(to, Unset):
        json_to = UNSET
    elif isinstance(to, datetime.datetime):
        json_to = to.isoformat()
    else:
        json_to = to
    params["to"] = json_to

    params["reveal"] = reveal

    json_schema: str | Unset = UNSET
    if not isinstance(schema, Unset):
        json_schema = schema

    params["schema"] = json_schema

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events",
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
    *,
    client: AuthenticatedClient,
    after: int | Unset = 0,
    limit: int | Unset = 20,
    wait: float | Unset = 0.0,
    cursor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    category: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadEventsSchema | Unset = "stored",
    last_event_id: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[EventList]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                after=after,
                limit=limit,
                wait=wait,
                cursor=cursor,
                type_=type_,
                actor=actor,
                category=category,
                from_=from_,
                to=to,
                reveal=reveal,
                schema=schema,
                last_event_id=last_event_id,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    after: int | Unset = 0,
    limit: int | Unset = 20,
    wait: float | Unset = 0.0,
    cursor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    category: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadEventsSchema | Unset = "stored",
    last_event_id: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> EventList:
    """All sealed events by position, as hashed.

    Operators and auditors see all, a person what they caused.

    With `wait` it answers as soon as there is something. With `Accept: text/event-stream` it goes on for ever:
    `id` is
    the position, `event` the type, `data` an event as in lists.

    Args:
        after (int | Unset): a position Default: 0.
        limit (int | Unset):  Default: 20.
        wait (float | Unset): seconds to wait for something while there is nothing Default: 0.0.
        cursor (None | str | Unset): `next_cursor` of the page before
        type_ (list[str] | None | Unset): any of these types
        actor (None | str | Unset): who caused them
        category (None | str | Unset): types of this category
        from_ (datetime.datetime | None | Unset): not before this time
        to (datetime.datetime | None | Unset): before this time
        reveal (bool | Unset): decrypt personal fields Default: False.
        schema (ReadEventsSchema | Unset): `latest`: data in its type's newest version, not as hashed
            Default: 'stored'.
        last_event_id (int | None | Unset): as `after`, in a stream
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        after=after,
        limit=limit,
        wait=wait,
        cursor=cursor,
        type_=type_,
        actor=actor,
        category=category,
        from_=from_,
        to=to,
        reveal=reveal,
        schema=schema,
        last_event_id=last_event_id,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    after: int | Unset = 0,
    limit: int | Unset = 20,
    wait: float | Unset = 0.0,
    cursor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    category: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadEventsSchema | Unset = "stored",
    last_event_id: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[EventList]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                after=after,
                limit=limit,
                wait=wait,
                cursor=cursor,
                type_=type_,
                actor=actor,
                category=category,
                from_=from_,
                to=to,
                reveal=reveal,
                schema=schema,
                last_event_id=last_event_id,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    after: int | Unset = 0,
    limit: int | Unset = 20,
    wait: float | Unset = 0.0,
    cursor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    category: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    schema: ReadEventsSchema | Unset = "stored",
    last_event_id: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> EventList:
    """All sealed events by position, as hashed.

    Operators and auditors see all, a person what they caused.

    With `wait` it answers as soon as there is something. With `Accept: text/event-stream` it goes on for ever:
    `id` is
    the position, `event` the type, `data` an event as in lists.

    Args:
        after (int | Unset): a position Default: 0.
        limit (int | Unset):  Default: 20.
        wait (float | Unset): seconds to wait for something while there is nothing Default: 0.0.
        cursor (None | str | Unset): `next_cursor` of the page before
        type_ (list[str] | None | Unset): any of these types
        actor (None | str | Unset): who caused them
        category (None | str | Unset): types of this category
        from_ (datetime.datetime | None | Unset): not before this time
        to (datetime.datetime | None | Unset): before this time
        reveal (bool | Unset): decrypt personal fields Default: False.
        schema (ReadEventsSchema | Unset): `latest`: data in its type's newest version, not as hashed
            Default: 'stored'.
        last_event_id (int | None | Unset): as `after`, in a stream
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            after=after,
            limit=limit,
            wait=wait,
            cursor=cursor,
            type_=type_,
            actor=actor,
            category=category,
            from_=from_,
            to=to,
            reveal=reveal,
            schema=schema,
            last_event_id=last_event_id,
            x_reason=x_reason,
        )
    ).parsed
