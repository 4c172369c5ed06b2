"""名册: who is insured and who applies, read from files and counted distinct by the keyed hash of the ID number."""

from examops.filings.lists.counting import count_of, facts_from_lists, lists_in_force, lists_of_filings
from examops.filings.lists.models import FilingList, ListedPerson

__all__ = ["FilingList", "ListedPerson", "count_of", "facts_from_lists", "lists_in_force", "lists_of_filings"]
