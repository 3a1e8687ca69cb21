from typing import Literal

ExportAuditFormat = Literal["csv", "jsonl"]

EXPORT_AUDIT_FORMAT_VALUES: set[ExportAuditFormat] = {
    "csv",
    "jsonl",
}


def check_export_audit_format(value: str) -> ExportAuditFormat:
    if value in EXPORT_AUDIT_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_AUDIT_FORMAT_VALUES!r}")
