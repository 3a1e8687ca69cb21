from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.permission_list_answer import PermissionListAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    community_id: None | Unset | UUID = UNSET,
    resource: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_community_id: None | str | Unset
    if isinstance(community_id, Unset):
        json_community_id = UNSET
    elif isinstance(community_id, UUID):
        json_community_id = str(community_id)
    else:
        json_community_id = community_id
    params["community_id"] = json_community_id

    json_resource: None | str | Unset
    if isinstance(resource, Unset):
        json_resource = UNSET
    else:
        json_resource = resource
    params["resource"] = json_resource

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/auth/permissions",
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> PermissionListAnswer:
    if response.status_code == 200:
        response_200 = PermissionListAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[PermissionListAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    community_id: None | Unset | UUID = UNSET,
    resource: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[PermissionListAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                community_id=community_id,
                resource=resource,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    community_id: None | Unset | UUID = UNSET,
    resource: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> PermissionListAnswer:
    """Every permission there is, and whether one has it now, in the territory, in a community or on one resource.

    Args:
        community_id (None | Unset | UUID): there; in the whole territory else
        resource (None | str | Unset): on it: `post:` or `gathering:`, and its id
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        community_id=community_id,
        resource=resource,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    community_id: None | Unset | UUID = UNSET,
    resource: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[PermissionListAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                community_id=community_id,
                resource=resource,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    community_id: None | Unset | UUID = UNSET,
    resource: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> PermissionListAnswer:
    """Every permission there is, and whether one has it now, in the territory, in a community or on one resource.

    Args:
        community_id (None | Unset | UUID): there; in the whole territory else
        resource (None | str | Unset): on it: `post:` or `gathering:`, and its id
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            community_id=community_id,
            resource=resource,
            x_reason=x_reason,
        )
    ).parsed
