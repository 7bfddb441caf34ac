"""A policy as the annex table that departments use (评价细则): an xlsx workbook, one row a part.

`write_annex` and `read_annex` are inverse: nothing a policy says is lost. `tables` and
`settings` say which sheet and column holds what; `kinds` what a parameter cell may say for
each kind of rule, bottom line and linkage, entry by entry (`forms`, `rows`, `periods`);
`signs`, `cells`, `phrases` how values are written; `names` who is meant by a name; `grid`
opens what people sent, `taking`, `starred` and `reading` make a document of it with the cell
of every part; `guide` is the sheet that explains all this to a clerk.
"""

from services.scoring.kernel.annex.book import AnnexTooLongError, write_annex
from services.scoring.kernel.annex.reading import read_annex

__all__ = ["AnnexTooLongError", "read_annex", "write_annex"]
