"""Mainland mobile numbers: the one name by which a resident is known."""

import re

import phonenumbers
from phonenumbers import PhoneNumberType

LONGEST_INPUT = 32
DEMO_PREFIX = "+861600000"  # a block that no operator has: demo numbers reach nobody's telephone
_TYPED = re.compile(r"[\d\s+()-]+")
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class NotAMobileNumber(ValueError):
    """The text is not a mobile number of mainland China."""


def normalise(text: str, demo: bool = False) -> str:
    """The number as ``+86`` and eleven digits, however it was typed (spaces, dashes, full-width digits, +86, 0086).

    With `demo`, numbers of the unassigned demo block count too. Raises NotAMobileNumber. The ranges in use are those of
    Google's libphonenumber, which follows the regulator's plan.
    """
    if len(text) > LONGEST_INPUT or not _TYPED.fullmatch(text):
        raise NotAMobileNumber
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException as error:
        raise NotAMobileNumber from error
    written = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    assigned = number.country_code == 86 and phonenumbers.number_type(number) in _MOBILE
    if number.extension or not (assigned or (demo and _is_demo(written))):
        raise NotAMobileNumber
    return written


def masked(phone: str) -> str:
    """What may be shown to the owner himself: ``138****5678``."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}"


def _is_demo(phone: str) -> bool:
    return phone.startswith(DEMO_PREFIX) and len(phone) == len("+8613800138000")
