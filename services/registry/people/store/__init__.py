"""The SQL of people and posts.

What other capabilities ask of people and their terms stands here by its name; the modules hold
the rest.
"""

from services.registry.people.store.people import add_people, counties, find_person, people_of
from services.registry.people.store.reserve import appoint
from services.registry.people.store.terms import (
    TermFilter,
    add_terms,
    list_terms,
    lock_organizations,
    lock_terms,
    terms_of,
    terms_of_person,
    update_term,
)

__all__ = [
    "TermFilter",
    "add_people",
    "add_terms",
    "appoint",
    "counties",
    "find_person",
    "list_terms",
    "lock_organizations",
    "lock_terms",
    "people_of",
    "terms_of",
    "terms_of_person",
    "update_term",
]
