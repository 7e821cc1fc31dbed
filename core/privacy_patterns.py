"""What secrets and personal numbers look like in writing; `core.privacy` decides what follows from it.

Every repetition is bounded, so each pattern costs a constant at each letter of a text, however hostile.

Patterns meet a text in one of two ASCII spellings. `fold` drops the accents and is enough where the words
around a number say what it is. `telex` keeps them in the letters of the Telex keyboard ("mật" becomes
"maajt"), because only the accents tell a secrecy mark from "mất" (lost), "mặt" and "mắt".
"""

import re
import unicodedata
from functools import lru_cache

ZERO_WIDTH = "\u200b"
BLANK = "_"
"""Stands, once per letter, for what a later pattern must not see again: part of a word, yet no letter."""
BULLET = "\u2022"

_D_WITH_STROKE = chr(0x111)
_TELEX_LETTER_MARKS = {"\u0306": "w", "\u031b": "w"}
_TELEX_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_CIRCUMFLEX = "\u0302"
_SPACED_OUT = {"Cf": ZERO_WIDTH, "Zs": " ", "Pd": "-"}


def fold(text: str) -> str:
    """Return a composed (NFC) text in small letters without accents, letter by letter of equal length.

    Digits of other scripts and wide digits become ASCII, every kind of space or dash the plain one.
    """
    return "".join(map(_fold_letter, text))


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    decimal = unicodedata.decimal(letter, None)
    if decimal is not None:
        return str(decimal)
    if letter.lower() == _D_WITH_STROKE:
        return "d"
    base = unicodedata.normalize("NFKD", letter)[0].lower()[0]
    # A raised or circled digit is no part of a number.
    return _SPACED_OUT.get(unicodedata.category(letter), letter if base.isdecimal() else base)


def telex(text: str) -> str:
    """Return a composed (NFC) text with its accents typed out after their letter, capitals kept."""
    return "".join(map(_telex_letter, text))


@lru_cache(maxsize=4096)
def _telex_letter(letter: str) -> str:
    if letter.lower() == _D_WITH_STROKE:
        return "DD" if letter.isupper() else "dd"
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    shape = "".join(base if mark == _CIRCUMFLEX else _TELEX_LETTER_MARKS.get(mark, "") for mark in marks)
    typed = shape + "".join(_TELEX_TONES.get(mark, "") for mark in marks)
    plain = _SPACED_OUT.get(unicodedata.category(letter), " " if letter == "_" else base)
    return plain.replace(ZERO_WIDTH, "") + (typed.upper() if base.isupper() else typed)


# --- Secrecy marks, in the Telex spelling -----------------------------------------------------------------

_HIGH = r"(?:toosi|tuyeejt) maajt"
_COMPOUND = r"(?:khaaru|khau|ong|ddooj|max|thuw|thieest|vuj|leejnh|nghij|misa|hoa|baso|thasm)"
_NO_COMPOUND = rf"(?!\w)(?! (?i:{_COMPOUND})(?!\w))"
_STOP = r"(?= ?(?:[\n,;.)\]\"”]|\Z))"
_CLASS_LETTER = rf"[abc]{_STOP}"
_DOCUMENT = (
    r"(?:coong vawn|cong van|vawn barn|van ban|taif lieeju|tai lieu|baso caso|bao cao|kees hoajch|ke hoach"
    r"|quyeest ddijnh|quyet dinh|chir thij|chi thi|towf trifnh|to trinh|thoong baso|thong bao"
    r"|coong ddieejn|cong dien|nghij quyeest|nghi quyet|vawn kieejn|van kien|cv|vb)"
)
_EDGE = r"[^\w\n]{0,40}"

