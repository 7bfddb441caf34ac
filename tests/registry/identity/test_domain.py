"""Rules of accounts, grants and sessions, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.registry.identity.domain import grants, sessions, users
from services.registry.identity.domain.grants import GrantDraft, GrantState, StoredGrant
from services.registry.identity.domain.sessions import RefreshToken, Session, Verdict
from services.registry.identity.domain.users import Limits, User
from shared.caller import Caller, Grant, Role
from shared.tables import new_id
from tests.registry.organizations.test_domain import COUNTY, TOWN, VILLAGE

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LIMITS = Limits()
USER = User(new_id(), "zhang", "张三", "hash", NOW)


def fail(user: User, times: int, at: datetime) -> User:
    for _ in range(times):
        attempts = users.after_failure(user, at, LIMITS)
        user = replace(user, **vars(attempts))
    return user


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour() -> None:
    assert not fail(USER, 4, NOW).locked(NOW)
    locked = fail(USER, 5, NOW)
    assert locked.locked(NOW)
    assert locked.locked(NOW + timedelta(minutes=14, seconds=59))
    assert not locked.locked(NOW + timedelta(minutes=15))


def test_after_a_lock_the_counting_starts_anew() -> None:
    later = NOW + timedelta(minutes=15)
    assert users.after_failure(fail(USER, 5, NOW), later, LIMITS) == users.Attempts(1, None)


@given(st.integers(1, 30), st.integers(1, 10))
def test_the_lock_comes_exactly_with_the_allowed_number(times: int, allowed: int) -> None:
    limits = Limits(lock_after_failures=allowed)
    user = USER
    for n in range(1, times + 1):
        attempts = users.after_failure(user, NOW, limits)
        user = replace(user, **vars(attempts))
        assert user.locked(NOW) == (n >= allowed)


@pytest.mark.parametrize("password", ["Huojia-2026x", "获嘉县Abc12345", "aB3aB3aB3aB3"])
def test_good_passwords(password: str) -> None:
    users.check_password(password, "zhang", LIMITS)


@pytest.mark.parametrize(
    "password",
    [
        "Short-1",
        "alllowercase-only",
        "1234567890123",
        "Zhang-20260302",
        "Aa1" + "x" * 126,
        "Huojia-123456",
        "P@ssw0rd-2026",
        "wx-1Q2W3E-wx",
    ],
)
def test_weak_passwords(password: str) -> None:
    with pytest.raises(users.PasswordWeak):
        users.check_password(password, "zhang", LIMITS)


class RefreshFamily(RuleBasedStateMachine):
    """However tokens are presented: one living link at most, and a reused one ends all."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.session = Session(new_id(), USER.id, "", NOW, NOW, NOW + LIMITS.longest)
        self.chain = [sessions.link("0", self.session, NOW, LIMITS)]

    @rule(minutes=st.integers(1, 60 * 24))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(place=st.integers(0, 20))
    def present(self, place: int) -> None:
        index = min(place, len(self.chain) - 1)
        token = self.chain[index]
        verdict = sessions.judge(token, self.session, self.now)
        if verdict is Verdict.ROTATE:
            assert index == len(self.chain) - 1
            self.chain[index] = replace(token, used_at=self.now)
            self.chain.append(sessions.link(str(len(self.chain)), self.session, self.now, LIMITS))
        elif verdict is Verdict.REUSED:
            assert token.used_at is not None
            self.session = replace(self.session, ended_at=self.now)

    @invariant()
    def one_living_link_at_most(self) -> None:
        verdicts = [sessions.judge(token, self.session, self.now) for token in self.chain]
        assert verdicts.count(Verdict.ROTATE) <= 1
        if self.session.ended_at is not None:
            assert set(verdicts) == {Verdict.ENDED}

    @invariant()
    def nothing_outlives_the_session(self) -> None:
        assert all(token.expires_at <= self.session.expires_at for token in self.chain)


TestRefreshFamily = RefreshFamily.TestCase


def test_an_idle_token_ends() -> None:
    session = Session(new_id(), USER.id, "", NOW, NOW, NOW + LIMITS.longest)
    token: RefreshToken = sessions.link("x", session, NOW, LIMITS)
    assert sessions.judge(token, session, NOW + LIMITS.idle) is Verdict.ENDED
    almost = NOW + LIMITS.idle - timedelta(seconds=1)
    assert sessions.judge(token, session, almost) is Verdict.ROTATE


def test_machines_need_their_own_secret() -> None:
    accounts = {"scoring": "s" * 32, "broken": ""}
    assert sessions.machine(accounts, "scoring", "s" * 32).has(Role.SERVICE)
    for client, secret in [("scoring", "x"), ("other", "s" * 32), ("broken", ""), ("x", "密")]:
        with pytest.raises(sessions.MachineUnknown):
            sessions.machine(accounts, client, secret)


