"""What differs between two policies, in plain Chinese, by clause, in the order of the annex.

`parts` takes a policy apart into the rows of its annex, each with what it says (`statements`);
`rows` says what stands in a rule or linkage; `wording` writes values as people say them;
`pairing` finds which part of one policy is which of the other; `changes` and `differences`
name everything that is not the same. Values are compared, never their wording.
"""

from services.scoring.kernel.compare.differences import Difference, differences

__all__ = ["Difference", "differences"]