SECRECY_MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        # The field of a form: "Độ mật: Tối mật", on envelopes the letters A, B, C.
        rf"(?i)(?<!\w)ddooj maajt(?: laf)? ?[:=-]? ?[\"“(\[]?(?:{_HIGH}|maajt|{_CLASS_LETTER}){_NO_COMPOUND}",
        rf"(?i)(?<!\w)do mat ?[:=] ?[\"“(\[]?(?:toi mat|tuyet mat|mat{_STOP})(?!\w)",
        # A line of its own, or the head or the end of a line: "MẬT", "MẬT - HỎA TỐC", "KHẨN / MẬT".
        rf"(?m)^{_EDGE}(?:(?i:{_HIGH})|MAAJT|Maajt|TOI MAT|TUYET MAT){_EDGE}$",
        rf"(?m)^{_EDGE}(?:(?:(?:TOOSI |TUYEEJT )?MAAJT|TUYET MAT) ?[-:|/]|TOI MAT ?[-|/])",
        rf"(?m)[-|/] ?(?:(?:TOOSI |TUYEEJT )?MAAJT|TUYET MAT){_EDGE}$",
        # Brackets: "(MẬT)", "[TOI MAT]". Quotes only around capitals: the word may be talked about.
        rf"[(\[{{<«]\s{{0,3}}(?:(?i:{_HIGH}|maajt)|TOI MAT|TUYET MAT)\s{{0,3}}[)\]}}>»]",
        r"[\"“'‘] ?(?:(?:TOOSI |TUYEEJT )?MAAJT|TOI MAT|TUYET MAT) ?[\"”'’]",
        # In running text: capitals, or the name of a stamp ("dấu Tối mật", but not "độ Tối mật").
        rf"(?<!\w)(?:TOOSI|TUYEEJT) MAAJT{_NO_COMPOUND}",
        rf"(?<!\w)[Dd]aasu (?:Toosi|Tuyeejt) [Mm]aajt{_NO_COMPOUND}",
        # A document named with its mark: "công văn MẬT số 12". Without accents only with "so" and a number:
        # "cong van mat 3 ngay" means that it took three days.
        rf"(?i)(?<!\w)(?:{_DOCUMENT}|hoof sow) (?:toosi |tuyeejt )?maajt,? ?(?:(?:soos|so) ?:? ?)?\d",
        rf"(?i)(?<!\w){_DOCUMENT} (?:toi |tuyet )?mat so ?:? ?\d",
        rf"(?i:(?<!\w){_DOCUMENT}[^\n]{{0,40}}[(\[])MAT[)\]]",
    )
)

# "MAT" alone also is "mất": it is a mark only in a text that carries a document's number line.
BARE_MARK_LINE = re.compile(rf"(?m)^{_EDGE}MAT{_EDGE}$")
NUMBER_LINE = re.compile(r"(?im)^ ?(?:soos|so) ?[:.]? ?\d{1,5}[-/]")

CAPITAL_MARK = re.compile(r"(?<!\w)MAAJT(?!\w)")
MARK_COMPOUND = re.compile(rf"(?i) {_COMPOUND}(?!\w)")
MARK_COMPOUND_BEFORE = re.compile(r"(?i)(?<!\w)(?:baro|bis|thaan|cow|tusi|sori|nuwowsc|rir|trawng|dijch) \Z")

# --- Passwords and one-time codes, in the folded spelling -------------------------------------------------

