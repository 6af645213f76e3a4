"""What the rules say no to."""


class Refused(Exception):
    """The article is not in a state that allows this step."""


class NotPermitted(Refused):
    """The step is for others."""


class BadValue(Refused):
    """A value does not do; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)
