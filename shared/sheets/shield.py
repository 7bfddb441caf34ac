"""Text that a spreadsheet must not take for a formula when a csv file is opened in it.

A leading apostrophe is the spreadsheets' own mark for text. It is added on writing and taken off
on reading, so that what is exported and imported again is the same.
"""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
_MARK = "'"


def shielded(text: str) -> str:
    """Return the text as it is written into a csv file."""
    return _MARK + text if text.lstrip(_MARK).startswith(_ACTIVE) else text


def unshielded(text: str) -> str:
    """Return the text that `shielded` was given."""
    marked = text.startswith(_MARK) and text.lstrip(_MARK).startswith(_ACTIVE)
    return text[1:] if marked else text