_PASSWORD = r"(?<![\w.])(?:mat khau|m\.?k|pass(?:word|code)?|pwd?|ma pin)(?!\w)(?: ?\([^()\n]{1,30}\))?"  # noqa: S105
# After one of these the next "is" or ":" speaks of something else than the password.
_TURNS = (
    r"(?:so|ma|sdt|dien|phieu|ho|ngay|han|luc|luon|truoc|sau|lan|bi|bao|khong|ko|k|chua|sai|loi|het|gui|ve"
    r"|ten|user|username|email|yeu|phai|can|nen|goi|gap|lien|hoi|quen|qua|tai|tu|va)"
)
_SYSTEMS = (
    r"(?:vneid|zalo|gmail|e?mail|wifi|mang|may|tinh|dvc|dich|vu|cong|i?office|vnpt|viettel|face(?:book)?|fb"
    r"|dang|nhap|he|thong|phan|mem|moi|cu|tam|thoi|mac|dinh|muc|cap|nay|day|modem|router|camera"
    r"|ngay sinh|phong|mot cua)"
)
_SHOWN = r"(?=(?P<value>\S{1,64}))"
PASSWORD_GIVEN = re.compile(
    rf"{_PASSWORD}(?: chu ky so)?(?: (?!{_TURNS}(?!\w))\w{{1,15}}){{0,6}}?"
    rf"(?:(?P<sign> ?(?:[:=]|->|=>|→))| (?:la|is|thanh|sang)(?!\w) ?:?)\s{{0,3}}{_SHOWN}"
)
PASSWORD_BESIDE = re.compile(
    rf"{_PASSWORD}(?: {_SYSTEMS}(?!\w)){{0,4}}(?: cua(?: \w{{1,12}}){{1,3}})?(?: ?[-,] ?|\s){_SHOWN}"
)
PASSWORD_AFTER = re.compile(
    r"(?<!\S)(?P<value>\S{4,64}) (?:la|is)(?: the| your)? (?:mat khau|password|passcode|ma pin)(?!\w)"
)
SHORT_CODE_WORD = re.compile(r"ma pin|passcode")
NO_PASSWORD_THERE = re.compile(
    r"(?<!\w)(?:quen|nho|doi|lai|reset|khoi phuc|sai|loi|xin|cap|mat|nhap|invalid|wrong|incorrect)"
    r"(?: \w{1,10})? ?\Z"
)
# Two syllables written together ("tanphu"), at the end of what is said.
GROWN_TOGETHER = re.compile(r"[a-z]{0,3}[aeiouy]{1,3}[^\Waeiouy0-9]{1,4}[aeiouy]{1,3}[a-z]{0,20}")
SAID_ENDS = re.compile(r" ?(?:\Z|[\n.,;!)])")
NO_PASSWORD_WORD = re.compile(
    r"incorrect|required|invalid|expired|unknown|failed|error|username|email|gmail|google|vneid|zalo|facebook"
    r"|viettel|windows?|office|online|website|cccd"
)
CIPHER = "maajt max"
"""In Telex: an older word for a password. Without its accents it also reads "lost the number"."""
COMMON_PASSWORD = re.compile(r"admin|administrator|password|matkhau|qwerty|abcdef|abcxyz|iloveyou|anhyeuem")
_COUNTED = (
    r" ?(?:ky tu|chu so|so|phut|giay|gio|ngay|thang|lan|nguoi|can bo|tin|ho so|may|dong|vnd|d(?![\w/])|%)"
)
COUNTED = re.compile(_COUNTED)
_DOSSIER = (
    r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[a-z][0-9]{2}(?:\.[0-9]{1,3}){0,4}"
    r" ?- ?[0-9]{6} ?- ?[0-9]{3,7}"
)
_TICKET = r"(?:sc|yc|inc|req)-[0-9]{1,12}|#[1-9][0-9]{0,10}"
_DATE = (
    r"(?:(?:0?[1-9]|[12][0-9]|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[-./](?:0?[1-9]|1[0-2])[-./](?:0[1-9]|[12][0-9]|3[01]|[1-9]))"
)
DATE = re.compile(_DATE)
KNOWN_REFERENCE = re.compile(
    rf"{_DOSSIER}|{_TICKET}|[0-9]{{1,6}}/(?:[0-9]{{4}}/)?[a-z]{{2,10}}(?:[-.][a-z]{{1,10}}){{0,4}}[0-9]{{0,2}}"
    r"|0x[0-9a-f]{1,16}|[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,10}|(?:https?:|www\.)\S{1,64}|[a-z0-9.-]{1,50}\.vn\S{0,20}"
)

PRODUCT = re.compile(r"(?:win(?:dows)?|office|word|excel|vneid|iphone|ios|android)[0-9]{1,4}")

# In groups; in one piece; four digits, which must not be the head of a phone number.
_CODE = (
    r"(?P<personal>(?:[0-9]{3}[ .-][0-9]{3}|[0-9]{4}[ -][0-9]{4}|[0-9]{2}(?:[ .-][0-9]{2}){2,3}"
    r"|[0-9](?: [0-9]){3,7})(?![ .:/-]?[0-9])"
    r"|[0-9]{5,8}(?![0-9/]|[.:-][0-9])|[0-9]{4}(?![0-9/]|[ .:-][0-9]))"
    rf"(?!{_COUNTED})"
)
_NO_HOTLINE = r"(?!1[89]00(?:[ .]?[0-9]){4,6})"
_CODE_WORD = (
    r"(?:(?:ma )?(?:so )?(?:smart |sms )?otp(?: code)?"
    r"|ma (?:so )?(?:xac nhan|xac thuc|xac minh|kich hoat|bao mat)(?: (?:otp|so))?"
    r"|(?:verification|security|confirmation|one[- ]time) (?:code|password|passcode))(?![a-z])\)?"
)
_CODE_TURNS = r"(?:so|ma|sdt|dien|ho|ngay|luc|bi|khong|ko|k|chua|loi|het|tong|phi|goi|hieu|co|gom|phieu)"
_CODE_NEAR = (
    r"(?: (?:vneid|zalo|dvc|dich|vu|cong|ngan|hang|moi|nay|day|nhan|vua|duoc|ne|gui|bao|ve"
    r"|cua(?: [a-z]{1,12}){1,3}?)(?!\w)){0,4}(?![ \n-]{0,3}(?:19|20)[0-9]{2}(?![0-9]))"
)
ONE_TIME_CODES = (
    re.compile(
        rf"(?<!\w){_CODE_WORD}(?:{_CODE_NEAR}|(?: (?!{_CODE_TURNS}(?!\w))[a-z0-9]{{1,12}}){{0,7}}?"
        rf"(?: ?[:=]| (?:la|is)(?!\w)))[ :=\n-]{{0,3}}[(\"“]?{_NO_HOTLINE}{_CODE}"
    ),
    re.compile(
        rf"(?<![0-9./#])(?<![0-9][ -])(?<!\w){_NO_HOTLINE}{_CODE}"
        rf"(?= (?:la|is)(?: your(?: \w{{1,12}})?)? {_CODE_WORD})"
    ),
)

