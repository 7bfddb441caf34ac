"""Recommendations, reviews, spot checks and clearances over HTTP."""

from services.scoring.reviews.api import (
    clearances,
    departments,
    recommendations,
    spot_checks,
    stages,
)

TAGS = [recommendations.TAG, departments.TAG, clearances.TAG]
ROUTERS = (
    recommendations.router,
    stages.router,
    departments.router,
    spot_checks.router,
    clearances.router,
)

__all__ = ["ROUTERS", "TAGS"]
