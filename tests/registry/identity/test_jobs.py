"""What is forgotten at night, and what stays."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from services.registry.identity.jobs import forget_old_tokens
from services.registry.identity.tables import RefreshTokenRow, SessionRow
from shared.auth import revocations
from tests.registry.house import Registry
from tests.registry.identity.people import first_administrator, sign_in


async def test_old_tokens_go_and_sessions_stay(registry: Registry) -> None:
    admin = await first_administrator(registry)
    phone = await sign_in(registry, "admin")
    await phone.post("/sessions/sign-out", expect=204)
    long_ago = datetime.now(UTC) - timedelta(days=31)
    async with registry.context.sessions() as session:
        old = sa.select(col(SessionRow.id)).where(col(SessionRow.ended_at).is_not(None))
        await session.execute(
            sa.update(RefreshTokenRow)
            .where(col(RefreshTokenRow.session_id).in_(old))
            .values(expires_at=long_ago)
        )
        await session.execute(sa.update(revocations).values(not_before=long_ago))
        await session.commit()
    await forget_old_tokens(registry.context)
    async with registry.context.sessions() as session:
        counts = [
            await session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (RefreshTokenRow, SessionRow, revocations)
        ]
    assert counts == [1, 2, 0]
    body = {"refresh_token": admin.refresh}
    assert (await registry.http.post("/v1/sessions/refresh", json=body)).status_code == 200
