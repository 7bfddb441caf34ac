"""统一社会信用代码. Clause: GB 32100-2015, check character by weights 3^i modulo 31."""

import re

from shared.errors import Fault, Invalid, Text

# Letters that could be taken for digits (I, O, Z, S, V) do not occur.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_MODULUS = 31


class CreditCodeInvalid(Invalid):
    """The code has a wrong form or check character."""

    slug = "credit-code-invalid"
    title = Text("统一社会信用代码有误", "Invalid unified social credit code")


def check_character(body: str) -> str:
    """Return the 18th character for the first 17; remainder 0 gives `0`, not a 32nd sign."""
    total = sum(ALPHABET.index(sign) * pow(3, place, _MODULUS) for place, sign in enumerate(body))
    return ALPHABET[-total % _MODULUS]


def check_credit_code(code: str) -> None:
    """Raise CreditCodeInvalid unless the code is well formed and its check character fits."""
    if _SHAPE.fullmatch(code) and check_character(code[:-1]) == code[-1]:
        return
    raise CreditCodeInvalid(
        "统一社会信用代码应为 18 位半角数字和大写字母（不含 I、O、Z、S、V），且末位校验相符；"
        "请对照证书核对，没有代码的可以留空。",
        "A unified social credit code has 18 signs of GB 32100 and a fitting check character.",
        faults=(Fault("/body/credit_code", Text("代码或校验位不对", "wrong code")),),
    )
