"""附议: others who have the same trouble join an open case. Each keeps his own words and his own judgement.

Every function raises `NotPermitted` or `WrongState` and changes nothing then.
"""

from datetime import datetime

from petition.domain.case import Case, Ending, Part, Rating, State, Tally
from petition.domain.change import RATING
from petition.domain.refusals import NotPermitted, WrongState

BEFORE_REPLY = (State.ACCEPTED, State.DISPATCHED, State.IN_REVIEW, State.APPROVED)
"""Whoever joins has the same trouble, not an opinion about a reply that he has read."""


class CoSign(Part):
    """One resident's co-sign of one case. `changes` counts what he did with it; who withdrew may join again.

    `via` is the number of a case that was his, or that he had joined, when he is here because it was merged into this.
    """

    no: str
    account: str
    words: str
    at: datetime
    joined: bool = True
    ratings: tuple[Rating, ...] = ()
    changes: int = 1
    via: str | None = None

    @property
    def counts(self) -> Tally:
        """What it adds to the case's tally."""
        if not self.joined:
            return Tally()
        if not self.ratings:
            return Tally(count=1)
        last = self.ratings[-1]
        return Tally(count=1, rated=1, solved=int(last.solved), satisfied=last.satisfied)


def may_join(case: Case, mine: CoSign | None, account: str) -> bool:
    """Whether this resident can join now."""
    return case.listed and case.state in BEFORE_REPLY and case.author != account and not (mine and mine.joined)


def join(case: Case, mine: CoSign | None, now: datetime, *, account: str, words: str) -> CoSign:
    """A resident joins: once, before the reply, and not his own case."""
    if case.author == account:
        raise NotPermitted("这是您自己反映的问题，不需要附议。")
    if mine and mine.joined:
        raise WrongState("您已经附议过这件诉求。")
    if not may_join(case, mine, account):
        raise WrongState("这件诉求已经答复或办结，不能再附议。")
    changes = mine.changes + 1 if mine else 1
    return CoSign(no=case.no, account=account, words=words, at=now, changes=changes)


def follow(case: Case, mine: CoSign | None, now: datetime, *, account: str, via: str, words: str = "") -> CoSign | None:
    """Whose case was merged into this one, or who had joined that, joins this one whatever its state.

    None when nothing is to do.
    """
    if case.author == account or (mine and mine.joined):
        return None
    changes = mine.changes + 1 if mine else 1
    return CoSign(no=case.no, account=account, words=words, at=now, changes=changes, via=via)


def withdraw(case: Case, mine: CoSign | None, now: datetime) -> CoSign:
    """He takes it back, and with it his words and his judgement."""
    joined = _joined(mine)
    return joined.model_copy(update={"joined": False, "words": "", "ratings": (), "changes": joined.changes + 1})


def rateable(case: Case, mine: CoSign | None, now: datetime) -> bool:
    """Whether a co-signer may rate now: while the author may, whatever the author does."""
    window = case.clock(RATING)
    answered = case.state is State.ANSWERED or case.ending is Ending.ANSWERED_RATED
    return bool(mine and mine.joined and answered and window and now <= window.due)


def rate(case: Case, mine: CoSign | None, now: datetime, *, solved: bool, satisfied: int, comment: str = "") -> CoSign:
    """His own judgement of the reply, which he may change; earlier ones stay in his record. The author's is apart."""
    joined = _joined(mine)
    if not rateable(case, mine, now):
        raise WrongState("现在不能评价这件诉求。")
    rating = Rating(solved=solved, satisfied=satisfied, comment=comment, at=now)
    return joined.model_copy(update={"ratings": (*joined.ratings, rating), "changes": joined.changes + 1})


def _joined(mine: CoSign | None) -> CoSign:
    if mine is None or not mine.joined:
        raise WrongState("您没有附议这件诉求。")
    return mine
