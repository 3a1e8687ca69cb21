"""What neighbours answer, read strictly: a stranger wrote it."""

from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from services.event.proofs.tree_head import TreeHead
from services.event.witnesses.cosignature import Cosignature

LARGEST_SIZE = 2**53 - 1
# One hash for each level of the largest tree, and one more.
LONGEST_PATH = 64
MOST_HEADS = 100

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(ge=0, le=LARGEST_SIZE)]
Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Time = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{6}Z$")]
Code = Annotated[str, StringConstraints(min_length=2, max_length=40)]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Signature = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class GarbageError(Exception):
    """An answer that is not of the agreed form; it says nothing about the neighbour's history."""


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


class HeadAnswer(_Answer):
    """As `GET /events/head`."""

    territory: Code
    epoch: Uuid
    tree_size: Size
    root_hash: Hash
    signed_at: Time
    key_id: KeyId
    signature: Signature


class ConsistencyAnswer(_Answer):
    """As `GET /events/consistency`."""

    path: Annotated[list[Hash], Field(max_length=LONGEST_PATH)]


class CosignatureAnswer(_Answer):
    """As in `GET /events/witness/{territory}`."""

    witness: Code
    territory: Code
    epoch: Uuid
    tree_size: Size
    root_hash: Hash
    cosigned_at: Time
    key_id: KeyId
    signature: Signature


class WitnessedAnswer(_Answer):
    """One head in it."""

    cosignature: CosignatureAnswer | None


class WitnessAnswer(_Answer):
    """As `GET /events/witness/{territory}`, as far as it is of use here."""

    state: Annotated[str, StringConstraints(max_length=40)]
    items: Annotated[list[WitnessedAnswer], Field(max_length=MOST_HEADS)]


A = TypeVar("A", bound=_Answer)


def read_head(value: Any) -> TreeHead:  # noqa: ANN401 (any JSON value)
    """A head in the agreed form; its signature is not checked.

    Raises:
        GarbageError: it is of another form.
    """
    answer = _parsed(HeadAnswer, value)
    return TreeHead(
        answer.territory,
        UUID(answer.epoch),
        answer.tree_size,
        bytes.fromhex(answer.root_hash),
        _moment(answer.signed_at),
        answer.key_id,
        answer.signature,
    )


def read_path(value: Any) -> list[bytes]:  # noqa: ANN401 (any JSON value)
    """A consistency path.

    Raises:
        GarbageError: it is of another form.
    """
    return [bytes.fromhex(step) for step in _parsed(ConsistencyAnswer, value).path]


def read_cosignatures(value: Any) -> tuple[str, list[Cosignature]]:  # noqa: ANN401 (any JSON value)
    """What a neighbour says of our history, and its cosignatures; nothing is checked.

    Raises:
        GarbageError: it is of another form.
    """
    answer = _parsed(WitnessAnswer, value)
    return answer.state, [_cosignature(item.cosignature) for item in answer.items if item.cosignature is not None]


def _cosignature(answer: CosignatureAnswer) -> Cosignature:
    return Cosignature(
        answer.witness,
        answer.territory,
        UUID(answer.epoch),
        answer.tree_size,
        bytes.fromhex(answer.root_hash),
        _moment(answer.cosigned_at),
        answer.key_id,
        answer.signature,
    )


def _parsed(form: type[A], value: Any) -> A:  # noqa: ANN401 (any JSON value)
    try:
        return form.model_validate(value)
    except ValidationError as error:
        raise GarbageError from error


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        # Of the right form, but no day of the calendar.
        raise GarbageError from error
