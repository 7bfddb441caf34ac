"""Contact data: who sees it in full is decided here and nowhere else; all others see a mask.

Clause: Personal Information Protection Law, articles 6 and 51 (least sight, de-identification).
"""

from services.registry.identity.domain.users import User
from shared.caller import Caller, Role, same_person

# Who keeps the accounts, and the services that send what is to be told.
NEEDED_BY = (Role.SYSTEM_ADMINISTRATOR, Role.SERVICE)
_HIDDEN = "***"


def in_full(caller: Caller, user: User) -> bool:
    """Whether this caller sees an account's contact data in full, within the own part of the tree.

    Beside the roles that need it these are the person's own accounts.
    """
    return caller.has(*NEEDED_BY) or same_person(caller, user.id, user.person_id)


def masked(email: str) -> str:
    """Return an address by which the person is recognised and nobody is reached."""
    name, at, host = email.partition("@")
    return f"{name[:1]}{_HIDDEN}{at}{host}"
