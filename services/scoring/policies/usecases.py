"""What people do with policies: draft, correct, check, publish, read."""

import asyncio
import functools
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from services.scoring.kernel.compare import Difference, differences
from services.scoring.kernel.grammar import Policy
from services.scoring.policies import domain, store
from services.scoring.policies.domain import (
    POLICY,
    UNPUBLISHED,
    EditionPublished,
    Found,
    Handed,
    NoEarlierEdition,
    PolicyState,
    StoredPolicy,
)
from shared import directory
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.registry import Tier
from shared.errors import require_version
from shared.tables import new_id

PRESETS = Path(__file__).parent / "presets"
_WRITERS = (Role.ORGANIZATION_DEPARTMENT,)
# Drafts are the office's own business; the inspector reads everything.
_DRAFT_READERS = (Role.ORGANIZATION_DEPARTMENT, Role.INSPECTOR)


async def draft(
    ctx: Context, county_id: UUID, preset: str | None, text: str | None
) -> StoredPolicy:
    """Keep a new draft; PolicyUnreadable or UnknownPreset when there is no policy in it."""
    ctx.caller.require(*_WRITERS)
    content = text if text is not None else preset_text(preset or "")
    policy = await asyncio.to_thread(domain.read, content)
    return await _draft(ctx, county_id, preset, Handed(content, policy, ()))


async def draft_file(
    ctx: Context, county_id: UUID, content: bytes, name: str
) -> tuple[StoredPolicy, tuple[Found, ...]]:
    """Keep a draft from a file, with what the check finds in it; nothing when it is no policy."""
    ctx.caller.require(*_WRITERS)
    handed = await asyncio.to_thread(domain.read_file, content, name)
    return await _draft(ctx, county_id, None, handed), handed.found


async def _draft(ctx: Context, county_id: UUID, preset: str | None, handed: Handed) -> StoredPolicy:
    await directory.pull(ctx)  # a county registered a moment ago is known
    async with ctx.work() as work:
        await _require_county(work, county_id)
        stored = StoredPolicy(
            id=new_id(),
            county_id=county_id,
            state=PolicyState.DRAFT,
            version=1,
            text=handed.text,
            policy=handed.policy,
            hash=handed.policy.hash,
            preset=preset,
            created_at=work.moment.real,
        )
        await store.add(work.session, stored)
        await _audit(work, "policy.draft", stored)
        return stored


async def rewrite(ctx: Context, policy_id: UUID, version: int, text: str) -> StoredPolicy:
    """Replace a draft's text; nothing changes when the new text is no policy."""
    ctx.caller.require(*_WRITERS)
    policy = await asyncio.to_thread(domain.read, text)
    return await _rewrite(ctx, policy_id, version, Handed(text, policy, ()))


async def rewrite_file(
    ctx: Context, policy_id: UUID, version: int, content: bytes, name: str
) -> tuple[StoredPolicy, tuple[Found, ...]]:
    """Replace a draft by a file, with what the check finds in it."""
    ctx.caller.require(*_WRITERS)
    handed = await asyncio.to_thread(domain.read_file, content, name)
    return await _rewrite(ctx, policy_id, version, handed), handed.found


async def _rewrite(ctx: Context, policy_id: UUID, version: int, handed: Handed) -> StoredPolicy:
    policy = handed.policy
    async with ctx.work() as work:
        stored = await _held(work, policy_id)
        require_version(version, stored.version)
        state = POLICY.fire("edit", stored.state, ctx.caller)
        changed = replace(stored, state=state, text=handed.text, policy=policy, hash=policy.hash)
        saved = await store.save(work.session, changed)
        await _audit(work, "policy.rewrite", saved, before=stored)
        return saved


async def check(ctx: Context, policy_id: UUID) -> tuple[Found, ...]:
    """Return every mistake at once; a faultless draft of the caller's office is checked now."""
    stored = await find(ctx, policy_id)
    found = await asyncio.to_thread(domain.faults, stored)
    if stored.state is PolicyState.DRAFT and not found and ctx.caller.has(*_WRITERS):
        await _mark_checked(ctx, stored)
    return found


async def _mark_checked(ctx: Context, seen: StoredPolicy) -> None:
    """Move a draft on unless somebody rewrote it meanwhile."""
    async with ctx.work() as work:
        stored = await _held(work, seen.id)
        if stored.version == seen.version:
            state = POLICY.fire("check", stored.state, ctx.caller)
            saved = await store.save(work.session, replace(stored, state=state))
            await _audit(work, "policy.check", saved, before=stored)


async def publish(ctx: Context, policy_id: UUID) -> StoredPolicy:
    """Publish a checked policy for ever; PolicyFaulty names what is in the way of a draft."""
    async with ctx.work() as work:
        stored = await _held(work, policy_id)
        found = domain.faults(stored) if stored.state in UNPUBLISHED else ()
        if found:
            raise domain.faulty(found)
        state = POLICY.fire("publish", stored.state, ctx.caller)
        await _require_new_edition(work, stored)
        published = replace(
            stored,
            state=state,
            published_at=work.moment.real,
            published_by=ctx.caller.user_id,
            published_by_person=ctx.caller.person_id,
        )
        saved = await store.save(work.session, published)
        await _audit(work, "policy.publish", saved, before=stored)
        return saved


