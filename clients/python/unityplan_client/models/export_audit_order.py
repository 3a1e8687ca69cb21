from typing import Literal

ExportAuditOrder = Literal["asc", "desc"]

EXPORT_AUDIT_ORDER_VALUES: set[ExportAuditOrder] = {
    "asc",
    "desc",
}


def check_export_audit_order(value: str) -> ExportAuditOrder:
    if value in EXPORT_AUDIT_ORDER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_AUDIT_ORDER_VALUES!r}")
