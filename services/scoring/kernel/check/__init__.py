"""Static checks of a policy: what no single field can show, with clause and place.

One module a subject. Each yields `PolicyFault`s whose `where` is the path of the part in the
document (`stars.0.items.3`), so that whoever read it can say in which row it stands.
"""

from services.scoring.kernel.check.bottom_lines import bottom_line_faults
from services.scoring.kernel.check.codes import code_faults
from services.scoring.kernel.check.items import item_faults
from services.scoring.kernel.check.levels import level_faults
from services.scoring.kernel.check.linkages import linkage_faults
from services.scoring.kernel.check.quotas import quota_faults
from services.scoring.kernel.check.sizes import size_faults
from services.scoring.kernel.check.stars import star_faults
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy

_SUBJECTS = (
    code_faults,
    star_faults,
    item_faults,
    bottom_line_faults,
    level_faults,
    quota_faults,
    linkage_faults,
    size_faults,
)


def check(policy: Policy) -> tuple[PolicyFault, ...]:
    """Return every mistake that would make a verdict wrong or impossible; empty if none."""
    return tuple(fault for subject in _SUBJECTS for fault in subject(policy))
