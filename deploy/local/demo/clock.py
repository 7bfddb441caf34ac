"""The demonstration's calendar: when what happens, in business time of 2026."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from deploy.local.demo.actors import Services, together

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2026, 4, 7)


async def move_to(services: Services, day: date, hour: int = 9) -> None:
    """Set business time of all three services to an hour of a day in Shanghai."""
    now = {"now": datetime.combine(day, time(hour), SHANGHAI).isoformat()}
    await together(
        services.patiently(service, "POST", "/v1/demo/clock", json=now)
        for service in services.clients
    )
