"""What travels: meetings, results, lists, replays and alarms."""

from services.scoring.results.schemas.determinations import DeterminationView, Reason
from services.scoring.results.schemas.lists import RankingView, SummaryView
from services.scoring.results.schemas.refills import RefillView
from services.scoring.results.schemas.replays import AlarmView, ReplayView
from services.scoring.results.schemas.results import MissedView, ResultView

__all__ = [
    "AlarmView",
    "DeterminationView",
    "MissedView",
    "RankingView",
    "Reason",
    "RefillView",
    "ReplayView",
    "ResultView",
    "SummaryView",
]
