"""What the rules say no to."""

from datetime import datetime


class Refused(Exception):
    """The article is not in a state that allows this step."""


class NotPermitted(Refused):
    """The step is for others."""


class BadValue(Refused):
    """A value does not do; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class Locked(Refused):
    """Somebody else is writing: who, since when."""

    def __init__(self, by: str, since: datetime) -> None:
        self.by = by
        self.since = since
        super().__init__("有同事正在编辑这篇稿件。如需修改，请先接手编辑。")
