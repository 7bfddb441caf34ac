"""What is done with people: register, correct, read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Sight, sight_of
from services.registry.people.domain.terms import KEEPERS, Person, require_not_erased
from services.registry.people.store import people as store
from shared.context import Context, Work
from shared.errors import OutOfScope, require_version
from shared.pinyin import spelled
from shared.tables import new_id


@dataclass(frozen=True)
class PersonDraft:
    """A person to be registered."""

    name: str
    generated: bool = False


async def register_people(
    ctx: Context, county_id: UUID, drafts: Sequence[PersonDraft]
) -> list[Person]:
    """Register people of a county, in the order given; all or none."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        county = await organizations.require_within(work.session, _sight(work), county_id)
        if county.county_id != county.id:
            raise OutOfScope(
                f"“{county.name}”不是县委，人员须登记在所在的县，请填写县委的组织编号。",
                "People are registered with their county committee.",
            )
        people = [_person(county_id, draft) for draft in drafts]
        await store.add_people(work.session, people)
        ids = [str(person.id) for person in people]
        await work.audit(
            "person.register", "organization", county_id, county_id=county_id, after={"people": ids}
        )
    return people


def _person(county_id: UUID, draft: PersonDraft) -> Person:
    pinyin, initials = spelled(draft.name)
    return Person(new_id(), county_id, draft.name, pinyin, initials, draft.generated)


def _sight(work: Work) -> Sight:
    return sight_of(work.caller, *KEEPERS)


async def correct_person(ctx: Context, person_id: UUID, version: int, name: str) -> Person:
    """Correct a person's name; the version must be the stored one."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        sight = _sight(work)
        reach = await organizations.reach(work.session, sight)
        before = await store.find_person(work.session, reach, sight, person_id)
        require_not_erased(before)
        require_version(version, before.version)
        pinyin, initials = spelled(name)
        after = replace(before, name=name, pinyin=pinyin, initials=initials, version=version + 1)
        await store.update_person(work.session, after)
        # The trail says that the name changed, not to what: names are personal.
        await work.audit("person.correct", "person", person_id, county_id=before.county_id)
    return after


async def read_person(ctx: Context, person_id: UUID) -> Person:
    """Return one person within the caller's part of the tree."""
    async with ctx.read() as work:
        sight = sight_of(ctx.caller)
        reach = await organizations.reach(work.session, sight)
        return await store.find_person(work.session, reach, sight, person_id)


async def list_people(
    ctx: Context, text: str | None, after: UUID | None, limit: int
) -> list[Person]:
    """Return up to `limit + 1` people within the caller's part of the tree."""
    async with ctx.read() as work:
        sight = sight_of(ctx.caller)
        reach = await organizations.reach(work.session, sight)
        return await store.list_people(work.session, (reach, sight), text, after, limit)