async def find(ctx: Context, policy_id: UUID) -> StoredPolicy:
    """Return a policy that the caller may know of: published, or a draft for its writers."""
    async with ctx.read() as work:
        stored = await store.find(work.session, policy_id, ctx.caller.organizations(*Role))
    if stored.state in UNPUBLISHED:
        ctx.caller.require(*_DRAFT_READERS)
    return stored


async def compare(
    ctx: Context, policy_id: UUID, other_id: UUID | None
) -> tuple[StoredPolicy, StoredPolicy, tuple[Difference, ...]]:
    """Return an older policy, this one, and all that differs.

    Without `other_id` the older one is the edition that was published last before this one;
    NoEarlierEdition when there is none.
    """
    stored = await find(ctx, policy_id)
    other = await (_earlier(ctx, stored) if other_id is None else find(ctx, other_id))
    found = await asyncio.to_thread(differences, other.policy, stored.policy)
    return other, stored, found


async def _earlier(ctx: Context, stored: StoredPolicy) -> StoredPolicy:
    async with ctx.read() as work:
        earlier = await store.earlier(work.session, stored)
    if earlier is None:
        raise NoEarlierEdition(
            f"“{stored.policy.title}”之前没有发布过别的版本，请用 from 指定要对照的方案编号。",
            "No earlier edition is published: name the policy to compare with in `from`.",
        )
    return earlier


async def annex(ctx: Context, policy_id: UUID) -> tuple[StoredPolicy, bytes]:
    """Return a policy together with its xlsx annex."""
    stored = await find(ctx, policy_id)
    return stored, await asyncio.to_thread(domain.annex, stored.policy)


async def preset_annex(name: str) -> bytes:
    """Return a preset as an xlsx annex."""
    policy = domain.read(preset_text(name))
    return await asyncio.to_thread(domain.annex, policy)


async def page(ctx: Context, after: UUID | None, limit: int) -> list[StoredPolicy]:
    """Return the policies the caller may know of, newest first."""
    async with ctx.read() as work:
        return await store.page(
            work.session,
            ctx.caller.organizations(*Role),
            drafts=ctx.caller.has(*_DRAFT_READERS),
            after=after,
            limit=limit,
        )


async def count(ctx: Context) -> int:
    """Return how many policies the caller may know of."""
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*Role)
        return await store.count(work.session, roots, drafts=ctx.caller.has(*_DRAFT_READERS))


@functools.cache
def presets() -> dict[str, Policy]:
    """Return the policies that ship with the program, by name."""
    found = sorted(PRESETS.glob("*.yaml"))
    return {path.stem: domain.read(path.read_text(encoding="utf-8")) for path in found}


def preset_text(name: str) -> str:
    """Return a preset's text; UnknownPreset lists the names there are."""
    names = sorted(path.stem for path in PRESETS.glob("*.yaml"))
    if name not in names:
        raise domain.UnknownPreset(
            f"没有名为“{name}”的预设方案，可选：{'、'.join(names)}。",
            f"No such preset; there are: {', '.join(names)}.",
            presets=names,
        )
    return (PRESETS / f"{name}.yaml").read_text(encoding="utf-8")


async def _require_county(work: Work, county_id: UUID) -> None:
    roots = work.caller.organizations(*_WRITERS)
    county = await directory.require_within(work.session, roots, county_id)
    if county.tier is not Tier.COUNTY:
        raise domain.NotACounty(
            f"“{county.name}”不是县委组织，方案由县一级制定，请填写县委组织的编号。",
            "A policy belongs to a county: give the id of the county committee.",
        )


async def _held(work: Work, policy_id: UUID) -> StoredPolicy:
    stored = await store.lock(work.session, policy_id)
    roots = work.caller.organizations(*_WRITERS)
    await directory.require_within(work.session, roots, stored.county_id)
    return stored


async def _require_new_edition(work: Work, stored: StoredPolicy) -> None:
    policy = stored.policy
    if await store.is_published(work.session, stored.county_id, policy.code, policy.edition):
        raise EditionPublished(
            f"“{policy.title}”第{policy.edition}版已经发布，发布后不能改动；如有修改请换一个版号。",
            f"Edition {policy.edition} is published and immutable: give the draft a new edition.",
        )


async def _audit(
    work: Work, action: str, stored: StoredPolicy, before: StoredPolicy | None = None
) -> None:
    await work.audit(
        action,
        "policy",
        stored.id,
        county_id=stored.county_id,
        before=_facts(before) if before else None,
        after=_facts(stored),
    )


def _facts(stored: StoredPolicy) -> dict[str, str]:
    return {"state": stored.state.value, "hash": stored.hash, "edition": stored.policy.edition}
