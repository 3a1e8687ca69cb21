from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.erasure_answer import ErasureAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    person_id: UUID,
    *,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/events/persons/{person_id}".format(
            person_id=quote(str(person_id), safe=""),
        ),
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> ErasureAnswer:
    if response.status_code == 200:
        response_200 = ErasureAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[ErasureAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> Response[ErasureAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                person_id=person_id,
                x_reason=x_reason,
            )
        )
    )


def sync(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> ErasureAnswer:
    """Destroy the key of a person's text: all of it reads as erased, for ever.

    Needs the permission `persons:erase`.

    The second time the answer is that of the first.

    Args:
        person_id (UUID): an account's id
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        person_id=person_id,
        client=client,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> Response[ErasureAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                person_id=person_id,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> ErasureAnswer:
    """Destroy the key of a person's text: all of it reads as erased, for ever.

    Needs the permission `persons:erase`.

    The second time the answer is that of the first.

    Args:
        person_id (UUID): an account's id
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            person_id=person_id,
            client=client,
            x_reason=x_reason,
        )
    ).parsed
