"""上报领导: what reaches a threshold of the district's is brought to the leaders' board, once, with its number.

Source: `district/leaders.yml`. A case is reported by how many have joined it and by what its author wrote; cases of one
kind, the same category and town, by how many people asked within so many days.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

from petition.domain.case import Case, Ending, Part, Report
from petition.domain.change import Change, Rules, beside, record
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import NotPermitted

CO_SIGNS = "co_signs"
NOT_HEARD = (Ending.REFUSED, Ending.ELSEWHERE, Ending.MERGED, Ending.WITHDRAWN, Ending.UNANSWERED_QUESTION)


class Cluster(Part):
    """集中反映: `count` people asked about the same in a town after `since` until `until`; `number` counts its kind's.

    People are the authors of cases and those who joined them.
    """

    town: str
    category: str
    number: int
    count: int
    least: int
    days: int
    since: datetime
    until: datetime
    at: datetime
    seen_by: str | None = None
    seen_at: datetime | None = None

    @property
    def id(self) -> str:
        """The same for whoever finds it: so it is there once."""
        return f"{self.town}-{self.category}-{self.number}"


class Window(NamedTuple):
    """The time within which the voices of a kind are counted, and which cluster of the kind they would be."""

    since: datetime
    until: datetime
    number: int


def report(case: Case, now: datetime, rules: Rules) -> Change | None:
    """The case with all thresholds that it has reached and not been reported for; None when there are none.

    Nobody at work loses a step to it.
    """
    known = {one.threshold for one in case.reports}
    reached = [] if case.ending else [one for one in _reached(case, now, rules) if one.threshold not in known]
    if not reached:
        return None
    told = [one.model_dump(include={"threshold", "count", "least"}) for one in reached]
    values = {"reports": (*case.reports, *reached)}
    return beside(case, record(case, "report_threshold", now, values, {}, {"reports": told}, ("case_reported",)))


def see(case: Case, actor: Actor, now: datetime, rules: Rules) -> Change:
    """阅知: a leader has looked at what was reported. Raises `NotPermitted` or `WrongState`."""
    target = permit(case, Action.SEE_REPORTS, actor)
    return record(
        case, Action.SEE_REPORTS, now, {"state": target, "reports": seen(case, actor, now)}, {}, {"by": actor.id}
    )


def seen(case: Case, actor: Actor, now: datetime) -> tuple[Report, ...]:
    """The reports of the case, all looked at."""
    mine = {"seen_by": actor.id, "seen_at": now}
    return tuple(one if one.seen_at else one.model_copy(update=mine) for one in case.reports)


def is_voice(case: Case) -> bool:
    """Whether the case counts for its kind: intake let it through, and it did not end without being heard."""
    return case.shown is not None and case.ending not in NOT_HEARD


def window(at: datetime, last: Cluster | None, rules: Rules) -> Window | None:
    """Within what time voices count together that end at `at`; None when a later cluster has had them.

    Each voice is in one cluster at most: the next one begins where the last has ended.
    """
    first = at - timedelta(days=rules.directory.leaders.cluster.days)
    since = max(first, last.until) if last else first
    return Window(since, at, last.number + 1 if last else 1) if since < at else None


def cluster(case: Case, found: Window, voices: int, now: datetime, rules: Rules) -> Cluster | None:
    """The cluster that the case is in; None while there are too few voices."""
    limit = rules.directory.leaders.cluster
    if voices < limit.voices:
        return None
    return Cluster(
        town=case.asked.town, category=case.asked.category, count=voices, least=limit.voices, days=limit.days, at=now,
        **found._asdict(),
    )  # fmt: skip


def see_cluster(found: Cluster, actor: Actor, now: datetime) -> Cluster:
    """阅知: a leader has looked at it; the first one stays. Raises `NotPermitted`."""
    if "leader" not in actor.roles:
        raise NotPermitted("您没有办理这项操作的权限。")
    return found if found.seen_at else found.model_copy(update={"seen_by": actor.id, "seen_at": now})


def _reached(case: Case, now: datetime, rules: Rules) -> list[Report]:
    limits, joined = rules.directory.leaders, case.joined.count
    reached = []
    if joined >= limits.co_signs.least:
        reached.append(Report(threshold=CO_SIGNS, count=joined, least=limits.co_signs.least, at=now))
    asked = case.asked
    said = _plain(f"{asked.title} {asked.place} {asked.text}")
    for group in limits.words:
        if count := sum(_plain(word) in said for word in group.words):
            reached.append(Report(threshold=group.code, count=count, least=1, at=now))
    return reached


def _plain(words: str) -> str:
    """Full width and signs between characters hide no word."""
    return "".join(c for c in unicodedata.normalize("NFKC", words).casefold() if c.isalnum())
