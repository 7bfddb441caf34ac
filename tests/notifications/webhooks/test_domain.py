"""Addresses, secrets, facts and judgement, without any machinery."""

from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier

from services.notifications.webhooks.domain import facts
from services.notifications.webhooks.domain.addresses import AddressRefused, AddressRules
from services.notifications.webhooks.domain.secrets import SECRET, headers, new_secret
from services.notifications.webhooks.domain.subscription import Reply, Webhook, WebhookState
from shared.contracts.scoring import AwardEntry, ResultsCorrected, ResultsEffective, StarName
from shared.sealing.envelope import Seal
from shared.tables import new_id

PUBLIC = AddressRules()
NOW = datetime(2026, 5, 19, 1, tzinfo=UTC)
PATIENCE = timedelta(days=5)

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 -- an address to refuse
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_inside_addresses_are_refused(address: str) -> None:
    assert not PUBLIC.allows(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert PUBLIC.allows(address)


@given(st.ip_addresses(v=4))
def test_no_form_of_an_address_opens_what_its_plain_form_does_not(address: Any) -> None:  # noqa: ANN401 -- hypothesis
    plain = PUBLIC.allows(str(address))
    assert PUBLIC.allows(f"::ffff:{address}") == plain
    assert PUBLIC.allows(str(ip_address(int(ip_address("64:ff9b::")) + int(address)))) == plain


def test_named_networks_are_allowed_and_nothing_beside_them() -> None:
    rules = AddressRules(networks=(ip_network("10.20.0.0/16"),))
    assert rules.allows("10.20.3.4")
    assert rules.allows("::ffff:10.20.3.4")
    assert not rules.allows("10.21.0.1")


REFUSED = [
    "http://platform.example",
    "ftp://platform.example",
    "https://",
    "https:///hooks",
    "https://user:secret@platform.example/hooks",
    "https://platform.example/#x",
    "https://127.0.0.1/hooks",
    "https://[::1]/hooks",
    "https://[fe80::1%25eth0]/hooks",
    "https://169.254.169.254/latest/meta-data",
    "https://平台.example/hooks",
    "https://platform.example/a b",
    "https://platform.example:port/",
    "https://[::1/",
    "platform.example/hooks",
    "",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_bad_url_is_refused_with_a_pointer(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        PUBLIC.check(url)
    assert refused.value.faults[0].pointer == "/body/url"


@given(st.text(max_size=60))
def test_no_text_makes_the_check_fall_over(url: str) -> None:
    for prefix in ("", "https://", "https://["):
        try:
            PUBLIC.check(prefix + url)
        except AddressRefused:
            continue


def test_plain_http_is_for_demonstrations() -> None:
    AddressRules(plain_http=True).check("http://platform.example/hooks")
    PUBLIC.check("https://platform.example:8443/hooks?county=410724")


def test_secrets_are_as_the_specification_wants_them() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert len(secret) == len("whsec_") + 44
    assert secret != new_secret()


@given(st.text(max_size=200))
def test_any_body_verifies_by_the_specifications_library_under_either_secret(text: str) -> None:
    new, old = new_secret(), new_secret()
    event = facts.event(new_id(), new_id(), facts.PING, NOW, {"message": text})
    signed = headers("evt_1", datetime.now(UTC), event.body, [new, old])
    for secret in (new, old):
        assert Verifier(secret).verify(event.body, signed)["data"] == {"message": text}


def entry(level: int) -> AwardEntry:
    stars = [StarName(code="party", name="基层党建星")][:level]
    return AwardEntry(
        result_id=new_id(),
        organization_id=new_id(),
        township_id=new_id(),
        level=level,
        stars=stars,
    )


def test_branches_without_a_star_are_never_named() -> None:
    entries = [entry(1), entry(0)]
    event = ResultsEffective(
        cycle_id=new_id(),
        determination_id=new_id(),
        effective_on=date(2026, 5, 19),
        entries=entries,
    )
    names = {each.organization_id: f"{each.level}星村" for each in entries}
    told = facts.effective(event, names)
    assert [each["name"] for each in told["results"]] == ["1星村"]
    assert str(entries[1].organization_id) not in str(told)


def test_a_correction_names_no_objection() -> None:
    event = ResultsCorrected(
        cycle_id=new_id(), determination_id=new_id(), objection_id=new_id(), entry=entry(0)
    )
    told = facts.corrected(event, {})
    assert str(event.objection_id) not in str(told)
    assert told["result"]["level_name"] == "无星"


SEAL = Seal(lambda: {"1": bytes(32)})


def webhook() -> Webhook:
    own = new_id()
    return Webhook(
        id=own,
        county_id=new_id(),
        owner_id=new_id(),
        url="https://platform.example",
        description="",
        event_types=tuple(facts.EVENT_TYPES),
        state=WebhookState.ACTIVE,
        version=1,
        created_at=NOW,
        sealed_secret=SEAL.close("new", SECRET, own),
    )


BAD, GOOD, GONE = Reply(503, None, 1), Reply(204, None, 1), Reply(410, None, 1)


def test_a_subscriber_that_fails_for_too_long_is_disabled() -> None:
    one = webhook().after([BAD], NOW, PATIENCE)
    assert one.failing_since == NOW
    one = one.after([BAD, BAD], NOW + timedelta(days=4), PATIENCE)
    assert (one.state, one.failing_since) == (WebhookState.ACTIVE, NOW)
    one = one.after([BAD], NOW + timedelta(days=5), PATIENCE)
    assert (one.state, one.disabled_reason) == (WebhookState.DISABLED, "failing_too_long")


def test_one_success_makes_good_what_failed() -> None:
    one = webhook().after([BAD], NOW, PATIENCE).after([BAD, GOOD], NOW, PATIENCE)
    assert one.failing_since is None


def test_a_subscriber_that_is_gone_is_disabled_at_once() -> None:
    one = webhook().after([GOOD, GONE], NOW, PATIENCE)
    assert (one.state, one.disabled_reason) == (WebhookState.DISABLED, "subscriber_gone")


def test_the_old_secret_signs_until_its_overlap_ends() -> None:
    one = webhook().rotated(SEAL, "newer", NOW, timedelta(hours=24))
    assert one.secrets(SEAL, NOW + timedelta(hours=23)) == ("newer", "new")
    assert one.secrets(SEAL, NOW + timedelta(hours=24)) == ("newer",)


@pytest.mark.parametrize("status", [None, 100, 199, 300, 302, 400, 401, 404, 429, 500, 503])
def test_only_2xx_counts_as_delivered(status: int | None) -> None:
    assert not Reply(status, None if status else "timeout", 1).outcome.delivered
    assert Reply(201, None, 1).outcome.delivered
