"""What the kernel refuses, always as a complete list: every wrong place at once."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from services.scoring.kernel.inputs import OrganizationInput


@dataclass(frozen=True)
class PolicyFault:
    """One mistake in a policy: a stable code, where it stands (`stars.0.items.3`), its clause."""

    code: str
    where: str
    clause: str
    zh: str


@dataclass(frozen=True)
class InputFault:
    """One mistake in the inputs: a stable code, whose, and which star, item or fact."""

    code: str
    organization_id: str
    subject: str
    zh: str


class PolicyError(ValueError):
    """The policy cannot be used; `faults` names every reason."""

    def __init__(self, faults: tuple[PolicyFault, ...]) -> None:
        """Take the faults in the order of the document."""
        super().__init__("; ".join(f"{fault.where}: {fault.zh}" for fault in faults))
        self.faults = faults


class InputError(ValueError):
    """The inputs are incomplete or wrong; `faults` names organization and subject of each."""

    def __init__(self, faults: tuple[InputFault, ...]) -> None:
        """Take the faults in the order of the organizations."""
        super().__init__(
            "; ".join(f"{fault.organization_id} {fault.subject}: {fault.zh}" for fault in faults)
        )
        self.faults = faults


def unknown(
    one: OrganizationInput, code: str, named: Iterable[str], known: Container[str], what: str
) -> list[InputFault]:
    """Return a fault for every name that the policy does not know."""
    return [
        InputFault(code, one.organization_id, name, f"方案中没有这个{what}")
        for name in named
        if name not in known
    ]
