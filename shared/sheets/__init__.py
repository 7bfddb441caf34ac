"""Tables that people send (csv, xlsx), read safely, and tables that are sent to people.

`read_sheet` gives the rows of one table with their row numbers and the text of every cell as it
was typed. What makes a single cell unusable (a formula, a merged cell, more digits than a
spreadsheet keeps) travels beside the row as data; what makes a whole file unusable (a zip bomb, a
password, an old format) is raised as a problem. Files are read as a stream: a cell far out in a
sheet costs time in proportion to the file and no memory, and a sheet that was only formatted down
to its end is refused before it costs much.
"""

from shared.sheets.problems import SheetTooLarge, SheetUnreadable
from shared.sheets.read import Sheet, read_sheet, sheet_names
from shared.sheets.rows import CellFault, Format, Limits, Row, letters
from shared.sheets.shield import shielded

__all__ = [
    "CellFault",
    "Format",
    "Limits",
    "Row",
    "Sheet",
    "SheetTooLarge",
    "SheetUnreadable",
    "letters",
    "read_sheet",
    "sheet_names",
    "shielded",
]
