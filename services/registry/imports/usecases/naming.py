"""Look up the organizations that a table of people or of facts names."""

from collections.abc import Sequence

from services.registry.imports.domain.cells import id_of
from services.registry.imports.domain.kinds import SENDERS, Kind
from services.registry.imports.domain.places import Places
from services.registry.imports.domain.reading import Table
from services.registry.imports.domain.summary import Options
from services.registry.imports.store import codes
from services.registry.organizations import store
from services.registry.organizations.domain.scope import sight_of
from shared.context import Work


async def places_of(
    work: Work,
    table: Table,
    options: Options,
    kind: Kind,
    columns: Sequence[str] = ("organization",),
) -> Places:
    """Return the organizations that the table names in these columns.

    Reach is where the caller may send such a table for.
    """
    said = {line[column] for line in table.lines for column in columns} - {""}
    known = await codes.known(work.session, options.system, said)
    ids = {found for code in said if (found := id_of(code)) is not None}
    ids |= {each for found in known.values() for each in found}
    sight = sight_of(work.caller, *SENDERS[kind])
    return Places(
        organizations=await store.find_all(work.session, ids),
        codes=known,
        reach=await store.reach(work.session, sight),
    )
