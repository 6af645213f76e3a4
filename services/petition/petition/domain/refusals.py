"""Why a step on a case is not taken. Use cases turn these into answers for the caller."""


class Refused(Exception):
    """Base of the refusals; the message is a Chinese sentence for the person who asked."""


class NotPermitted(Refused):
    """This person may not take this step on this case."""


class WrongState(Refused):
    """The case is not, or no longer, where this step is possible."""


class BadValue(Refused):
    """A value breaks a rule of the district; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)
