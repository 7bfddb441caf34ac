"""Who sees contact data in full, role by role, and what the others see."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.identity.domain import contacts
from services.registry.identity.domain.users import User
from shared.caller import Caller, Grant, Role
from shared.tables import new_id

PERSON = new_id()
USER = User(new_id(), "zhang", "张建国", None, datetime(2026, 1, 1, tzinfo=UTC), person_id=PERSON)


@pytest.mark.parametrize("role", Role)
def test_only_roles_that_need_it_see_it_in_full(role: Role) -> None:
    caller = Caller(new_id(), (Grant(role, new_id()),), person_id=new_id())
    needed = {Role.SYSTEM_ADMINISTRATOR, Role.SERVICE}
    assert contacts.in_full(caller, USER) == (role in needed)


def test_a_person_sees_the_own_accounts_in_full() -> None:
    assert contacts.in_full(Caller(USER.id, ()), USER)
    assert contacts.in_full(Caller(new_id(), (), person_id=PERSON), USER)
    assert not contacts.in_full(Caller(new_id(), ()), USER)
    assert not contacts.in_full(Caller(None, ()), USER)


def test_the_shortest_name_is_masked_like_any_other() -> None:
    assert contacts.masked("z@huojia.test") == "z***@huojia.test"


@given(st.from_regex(r"[a-z0-9.]{2,30}@[a-z]{1,10}\.test", fullmatch=True))
def test_the_length_of_a_name_is_not_told(email: str) -> None:
    name, _, host = email.partition("@")
    assert contacts.masked(email) == f"{name[0]}***@{host}"
