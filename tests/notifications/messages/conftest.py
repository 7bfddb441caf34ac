"""The people of a county whom registry knows."""

import pytest

from shared.caller import Role
from shared.contracts.registry import Recipient
from tests.notifications.conftest import Service
from tests.notifications.telling import person


@pytest.fixture
def secretaries(service: Service) -> list[Recipient]:
    """One person for each branch of the county."""
    return [person(service, branch.id, Role.VILLAGE) for branch in service.county.branches]
