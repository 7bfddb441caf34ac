"""What registry explains is what the services do: every operation, by the access matrix."""

import json

from services.__main__ import SERVICES
from services.registry.identity.domain.access import NAMED
from services.registry.identity.store.operations import PLACE, rules
from shared.caller import Role
from tests.contracts.access import LETTERS, declared
from tests.contracts.operations import OWN, described


def test_every_operation_of_the_matrix_is_explained_by_those_it_lets_in() -> None:
    matrix = {
        f"{service} {line.operation}": {LETTERS[each] for each in line.letters if each != "-"}
        for service in SERVICES
        for line in declared(service)
        if line.elsewhere != "public"
    }
    explained = {rule.operation: rule.roles for rule in rules().values()}
    assert set(explained) == set(matrix)
    assert len(rules()) == len(matrix)
    for operation, roles in matrix.items():
        if operation.split()[2].startswith(OWN):
            # Its owner alone was asked for; everybody is the owner of something.
            assert explained[operation] == set(LETTERS.values()) - {Role.SERVICE}
        else:
            assert explained[operation] == roles - {Role.SERVICE}


def test_the_committed_data_is_what_the_matrix_and_the_documents_say() -> None:
    assert PLACE.read_text("utf-8") == described(), "run `make openapi`"


def test_nothing_explained_is_unknown_to_the_documents() -> None:
    said = {each["operation"] for each in json.loads(PLACE.read_text("utf-8"))}
    assert {each.operation for each in NAMED} <= said
    assert set(rules()) >= {each.action for each in NAMED}