# --- Personal numbers, in the folded spelling -------------------------------------------------------------

MASKED = re.compile(rf"{BULLET}{{3,64}}(?:@[a-z0-9.-]{{1,255}}|[0-9]{{0,3}}(?![0-9]))")

_OCTET = r"(?!0[0-9])(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_THOUSANDS = r"[1-9][0-9]{0,2}(?:[. ][0-9]{3}){1,5}"
_CURRENCY = r"(?:dong(?! (?:y|chi|bao|thoi|nghiep|doi)(?!\w))|vnd|d(?![\w/]))"
_SUM = r"(?:so tien|kinh phi|du toan|tong cong|tong so|le phi|phi|gia|nop)"
NEVER_MASKED = re.compile(
    "|".join(
        (
            rf"(?<![\w.]){_DOSSIER}(?!\w)",
            rf"(?<!\w)(?:{_TICKET})(?![0-9])",
            rf"(?<![0-9.-]){_DATE}(?![.-]?[0-9])",
            # A moment in one word, as cameras and receipts write it: 202509010730.
            r"(?<![0-9])20[23][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
            r"(?:[01][0-9]|2[0-3])[0-5][0-9](?![0-9])",
            r"(?<![0-9.-])(?<![0-9] )1[89]00(?:[ .-]?[0-9]){4,6}(?![0-9])",
            # Money: a unit after it (but "đồng ý", "đồng chí" are none), or a sum announced before it.
            rf"(?<![0-9.])(?:{_THOUSANDS}|[1-9][0-9]{{3,11}}) ?{_CURRENCY}",
            rf"{_SUM}[ :]{{1,3}}(?:la )?{_THOUSANDS}(?![.]?[0-9])",
            rf"(?<![0-9.]){_OCTET}(?:\.{_OCTET}){{3}}(?![.]?[0-9])",
            # Degrees of a place in Việt Nam: 21.028511, 105.854123.
            r"(?<![0-9.])(?:[89]|1[0-9]|2[0-3]|10[2-9])\.[0-9]{4,8}(?![.]?[0-9])",
        )
    )
)
EMAIL = re.compile(
    r"(?<![\w.+%-])(?P<personal>[\w.+%-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24})(?![\w-])"
)
_BANK = (
    r"(?:ngan hang|agribank|bidv|vietcombank|vcb|vietinbank|mb ?bank|mb|techcombank|tcb|acb|sacombank|vpbank"
    r"|tpbank|lpbank|vib|shb|nhcsxh)"
)
_ACCOUNT_WORD = (
    rf"(?:stk|so tk|so tai khoan|(?:tk|tai khoan) {_BANK}"
    r"|so the (?:atm|ngan hang|tin dung)|tk(?=[ :.]{1,3}[0-9]))"
)
ACCOUNT = re.compile(
    rf"(?<![a-z]){_ACCOUNT_WORD}(?: [a-z]{{1,15}}){{0,6}}?[ :.=(-]{{0,4}}(?=(?:[ .-]?[0-9]){{8}})"
    r"(?P<personal>[0-9]{8,19}|[0-9]{2,6}(?:[ .-][0-9]{2,6}){1,5})(?![0-9])"
)
# A health insurance card (two letters, 13 digits) and a domestic bank card.
CARD = re.compile(r"(?<!\w)(?P<personal>[a-z]{2}[0-9]{13}|9704(?:[ .-]?[0-9]{4}){3}(?:[0-9]{3})?)(?![0-9])")
DIGITS = re.compile(r"(?<![0-9])[0-9]{1,20}(?![0-9])")
JOINT = re.compile(rf" {{1,2}}|[.{ZERO_WIDTH}]| ?- ?| ?\(|\)[ .-]?")
