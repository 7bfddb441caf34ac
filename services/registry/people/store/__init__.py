"""The SQL of people and posts.

What other capabilities ask of people and their terms stands here by its name; the modules hold
the rest.
"""

from services.registry.people.store.reserve import appoint
from services.registry.people.store.terms import (
    TermFilter,
    add_people,
    add_terms,
    counties,
    list_terms,
    lock_organizations,
    lock_terms,
    people_of,
    terms_of,
    update_term,
)

__all__ = [
    "TermFilter",
    "add_people",
    "add_terms",
    "appoint",
    "counties",
    "list_terms",
    "lock_organizations",
    "lock_terms",
    "people_of",
    "terms_of",
    "update_term",
]
