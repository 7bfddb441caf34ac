"""What is done with organizations; one module a kind of work."""

from services.registry.organizations.usecases.holding import KEEPERS

__all__ = ["KEEPERS"]
