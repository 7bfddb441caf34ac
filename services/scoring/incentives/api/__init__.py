"""What follows from results, over HTTP."""

from services.scoring.incentives.api import entitlements, registers

TAG = {"name": "挂钩", "description": "结果生效以后的待遇、账单、发放台账、荣誉和整顿建议"}
ROUTERS = (entitlements.router, registers.router)
