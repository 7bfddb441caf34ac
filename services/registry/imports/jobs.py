"""Jobs of imports."""

from services.registry.imports.usecases import running
from shared.context import Context


async def carry_out_imports(ctx: Context) -> None:
    """Carry out confirmed imports, also those that another worker left behind."""
    await running.carry_out_all(ctx)


async def forget_old_imports(ctx: Context) -> None:
    """Cancel imports that nobody has confirmed for a week."""
    await running.forget(ctx)
