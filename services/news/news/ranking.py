"""What is read most: each reading is noted in memory, written with others, and ranked once a minute."""

from kit.clock import utcnow
from kit.contract import Empty, Nothing
from kit.identity import Caller
from news import reading
from news.contract.ranking import MostReadView, NoteReading
from news.domain import ranking
from news.domain.ranking import SHOWN
from news.parts import Parts

_KEPT = 50  # more than are shown: some may be withdrawn until the next ranking


def note_reading(parts: Parts, request: NoteReading, caller: Caller) -> Nothing:
    """Somebody reads an article: who has signed in by his account, all others by address and device, up to a number."""
    now, rules = utcnow(), parts.directory.ranking
    day = ranking.day_of(now, parts.directory.district.zone)
    reader = ranking.visitor(caller.client_ip, caller.device, rules) if caller.anonymous else caller.id
    mark = ranking.mark(request.id, reader, parts.readings.salt(day, now))
    parts.readings.note((day, request.id, mark), caller.client_ip)
    return Nothing()


def write_readings(parts: Parts) -> int:
    """Writes what this process has noted, of articles that everyone may read; returns how many count."""
    waiting = parts.readings.take()
    if not waiting:
        return 0
    listed = {article.id for article in parts.articles.listed_among(list({number for _, number, _ in waiting}))}
    readings = [one for one in waiting if one[1] in listed]
    return parts.readings.write(readings, utcnow()) if readings else 0


def rank(parts: Parts) -> None:
    """Ranks the articles by their readers of the last days."""
    now = utcnow()
    days = ranking.last_days(now, parts.directory.district.zone)
    parts.readings.keep_ranking(ranking.ranked(parts.readings.top(day) for day in days)[:_KEPT], now)


def get_most_read(parts: Parts, request: Empty) -> MostReadView:
    """What most people have read lately, of what everyone may still read."""
    order = parts.readings.ranking()
    found = {one.id: one for one in reading.summaries(parts, parts.articles.listed_among(order))} if order else {}
    items = [found[number] for number in order if number in found][:SHOWN]
    return MostReadView(items=items, valid_until=reading.true_until(items))
