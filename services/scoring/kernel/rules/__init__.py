"""Rule kinds: how an item earns points and how a bottom line is hit.

Every kind is one model in a module of its own: what it may say, how it computes for all
organizations at once, what can be wrong with it, and its sentence in Chinese. A further kind
is a further module and a further member of the union.
"""

from typing import Annotated

from pydantic import Field

from services.scoring.kernel.rules.awarded import Awarded
from services.scoring.kernel.rules.bands import Bands
from services.scoring.kernel.rules.bottom import (
    BottomLineRule,
    CountsPerProblem,
    EventLimit,
    InInfluence,
    Reported,
    Sanction,
)
from services.scoring.kernel.rules.conditions import AllOrNothing
from services.scoring.kernel.rules.events import Events
from services.scoring.kernel.rules.graded import Graded
from services.scoring.kernel.rules.occurring import Occurring
from services.scoring.kernel.rules.percentage import PerPercentagePoint
from services.scoring.kernel.rules.proportion import Proportion
from services.scoring.kernel.rules.ranked import Ranked
from services.scoring.kernel.rules.steps import Steps

# What a single number of a sheet is judged by; `grammar.Composite` is made of these.
LeafRule = Annotated[
    Awarded
    | Events
    | Steps
    | Bands
    | Proportion
    | PerPercentagePoint
    | Ranked
    | Graded
    | AllOrNothing
    | Occurring,
    Field(discriminator="kind"),
]

__all__ = [
    "AllOrNothing",
    "Awarded",
    "Bands",
    "BottomLineRule",
    "CountsPerProblem",
    "EventLimit",
    "Events",
    "Graded",
    "InInfluence",
    "LeafRule",
    "Occurring",
    "PerPercentagePoint",
    "Proportion",
    "Ranked",
    "Reported",
    "Sanction",
    "Steps",
]
