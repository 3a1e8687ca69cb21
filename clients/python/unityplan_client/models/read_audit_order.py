from typing import Literal

ReadAuditOrder = Literal["asc", "desc"]

READ_AUDIT_ORDER_VALUES: set[ReadAuditOrder] = {
    "asc",
    "desc",
}


def check_read_audit_order(value: str) -> ReadAuditOrder:
    if value in READ_AUDIT_ORDER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_AUDIT_ORDER_VALUES!r}")
