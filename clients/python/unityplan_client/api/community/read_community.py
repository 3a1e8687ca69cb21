from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.community_answer import CommunityAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id_or_slug: str,
    *,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/communities/{id_or_slug}".format(
            id_or_slug=quote(str(id_or_slug), safe=""),
        ),
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> CommunityAnswer:
    if response.status_code == 200:
        response_200 = CommunityAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[CommunityAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    id_or_slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> Response[CommunityAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                id_or_slug=id_or_slug,
                x_reason=x_reason,
            )
        )
    )


def sync(
    id_or_slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> CommunityAnswer:
    """A community; a private one only for its members.

    Args:
        id_or_slug (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        id_or_slug=id_or_slug,
        client=client,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    id_or_slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> Response[CommunityAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                id_or_slug=id_or_slug,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    id_or_slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> CommunityAnswer:
    """A community; a private one only for its members.

    Args:
        id_or_slug (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            id_or_slug=id_or_slug,
            client=client,
            x_reason=x_reason,
        )
    ).parsed
