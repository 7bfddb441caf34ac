"""What travels about applications."""

from services.scoring.applications.schemas.applications import (
    ApplicationBrief,
    ApplicationView,
    ChangeView,
    Closing,
    CompletenessView,
    EntryBody,
    NewApplication,
    Receipt,
    ReceiptCheck,
    ReturnBody,
    StarBody,
)

__all__ = [
    "ApplicationBrief",
    "ApplicationView",
    "ChangeView",
    "Closing",
    "CompletenessView",
    "EntryBody",
    "NewApplication",
    "Receipt",
    "ReceiptCheck",
    "ReturnBody",
    "StarBody",
]
