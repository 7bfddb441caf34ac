"""Jobs of people and posts."""

from services.registry.people.usecases import reminding
from shared.context import Context


async def remind_of_posts(ctx: Context) -> None:
    """Tell once what ends soon and which posts are vacant for long."""
    await reminding.remind(ctx)
