"""Why a star is not held, each reason with its clause."""

from collections.abc import Iterable, Iterator, Sequence

from services.scoring.kernel.certificate import (
    BottomLineCheck,
    GroupCheck,
    Reason,
    ReasonCode,
)
from services.scoring.kernel.grammar import Line


def below_lines(held: Iterable[tuple[Line, int]]) -> Iterator[Reason]:
    """Yield every line that the value held against it does not meet."""
    for line, value in held:
        if value < line.minimum:
            yield because("below_line", line.clause, line.code, short=line.minimum - value)


def below_groups(groups: Sequence[GroupCheck]) -> Iterator[Reason]:
    """Yield every group below its line."""
    for group in groups:
        if not group.met:
            yield because("below_group", group.clause, group.group, short=group.short)


def bottom_reasons(checks: Sequence[BottomLineCheck]) -> Iterator[Reason]:
    """Yield every bottom line that takes the star."""
    for check in checks:
        if check.hit and check.effect is None:
            yield because("bottom_line", check.clause, check.bottom_line, check.reference)


def because(
    code: ReasonCode, clause: str, subject: str, reference: str | None = None, *, short: int = 0
) -> Reason:
    """Return one reason; `short` is in hundredths."""
    return Reason(code=code, clause=clause, subject=subject, short=short, reference=reference)
