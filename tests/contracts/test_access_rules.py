"""What registry explains is what the services do: its table against the access matrix."""

import pytest

from services.registry.identity.domain.access import RULES
from shared.caller import Role
from tests.contracts.access import LETTERS, declared

MATRIX = {
    f"{service} {line.operation}": line
    for service in ("registry", "scoring", "notifications")
    for line in declared(service)
}


@pytest.mark.parametrize("action", sorted(RULES))
def test_the_roles_of_a_rule_are_those_let_in(action: str) -> None:
    rule = RULES[action]
    letters = MATRIX[rule.operation].letters
    # Another service of the installation is nobody's account.
    assert rule.roles == {LETTERS[each] for each in letters if each != "-"} - {Role.SERVICE}
