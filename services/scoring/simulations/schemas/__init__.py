"""What travels: simulations as JSON, workbook and charts; how close verdicts stand to lines."""

from services.scoring.simulations.schemas.charts import ChartName, chart
from services.scoring.simulations.schemas.sensitivity import SensitivityView
from services.scoring.simulations.schemas.simulations import (
    Reason,
    ReplayView,
    SimulationBrief,
    SimulationView,
)
from services.scoring.simulations.schemas.workbook import workbook

__all__ = [
    "ChartName",
    "Reason",
    "ReplayView",
    "SensitivityView",
    "SimulationBrief",
    "SimulationView",
    "chart",
    "workbook",
]
