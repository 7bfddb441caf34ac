"""What the public, inspectors, branches and the clock do with objections."""

from services.notifications.objections.usecases.checking import (
    accept,
    answer,
    ask,
    inquiries,
    lapse_overdue,
)
from services.notifications.objections.usecases.closing import close_ended
from services.notifications.objections.usecases.findings import draft, give_back, sign
from services.notifications.objections.usecases.reading import (
    Dossier,
    clue,
    clues,
    dossier,
    holds,
    listing,
)
from services.notifications.objections.usecases.receipts import Progress, progress, withdraw
from services.notifications.objections.usecases.receiving import (
    Receipt,
    enter_at_desk,
    object_online,
)
from services.notifications.objections.usecases.silence import remind

__all__ = [
    "Dossier",
    "Progress",
    "Receipt",
    "accept",
    "answer",
    "ask",
    "close_ended",
    "clue",
    "clues",
    "dossier",
    "draft",
    "enter_at_desk",
    "give_back",
    "holds",
    "inquiries",
    "lapse_overdue",
    "listing",
    "object_online",
    "progress",
    "remind",
    "sign",
    "withdraw",
]
