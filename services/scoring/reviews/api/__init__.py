"""Recommendations, reviews, spot checks and clearances over HTTP."""

from services.scoring.reviews.api import (
    clearances,
    departments,
    recommendations,
    spot_checks,
    stages,
)

TAGS = [stages.TAG, recommendations.TAG, departments.TAG, clearances.TAG]
ROUTERS = (
    stages.worklists,
    recommendations.router,
    stages.townships,
    departments.router,
    stages.parts,
    spot_checks.router,
    clearances.router,
)

__all__ = ["ROUTERS", "TAGS"]
