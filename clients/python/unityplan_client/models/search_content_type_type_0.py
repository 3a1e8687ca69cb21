from typing import Literal

SearchContentTypeType0 = Literal["community", "person", "post"]

SEARCH_CONTENT_TYPE_TYPE_0_VALUES: set[SearchContentTypeType0] = {
    "community",
    "person",
    "post",
}


def check_search_content_type_type_0(value: str) -> SearchContentTypeType0:
    if value in SEARCH_CONTENT_TYPE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEARCH_CONTENT_TYPE_TYPE_0_VALUES!r}")
