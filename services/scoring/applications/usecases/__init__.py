"""What villages, townships, the office and the clock do with applications."""

from services.scoring.applications.usecases.closing import close_due, close_early, lapse_due
from services.scoring.applications.usecases.filling import save_item, save_star, start
from services.scoring.applications.usecases.handing_in import submit, take_back
from services.scoring.applications.usecases.reading import (
    completeness,
    count,
    find,
    history,
    page,
    receipt,
    receipts,
)
from services.scoring.applications.usecases.reminding import remind
from services.scoring.applications.usecases.returning import give_back

__all__ = [
    "close_due",
    "close_early",
    "completeness",
    "count",
    "find",
    "give_back",
    "history",
    "lapse_due",
    "page",
    "receipt",
    "receipts",
    "remind",
    "save_item",
    "save_star",
    "start",
    "submit",
    "take_back",
]
