"""Document and case numbers: the only words about a case that enter the system.

No petitioner is ever named; nothing but a number fits, and no resident's or telephone number.
"""

import re

from shared.errors import Fault, Invalid, Text

# 机关代字 + 年份 + 序号, as in 获信函〔2026〕12号.
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{1,6}[〔\[（(]\d{4}[〕\]）)]第?\d{1,5}号")
# Capitals, digits and separators, with a digit: XF-2026-0012.
_CASE = re.compile(r"(?=.*\d)[A-Z0-9]{1,12}(?:[-/.][A-Z0-9]{1,12}){0,5}")
# A resident's number (15 or 18 places) or a mobile telephone number, however it is divided.
_PERSONAL = re.compile(r"\d{17}[\dX]|(?<!\d)\d{15}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")


class ReferenceRefused(Invalid):
    """A reference that is no document or case number."""

    slug = "reference-not-allowed"
    title = Text("文号或案件编号不合规", "Not a document or case number")


def require_document_number(reference: str) -> None:
    """Raise ReferenceRefused unless the sheet's own reference is a document number."""
    if not is_document_number(reference):
        raise reference_refused(
            (Fault("/reference", Text("文号应如“获信函〔2026〕12号”", "Not a document number")),)
        )


def reference_refused(faults: tuple[Fault, ...]) -> ReferenceRefused:
    """Return the problem for references that are no numbers, with their places."""
    return ReferenceRefused(
        "依据只能填写文号或案件编号，不得填写姓名、证件号码、电话或情况说明，本次没有保存。",
        "Only document and case numbers are accepted, never names or descriptions.",
        faults=faults,
    )


def is_document_number(text: str) -> bool:
    """Whether a text is a document number with its office's mark, or a case number."""
    return _DOCUMENT.fullmatch(text) is not None or is_case_number(text)


def is_case_number(text: str) -> bool:
    """Whether a text is a case number that holds no resident's or telephone number."""
    plain = re.sub(r"[-/.]", "", text)
    return _CASE.fullmatch(text) is not None and _PERSONAL.search(plain) is None
