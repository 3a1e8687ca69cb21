"""Entity tags of encoded answers: each encoding of a resource is a representation of its own (RFC 9110 §8.8.3).

A strong tag gets the encoding's name before its closing quote, and loses it again when a client sends it back; so a
service compares what it has given, and `If-Match` goes on working for clients that were answered in an encoding.
"""

import re

ENCODINGS = (b"br", b"gzip")

_ENCODED = re.compile(rb'-(?:br|gzip)(?=")')


def encoded_tag(tag: bytes, encoding: bytes) -> bytes:
    """The tag of the same thing in an encoding; a weak one stands for every encoding as it is."""
    if tag.startswith(b"W/") or not tag.endswith(b'"'):
        return tag
    return tag[:-1] + b"-" + encoding + b'"'


def without_encoding(tags: bytes) -> bytes:
    """A list of tags as the services know them."""
    return _ENCODED.sub(b"", tags) if b"-" in tags else tags


def asked_for(tag: bytes, if_none_match: bytes) -> bytes:
    """The tag by which the client has what it need not be sent again (RFC 9110 §15.4.5)."""
    for encoding in ENCODINGS:
        encoded = encoded_tag(tag, encoding)
        if encoded != tag and encoded in if_none_match:
            return encoded
    return tag
