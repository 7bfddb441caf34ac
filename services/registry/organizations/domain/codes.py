"""统一社会信用代码. Clause: GB 32100-2015, check character by weights 3^i modulo 31."""

from unicodedata import normalize

from shared.errors import Fault, Invalid, Text

# Letters that could be taken for digits (I, O, Z, S, V) do not occur.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = "0123456789"
_ALIKE = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_LENGTH = 18
_DIVISION = range(3, 9)  # places of the division code, counted from 1
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
    """Raise CreditCodeInvalid, saying what to correct, unless form and check character fit."""
    wrong = _what_is_wrong(code)
    if wrong is not None:
        fault = Fault("/body/credit_code", wrong)
        raise CreditCodeInvalid(wrong.zh, wrong.en, faults=(fault,))


def _what_is_wrong(code: str) -> Text | None:
    """Return the first thing that is wrong with a code: width, length, signs, check character."""
    wide = [sign for sign in code if not sign.isascii() and normalize("NFKC", sign).isalnum()]
    if wide and normalize("NFKC", code).isascii():
        return Text(
            f"代码中有全角字符“{''.join(wide)}”，请切换到半角后重新填写统一社会信用代码。",
            "The code has full-width signs: enter it in plain ASCII.",
        )
    if len(code) != _LENGTH:
        return Text(
            f"统一社会信用代码应为 {_LENGTH} 位，现为 {len(code)} 位；请对照证书补正，"
            "没有代码的可以留空。",
            f"The code has {len(code)} signs instead of {_LENGTH}; it may be empty.",
        )
    return _wrong_sign(code) or _wrong_check(code)


def _wrong_sign(code: str) -> Text | None:
    for place, sign in enumerate(code, 1):
        if sign in _ALIKE:
            return Text(
                f"统一社会信用代码第 {place} 位是“{sign}”，代码中不用这个字母，"
                f"疑为数字 {_ALIKE[sign]}，请对照证书改正。",
                f"Sign {place} is {sign}, which no code has: probably the digit {_ALIKE[sign]}.",
            )
        allowed = DIGITS if place in _DIVISION else ALPHABET
        if sign not in allowed:
            what = "数字" if place in _DIVISION else "数字或大写字母（不含 I、O、Z、S、V）"
            return Text(
                f"统一社会信用代码第 {place} 位“{sign}”有误，应为{what}，请对照证书改正。",
                f"Sign {place} of the code is not one that may stand there.",
            )
    return None


def _wrong_check(code: str) -> Text | None:
    if check_character(code[:-1]) == code[-1]:
        return None
    return Text(
        "统一社会信用代码的末位校验不符，某一位可能抄错，请对照证书逐位核对。",
        "The check character does not fit: compare the code with the certificate sign by sign.",
    )
