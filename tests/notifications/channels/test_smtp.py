"""The SMTP sender against a real server: what arrives, and what each failure is called."""

from datetime import timedelta

import pytest

from deploy.local.processes import free_port
from services.notifications.channels.store.smtp import SmtpSender
from services.notifications.messages.domain.delivery import Outcome
from services.notifications.messages.domain.sending import Letter
from shared.tables import new_id
from tests.notifications.channels.conftest import Mailbox

WITHIN = timedelta(seconds=10)


def letter(address: str = "cun@example.test", subject: str = "公示至2026年5月18日") -> Letter:
    return Letter(new_id(), address, subject, "后寺村党支部：\n正文\n\nEnglish\n")


async def test_a_letter_arrives_whole_with_its_stable_id(mailbox: Mailbox) -> None:
    sent = letter()
    outcomes = await SmtpSender(mailbox.server()).send([sent], WITHIN)
    assert outcomes == {sent.delivery_id: Outcome()}
    got = mailbox.letters[0]
    assert got["Message-ID"] == f"<{sent.delivery_id}@huojia.test>"
    assert got["Subject"] == sent.subject
    assert got["To"] == "cun@example.test"
    assert "组织部" in str(got["From"])
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content().replace("\r\n", "\n") == sent.text


async def test_many_letters_share_a_few_connections(mailbox: Mailbox) -> None:
    letters = [letter(f"p{number}@example.test") for number in range(30)]
    outcomes = await SmtpSender(mailbox.server()).send(letters, WITHIN)
    assert set(outcomes.values()) == {Outcome()}
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 30


async def test_one_refused_recipient_stops_no_other(mailbox: Mailbox) -> None:
    mailbox.refused.add("gone@example.test")
    good, gone, other = letter(), letter("gone@example.test"), letter()
    outcomes = await SmtpSender(mailbox.server(connections=1)).send([good, gone, other], WITHIN)
    assert outcomes[gone.delivery_id] == Outcome("smtp_550", permanent=True)
    assert outcomes[good.delivery_id] == outcomes[other.delivery_id] == Outcome()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 try later", Outcome("smtp_451")),
        ("554 refused as spam", Outcome("smtp_554", permanent=True)),
    ],
)
async def test_what_the_server_answers_decides_whether_it_is_tried_again(
    mailbox: Mailbox, answer: str, outcome: Outcome
) -> None:
    mailbox.answers = [answer]
    first, second = letter(), letter()
    outcomes = await SmtpSender(mailbox.server(connections=1)).send([first, second], WITHIN)
    assert outcomes == {first.delivery_id: outcome, second.delivery_id: Outcome()}


@pytest.mark.parametrize("address", ["two\nlines@example.test", "a b@c d"])
async def test_an_impossible_address_is_final_for_its_letter_alone(
    mailbox: Mailbox, address: str
) -> None:
    bad, good = letter(address), letter()
    outcomes = await SmtpSender(mailbox.server(connections=1)).send([bad, good], WITHIN)
    assert outcomes[bad.delivery_id].error is not None
    assert outcomes[good.delivery_id] == Outcome()
    assert len(mailbox.letters) == 1


async def test_a_server_that_is_not_there_is_every_letters_outcome() -> None:
    nowhere = Mailbox(port=free_port())
    letters = [letter() for _ in range(5)]
    outcomes = await SmtpSender(nowhere.server()).send(letters, WITHIN)
    assert set(outcomes.values()) == {Outcome("smtp_unreachable")}
    assert len(outcomes) == 5


async def test_a_server_that_stalls_times_out(mailbox: Mailbox) -> None:
    mailbox.stall = 0.6
    only = letter()
    outcomes = await SmtpSender(mailbox.server(timeout=0.2)).send([only], WITHIN)
    assert outcomes == {only.delivery_id: Outcome("smtp_timeout")}


async def test_letters_that_time_does_not_suffice_for_have_no_outcome(mailbox: Mailbox) -> None:
    letters = [letter() for _ in range(200)]
    sender = SmtpSender(mailbox.server(connections=1))
    outcomes = await sender.send(letters, timedelta(seconds=0.05))
    assert len(outcomes) < 200
    assert len(mailbox.letters) == len(outcomes)


async def test_a_password_goes_nowhere_near_a_log(mailbox: Mailbox) -> None:
    assert "cun@example.test" not in repr(letter())
    assert "password" not in repr(mailbox.server())
