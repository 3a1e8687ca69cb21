from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.event_answer import EventAnswer
from ...models.read_event_schema import ReadEventSchema
from ...types import UNSET, Response, Unset


def _get_kwargs(
    event_id: UUID,
    *,
    reveal: bool | Unset = False,
    schema: ReadEventSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    params["reveal"] = reveal

    json_schema: str | Unset = UNSET
    if not isinstance(schema, Unset):
        json_schema = schema

    params["schema"] = json_schema

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events/by-id/{event_id}".format(
            event_id=quote(str(event_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> EventAnswer:
    if response.status_code == 200:
        response_200 = EventAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[EventAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    event_id: UUID,
    *,
    client: AuthenticatedClient,
    reveal: bool | Unset = False,
    schema: ReadEventSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> Response[EventAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                event_id=event_id,
                reveal=reveal,
                schema=schema,
                x_reason=x_reason,
            )
        )
    )


def sync(
    event_id: UUID,
    *,
    client: AuthenticatedClient,
    reveal: bool | Unset = False,
    schema: ReadEventSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> EventAnswer:
    """One event, with its position as soon as it is sealed.

    Args:
        event_id (UUID):
        reveal (bool | Unset): decrypt personal fields Default: False.
        schema (ReadEventSchema | Unset): `latest`: data in its type's newest version, not as hashed
            Default: 'stored'.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        event_id=event_id,
        client=client,
        reveal=reveal,
        schema=schema,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    event_id: UUID,
    *,
    client: AuthenticatedClient,
    reveal: bool | Unset = False,
    schema: ReadEventSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> Response[EventAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                event_id=event_id,
                reveal=reveal,
                schema=schema,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    event_id: UUID,
    *,
    client: AuthenticatedClient,
    reveal: bool | Unset = False,
    schema: ReadEventSchema | Unset = "stored",
    x_reason: None | str | Unset = UNSET,
) -> EventAnswer:
    """One event, with its position as soon as it is sealed.

    Args:
        event_id (UUID):
        reveal (bool | Unset): decrypt personal fields Default: False.
        schema (ReadEventSchema | Unset): `latest`: data in its type's newest version, not as hashed
            Default: 'stored'.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            event_id=event_id,
            client=client,
            reveal=reveal,
            schema=schema,
            x_reason=x_reason,
        )
    ).parsed
