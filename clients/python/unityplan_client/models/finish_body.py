from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="FinishBody")


@_attrs_define
class FinishBody:
    flow: str
    """ What the page has kept. """
    state: str
    """ As the provider sent it back. """
    code: str
    """ As the provider sent it. """
    iss: None | str | Unset = UNSET
    """ As the provider sent it, if it did (RFC 9207). """
    username: None | str | Unset = UNSET
    """ For a new account; made from what the provider says when not given. """
    invitation: None | str | Unset = UNSET
    application: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        flow = self.flow

        state = self.state

        code = self.code

        iss: None | str | Unset
        if isinstance(self.iss, Unset):
            iss = UNSET
        else:
            iss = self.iss

        username: None | str | Unset
        if isinstance(self.username, Unset):
            username = UNSET
        else:
            username = self.username

        invitation: None | str | Unset
        if isinstance(self.invitation, Unset):
            invitation = UNSET
        else:
            invitation = self.invitation

        application = self.application

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "flow": flow,
                "state": state,
                "code": code,
            }
        )
        if iss is not UNSET:
            field_dict["iss"] = iss
        if username is not UNSET:
            field_dict["username"] = username
        if invitation is not UNSET:
            field_dict["invitation"] = invitation
        if application is not UNSET:
            field_dict["application"] = application

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        flow = d.pop("flow")

        state = d.pop("state")

        code = d.pop("code")

        def _parse_iss(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        iss = _parse_iss(d.pop("iss", UNSET))

        def _parse_username(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        username = _parse_username(d.pop("username", UNSET))

        def _parse_invitation(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        invitation = _parse_invitation(d.pop("invitation", UNSET))

        application = d.pop("application", UNSET)

        finish_body = cls(
            flow=flow,
            state=state,
            code=code,
            iss=iss,
            username=username,
            invitation=invitation,
            application=application,
        )

        return finish_body
