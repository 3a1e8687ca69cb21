from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.search_answer import SearchAnswer
from ...models.search_content_type_type_0 import SearchContentTypeType0
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    q: str,
    type_: None | SearchContentTypeType0 | Unset = UNSET,
    community_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    params["q"] = q

    json_type_: None | str | Unset
    if isinstance(type_, Unset):
        json_type_ = UNSET
    elif isinstance(type_, str):
        json_type_ = type_
    else:
        json_type_ = type_
    params["type"] = json_type_

    json_community_id: None | str | Unset
    if isinstance(community_id, Unset):
        json_community_id = UNSET
    elif isinstance(community_id, UUID):
        json_community_id = str(community_id)
    else:
        json_community_id = community_id
    params["community_id"] = json_community_id

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/search",
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> SearchAnswer:
    if response.status_code == 200:
        response_200 = SearchAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[SearchAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    q: str,
    type_: None | SearchContentTypeType0 | Unset = UNSET,
    community_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[SearchAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                q=q,
                type_=type_,
                community_id=community_id,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    q: str,
    type_: None | SearchContentTypeType0 | Unset = UNSET,
    community_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> SearchAnswer:
    """Communities, posts and people, in spite of typos; only what the caller may see.

    Args:
        q (str):
        type_ (None | SearchContentTypeType0 | Unset):
        community_id (None | Unset | UUID):
        limit (int | Unset):  Default: 20.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        q=q,
        type_=type_,
        community_id=community_id,
        limit=limit,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    q: str,
    type_: None | SearchContentTypeType0 | Unset = UNSET,
    community_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[SearchAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                q=q,
                type_=type_,
                community_id=community_id,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    q: str,
    type_: None | SearchContentTypeType0 | Unset = UNSET,
    community_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> SearchAnswer:
    """Communities, posts and people, in spite of typos; only what the caller may see.

    Args:
        q (str):
        type_ (None | SearchContentTypeType0 | Unset):
        community_id (None | Unset | UUID):
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
            q=q,
            type_=type_,
            community_id=community_id,
            limit=limit,
            x_reason=x_reason,
        )
    ).parsed