def stored(role: Role, requester: Caller | None) -> StoredGrant:
    return StoredGrant(
        id=new_id(),
        user_id=USER.id,
        county_id=COUNTY.id,
        organization_id=COUNTY.id,
        role=role,
        department=None,
        starts_on=TODAY,
        ends_on=None,
        state=GrantState.REQUESTED,
        requested_at=NOW,
        requested_by=requester.user_id if requester else None,
        requested_person=requester.person_id if requester else None,
    )


def administrator(role: Role) -> Caller:
    return Caller(new_id(), (Grant(role),), person_id=new_id())


def test_the_second_administrator_is_another_person() -> None:
    requester = administrator(Role.SYSTEM_ADMINISTRATOR)
    grant = stored(Role.INSPECTOR, requester)
    grants.check_second_person(
        administrator(Role.SECURITY_ADMINISTRATOR), grant, (USER.id, USER.person_id)
    )
    second_account = Caller(
        new_id(), (Grant(Role.SECURITY_ADMINISTRATOR),), person_id=requester.person_id
    )
    for caller in (requester, second_account):
        with pytest.raises(grants.SecondPersonNeeded):
            grants.check_second_person(caller, grant, (USER.id, USER.person_id))
    receiver = administrator(Role.SECURITY_ADMINISTRATOR)
    with pytest.raises(grants.SecondPersonNeeded):
        grants.check_second_person(receiver, grant, (new_id(), receiver.person_id))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("exists", [True, False])
def test_who_waits_for_a_second_administrator(role: Role, *, exists: bool) -> None:
    state = grants.first_state(role, security_administrator_exists=exists)
    always = role in {Role.INSPECTOR, Role.COMMITTEE}
    waits = always or (exists and role.value.endswith("_administrator"))
    assert (state is GrantState.REQUESTED) == waits


@pytest.mark.parametrize(
    ("draft", "place"),
    [
        (GrantDraft(Role.SERVICE), None),
        (GrantDraft(Role.PUBLIC), None),
        (GrantDraft(Role.VILLAGE), None),
        (GrantDraft(Role.DEPARTMENT, COUNTY.id), COUNTY),
        (GrantDraft(Role.VILLAGE, VILLAGE.id, "agriculture_bureau"), VILLAGE),
        (GrantDraft(Role.VILLAGE, TOWN.id), TOWN),
        (GrantDraft(Role.TOWNSHIP, VILLAGE.id), VILLAGE),
        (GrantDraft(Role.INSPECTOR, TOWN.id), TOWN),
        (GrantDraft(Role.JUDGE, TOWN.id, None, TODAY, TODAY - timedelta(days=1)), TOWN),
    ],
)
def test_grants_that_do_not_fit(draft: GrantDraft, place: object) -> None:
    assert grants.grant_fault(draft, place) is not None  # type: ignore[arg-type]  # one of three


@pytest.mark.parametrize(
    ("draft", "place"),
    [
        (GrantDraft(Role.VILLAGE, VILLAGE.id), VILLAGE),
        (GrantDraft(Role.TOWNSHIP, TOWN.id), TOWN),
        (GrantDraft(Role.DEPARTMENT, COUNTY.id, "agriculture_bureau"), COUNTY),
        (GrantDraft(Role.SYSTEM_ADMINISTRATOR), None),
        (GrantDraft(Role.AUDIT_ADMINISTRATOR, COUNTY.id), COUNTY),
        (GrantDraft(Role.JUDGE, TOWN.id, None, TODAY, TODAY), TOWN),
    ],
)
def test_grants_that_fit(draft: GrantDraft, place: object) -> None:
    assert grants.grant_fault(draft, place) is None  # type: ignore[arg-type]  # one of three


def test_a_grant_holds_from_its_first_to_its_last_day() -> None:
    day = timedelta(days=1)
    grant = replace(stored(Role.JUDGE, None), state=GrantState.ACTIVE, ends_on=TODAY + day)
    days = (TODAY - day, TODAY, TODAY + day, TODAY + 2 * day)
    assert [grant.valid_on(each) for each in days] == [False, True, True, False]
    assert not replace(grant, state=GrantState.REVOKED).valid_on(TODAY)


def test_three_administrators_are_three_persons() -> None:
    grants.check_separate([Role.AUDIT_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR, Role.INSPECTOR])
    with pytest.raises(grants.AdministratorsSeparate):
        grants.check_separate([Role.AUDIT_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR])
