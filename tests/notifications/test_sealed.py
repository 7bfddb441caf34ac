"""What notifications keeps sealed: no column tells it, and it survives the change of keys."""

import pytest

from services.notifications import factory
from services.notifications.settings import Settings
from services.notifications.tables import Table
from shared.caller import Role
from shared.clock import real_now
from shared.sealing import folder
from shared.sealing.envelope import SealingKeyMissingError
from shared.sealing.rewrapping import idle, in_use, rewrap_sealed
from tests.columns import plain_text, telling
from tests.notifications.conftest import Service
from tests.notifications.objections.cases import NAMED, TEXT, object_to, only_desk
from tests.notifications.stories import Story

FIRST_KEY = "20260101T000000000000"


async def subscribed(service: Service) -> tuple[str, str]:
    """Subscribe and take a second secret; returns the path and both secrets, one a line."""
    platform = service.county.caller(Role.PLATFORM)
    content = {"url": "https://platform.example/hooks"}
    made = await service.call("POST", "/v1/webhooks", platform, expect=201, json=content)
    path = f"/v1/webhooks/{made.json()['webhook']['id']}"
    rotated = await service.call("POST", f"{path}/rotate-secret", platform, expect=200)
    return made.json()["secret"], rotated.json()["secret"]


async def test_no_column_tells_what_is_sealed(service: Service) -> None:
    story = await Story(service).published()
    key = {"Idempotency-Key": "an-objectors-own-key"}
    body = {"kind": "procedure", "text": TEXT, **NAMED}
    path = f"{story.path}/objections"
    first = await service.call("POST", path, json=body, headers=key, expect=201)
    again = await service.call("POST", path, json=body, headers=key, expect=201)
    assert first.json() == again.json()
    secrets = await subscribed(service)
    async with service.context.read() as work:
        found = await plain_text(work.session)
        assert await in_use(work.session, factory.SEALED) == {FIRST_KEY: 3}
    assert "announcements" in telling(found, "五星"), "the search finds what is in plain"
    hidden = (TEXT, first.json()["number"], *NAMED.values(), *secrets, key["Idempotency-Key"])
    assert telling(found, *hidden) == set()


def test_every_sealed_column_is_known_to_rotation() -> None:
    known = {(each.place.table, each.place.column) for each in factory.SEALED}
    sealed = {
        (table.name, column.name)
        for table in Table.metadata.tables.values()
        for column in table.columns
        if column.name.startswith("sealed")
    }
    assert sealed == known


async def test_after_a_rotation_the_old_key_may_go(service: Service, settings: Settings) -> None:
    story = await Story(service).published()
    await object_to(story, kind="procedure", **NAMED)
    await subscribed(service)
    new = folder.write_new_key(settings.sealing_directory, real_now())
    assert await rewrap_sealed(service.context) == 3
    assert await idle(service.context) == [FIRST_KEY]
    (settings.sealing_directory / f"{FIRST_KEY}.key").unlink()
    desk = await only_desk(story)
    opened = await service.call("GET", desk.path, story.inspector, expect=200)
    assert opened.json()["statement"]["contact"] == NAMED["contact"]
    async with service.context.read() as work:
        assert await in_use(work.session, factory.SEALED) == {new.stem: 3}
    parts = await factory.build(settings)
    await parts.close()
    new.unlink()
    folder.write_new_key(settings.sealing_directory, real_now())
    with pytest.raises(SealingKeyMissingError, match=new.stem):
        await factory.build(settings)


async def test_a_form_sent_before_and_after_a_rotation_is_one_objection(
    service: Service, settings: Settings
) -> None:
    story = await Story(service).published()
    form = {"form": "token-of-the-form", "kind": "procedure", "text": TEXT}
    path = f"/notices/{story.id}/object"
    first = await service.call("POST", path, data=form)
    folder.write_new_key(settings.sealing_directory, real_now())
    again = await service.call("POST", path, data=form)
    assert first.is_success
    assert first.text == again.text
    await only_desk(story)
