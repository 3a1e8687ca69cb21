import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.export_audit_format import ExportAuditFormat
from ...models.export_audit_order import ExportAuditOrder
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    format_: ExportAuditFormat | Unset = "csv",
    actor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    category: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    address: None | str | Unset = UNSET,
    has_reason: bool | None | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    after: int | Unset = 0,
    order: ExportAuditOrder | Unset = "asc",
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    json_actor: None | str | Unset
    if isinstance(actor, Unset):
        json_actor = UNSET
    else:
        json_actor = actor
    params["actor"] = json_actor

    json_type_: list[str] | None | Unset
    if isinstance(type_, Unset):
        json_type_ = UNSET
    elif isinstance(type_, list):
        json_type_ = type_

    else:
        json_type_ = type_
    params["type"] = json_type_

    json_category: None | str | Unset
    if isinstance(category, Unset):
        json_category = UNSET
    else:
        json_category = category
    params["category"] = json_category

    json_subject: None | str | Unset
    if isinstance(subject, Unset):
        json_subject = UNSET
    else:
        json_subject = subject
    params["subject"] = json_subject

    json_request_id: None | str | Unset
    if isinstance(request_id, Unset):
        json_request_id = UNSET
    else:
        json_request_id = request_id
    params["request_id"] = json_request_id

    json_address: None | str | Unset
    if isinstance(address, Unset):
        json_address = UNSET
    else:
        json_address = address
    params["address"] = json_address

    json_has_reason: bool | None | Unset
    if isinstance(has_reason, Unset):
        json_has_reason = UNSET
    else:
        json_has_reason = has_reason
    params["has_reason"] = json_has_reason

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

    params["after"] = after

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order

    params["order"] = json_order

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/audit/export",
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    format_: ExportAuditFormat | Unset = "csv",
    actor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    category: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    address: None | str | Unset = UNSET,
    has_reason: bool | None | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    after: int | Unset = 0,
    order: ExportAuditOrder | Unset = "asc",
    x_reason: None | str | Unset = UNSET,
) -> Response[str]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                format_=format_,
                actor=actor,
                type_=type_,
                category=category,
                subject=subject,
                request_id=request_id,
                address=address,
                has_reason=has_reason,
                from_=from_,
                to=to,
                after=after,
                order=order,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    format_: ExportAuditFormat | Unset = "csv",
    actor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    category: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    address: None | str | Unset = UNSET,
    has_reason: bool | None | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    after: int | Unset = 0,
    order: ExportAuditOrder | Unset = "asc",
    x_reason: None | str | Unset = UNSET,
) -> str:
    """All that the list has, as one file.

    Needs the permission `audit:read`; that it was read is an entry too.

    Whoever has a second factor shows it first.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.

    Args:
        format_ (ExportAuditFormat | Unset): CSV (RFC 4180) or JSON lines Default: 'csv'.
        actor (None | str | Unset): who: an account id, or `system`
        type_ (list[str] | None | Unset): what: any of these types
        category (None | str | Unset): what: types of this category
        subject (None | str | Unset): to what: a stream
        request_id (None | str | Unset): in which request
        address (None | str | Unset): from where: a client's address
        has_reason (bool | None | Unset): why: whether a reason was given
        from_ (datetime.datetime | None | Unset): not before this time
        to (datetime.datetime | None | Unset): before this time
        after (int | Unset): behind this position Default: 0.
        order (ExportAuditOrder | Unset): `desc`: the newest first Default: 'asc'.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        format_=format_,
        actor=actor,
        type_=type_,
        category=category,
        subject=subject,
        request_id=request_id,
        address=address,
        has_reason=has_reason,
        from_=from_,
        to=to,
        after=after,
        order=order,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    format_: ExportAuditFormat | Unset = "csv",
    actor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    category: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    address: None | str | Unset = UNSET,
    has_reason: bool | None | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    after: int | Unset = 0,
    order: ExportAuditOrder | Unset = "asc",
    x_reason: None | str | Unset = UNSET,
) -> Response[str]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                format_=format_,
                actor=actor,
                type_=type_,
                category=category,
                subject=subject,
                request_id=request_id,
                address=address,
                has_reason=has_reason,
                from_=from_,
                to=to,
                after=after,
                order=order,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    format_: ExportAuditFormat | Unset = "csv",
    actor: None | str | Unset = UNSET,
    type_: list[str] | None | Unset = UNSET,
    category: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    request_id: None | str | Unset = UNSET,
    address: None | str | Unset = UNSET,
    has_reason: bool | None | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    after: int | Unset = 0,
    order: ExportAuditOrder | Unset = "asc",
    x_reason: None | str | Unset = UNSET,
) -> str:
    """All that the list has, as one file.

    Needs the permission `audit:read`; that it was read is an entry too.

    Whoever has a second factor shows it first.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.

    Args:
        format_ (ExportAuditFormat | Unset): CSV (RFC 4180) or JSON lines Default: 'csv'.
        actor (None | str | Unset): who: an account id, or `system`
        type_ (list[str] | None | Unset): what: any of these types
        category (None | str | Unset): what: types of this category
        subject (None | str | Unset): to what: a stream
        request_id (None | str | Unset): in which request
        address (None | str | Unset): from where: a client's address
        has_reason (bool | None | Unset): why: whether a reason was given
        from_ (datetime.datetime | None | Unset): not before this time
        to (datetime.datetime | None | Unset): before this time
        after (int | Unset): behind this position Default: 0.
        order (ExportAuditOrder | Unset): `desc`: the newest first Default: 'asc'.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            format_=format_,
            actor=actor,
            type_=type_,
            category=category,
            subject=subject,
            request_id=request_id,
            address=address,
            has_reason=has_reason,
            from_=from_,
            to=to,
            after=after,
            order=order,
            x_reason=x_reason,
        )
    ).parsed
