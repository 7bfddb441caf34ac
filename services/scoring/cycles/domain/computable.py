"""What the kernel cannot compute yet, said to people: which branch lacks what, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.scoring.kernel.errors import InputError
from shared.errors import Conflict, Fault, Text

# So many faults are named one by one; more would not be read.
_NAMED = 100


class NotComputable(Conflict):
    """Scores, facts or dates are missing or wrong, so that a step has no outcome yet."""

    slug = "not-computable"
    title = Text("数据不全，无法计算", "The outcome cannot be computed")


@contextmanager
def computing() -> Iterator[None]:
    """Raise NotComputable, naming every branch and place, where the kernel refuses the inputs."""
    try:
        yield
    except InputError as error:
        raise NotComputable(
            f"有{len(error.faults)}处数据缺少或有误，本环节还不能办结，也没有任何改动；"
            "请按 errors 逐处补齐（基础数据在组织库补录）后再办理，缺少的不按0计算。",
            f"{len(error.faults)} inputs are missing or wrong; nothing was changed. Complete each "
            "entry of `errors` and try again: absent is never zero.",
            faults=tuple(
                Fault(f"{each.organization_id}/{each.subject}", Text(each.zh, each.code))
                for each in error.faults[:_NAMED]
            ),
        ) from None
