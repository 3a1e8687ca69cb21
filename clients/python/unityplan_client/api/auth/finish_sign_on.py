from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.finish_body import FinishBody
from ...models.token_answer import TokenAnswer
from ...models.waiting_answer import WaitingAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    provider: str,
    *,
    body: FinishBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/sso/{provider}/finish".format(
            provider=quote(str(provider), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> TokenAnswer | WaitingAnswer:
    if response.status_code == 200:
        response_200 = TokenAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = WaitingAnswer.from_dict(response.json())

        return response_202

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[TokenAnswer | WaitingAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    body: FinishBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[TokenAnswer | WaitingAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                provider=provider,
                body=body,
                x_reason=x_reason,
            )
        )
    )


def sync(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    body: FinishBody,
    x_reason: None | str | Unset = UNSET,
) -> TokenAnswer | WaitingAnswer:
    """Log in with what the provider sent back; the first time, on the territory's terms of sign-up.

    An address is no proof of who somebody is: one that has an account already is 409, unless the pod's operator
    trusts
    this provider's word and both sides have verified it.

    Args:
        provider (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (FinishBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        provider=provider,
        client=client,
        body=body,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    body: FinishBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[TokenAnswer | WaitingAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                provider=provider,
                body=body,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    body: FinishBody,
    x_reason: None | str | Unset = UNSET,
) -> TokenAnswer | WaitingAnswer:
    """Log in with what the provider sent back; the first time, on the territory's terms of sign-up.

    An address is no proof of who somebody is: one that has an account already is 409, unless the pod's operator
    trusts
    this provider's word and both sides have verified it.

    Args:
        provider (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (FinishBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            provider=provider,
            client=client,
            body=body,
            x_reason=x_reason,
        )
    ).parsed
