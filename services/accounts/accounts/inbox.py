"""The inbox: what residents are told about their cases, tips and comments, and of what they follow in the news."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.client_session import ClientSession

from accounts import taking_back
from accounts.contract import InboxItem, InboxPage, InboxState, ListInbox, MarkInboxRead
from accounts.domain import case_notices, comment_notices, follow_notices, tip_notices
from accounts.parts import Parts
from accounts.store.people import ACTIVE
from kit.errors import Invalid
from kit.events import Event
from kit.identity import Caller
from kit.inbox import Inbox
from kit.mongo import Document
from kit.paging import decode_cursor, encode_cursor

QUEUE = "accounts.case_notices"
CO_SIGNERS_QUEUE = "accounts.co_signer_notices"
FOLLOWERS_QUEUE = "accounts.follow_notices"
FOLLOWERS_TYPES = ("news.followers_told.v1",)
ECHOES_QUEUE = "accounts.echo_notices"
ECHOES_TYPES = ("news.echo_told.v1",)
TIPS_QUEUE = "accounts.tip_notices"
COMMENTS_QUEUE = "accounts.comment_notices"
CO_SIGNERS_TYPES = ("petition.co_signers_told.v1",)
_COUNT = {"$inc": {"inbox_version": 1}}


def take_case_notice(parts: Parts, event: Event) -> None:
    """Puts an item into the author's inbox, once however often the event arrives. Nobody who has left gets one."""
    data = event.data
    if not (author := data.get("author")):
        return
    wording = case_notices.notice(event.type, data["no"])
    about = {"case_no": data["no"], "state": data.get("state", "")}
    _put(parts, event, QUEUE, author, {**about, **wording._asdict()})


def take_tip_notice(parts: Parts, event: Event) -> None:
    """Puts an item into the inbox of who sent the tip, once however often the event arrives."""
    data = event.data
    wording = tip_notices.notice(event.type, data["no"])
    about = {"case_no": "", "state": data["state"], "link": tip_notices.PAGE}
    _put(parts, event, TIPS_QUEUE, data["author"], {**about, **wording._asdict()})


def take_comment_notice(parts: Parts, event: Event) -> None:
    """Puts an item into the inbox of a comment's author, once however often the event arrives."""
    data = event.data
    wording = comment_notices.notice(event.type, official=data["official"])
    about = {"case_no": "", "state": "", "link": f"/news/{data['article']}"}
    _put(parts, event, COMMENTS_QUEUE, data["author"], {**about, **wording._asdict()})


def take_co_signers_notice(parts: Parts, event: Event) -> None:
    """Puts an item into the inbox of each of those who joined a case and have not left, once."""
    data = event.data
    wording = case_notices.notice_for_co_signers(data["about"], data["no"])
    if wording is None:
        return
    common = {
        "at": event.time,
        "seq": event.seq,
        "case_no": data["no"],
        "state": data["state"],
        "title": wording.title,
        "text": wording.text,
    }

    def put(session: ClientSession) -> None:
        active = {"_id": {"$in": data["accounts"]}, "state": ACTIVE}
        people = [row["_id"] for row in parts.people.collection.find(active, {"_id": 1}, session=session)]
        if people:
            parts.people.inboxes_changed(people, session)
            items = [{"_id": f"{event.id}/{account}", "account": account, **common} for account in people]
            parts.inbox.add_many(items, session)

    Inbox(parts.db).once(event, CO_SIGNERS_QUEUE, put)


def take_followers_notice(parts: Parts, event: Event) -> None:
    """Tells those who follow a column or town of an article, each once, whoever else tells him of it."""
    data, headline = event.data, _headline(parts, event)
    words = follow_notices.of_article(data["of"], headline)._asdict()
    _put_to_followers(parts, event, FOLLOWERS_QUEUE, f"article/{data['article']}", words, headline)


def take_echo_notice(parts: Parts, event: Event) -> None:
    """Tells those who follow 回音壁 what happened to the cases of a report, once for each of its events."""
    data, headline = event.data, _headline(parts, event)
    words = follow_notices.of_echo(data["said"], headline)._asdict()
    if "quoted" in data:  # an instance of before does not say
        words["quotes"] = [follow_notices.title(**title) for title in data["quoted"]]
    _put_to_followers(parts, event, ECHOES_QUEUE, f"echo/{data['article']}/{data['number']}", words, headline)


def _headline(parts: Parts, event: Event) -> str:
    """How the article of a notice is headed now, as far as it is known."""
    return parts.headlines.of(event.data["article"]) or str(event.data["headline"])


def _put_to_followers(parts: Parts, event: Event, queue: str, about: str, words: Document, headline: str) -> None:
    """Puts an item about an article into the inboxes of these followers who have none about it and have not left.

    None about an article that is withdrawn; of a title that is public no more not a word.
    """
    article, titles = event.data["article"], words.get("quotes", [])
    gone = parts.taken_back.among([follow_notices.article(article), *titles])
    if gone & set(titles):
        words = {**words, "text": follow_notices.TITLE_GONE, "quotes": []}
    if follow_notices.article(article) not in gone:
        _put_to_all(parts, event, queue, about, words)
    taking_back.look_again(parts, article, titles, headline)


def _put_to_all(parts: Parts, event: Event, queue: str, about: str, words: Document) -> None:
    data = event.data
    link = f"/news/{data['article']}"
    common = {"at": event.time, "seq": event.seq, "case_no": "", "state": "", "link": link, **words}

    def put(session: ClientSession) -> None:
        ids = {f"{about}/{account}": account for account in data["accounts"]}
        known = parts.inbox.known(list(ids), session)
        wanted = {account for item, account in ids.items() if item not in known}
        active = {"_id": {"$in": list(wanted)}, "state": ACTIVE}
        people = [row["_id"] for row in parts.people.collection.find(active, {"_id": 1}, session=session)]
        if people:
            parts.people.inboxes_changed(people, session)
            items = [{"_id": f"{about}/{account}", "account": account, **common} for account in people]
            parts.inbox.add_many(items, session)

    Inbox(parts.db).once(event, queue, put)


def list_inbox(parts: Parts, request: ListInbox, caller: Caller) -> InboxPage:
    """The caller's items, the newest fact first."""
    version = _version(parts, caller)
    found = parts.inbox.page(caller.id, request.unread, _after(request.cursor), request.limit + 1)
    shown, more = found[: request.limit], len(found) > request.limit
    last = shown[-1] if more else None
    return InboxPage(
        items=[_item(document) for document in shown],
        next_cursor=encode_cursor(last["at"], last["seq"], last["_id"]) if last else None,
        unread=parts.inbox.unread(caller.id),
        version=version,
    )


def mark_inbox_read(parts: Parts, request: MarkInboxRead, caller: Caller) -> InboxState:
    """Marks the caller's own items; others' ids are passed over."""
    if parts.inbox.mark_read(caller.id, request.ids):
        parts.people.collection.update_one({"_id": caller.id}, _COUNT)
    return InboxState(unread=parts.inbox.unread(caller.id), version=_version(parts, caller))


def _put(parts: Parts, event: Event, queue: str, account: str, content: Document) -> None:
    item = {"_id": event.id, "account": account, "at": event.time, "seq": event.seq, **content}

    def put(session: ClientSession) -> None:
        active = {"_id": account, "state": ACTIVE}
        if parts.people.collection.update_one(active, _COUNT, session=session).matched_count:
            parts.inbox.add(item, session)

    Inbox(parts.db).once(event, queue, put)


def _version(parts: Parts, caller: Caller) -> int:
    person = parts.people.collection.find_one({"_id": caller.id}, {"inbox_version": 1})
    return person["inbox_version"] if person else 0


def _after(cursor: str | None) -> Sequence[Any] | None:
    if cursor is None:
        return None
    at, seq, last = decode_cursor(cursor, 3)
    if not (isinstance(at, datetime) and isinstance(seq, int) and isinstance(last, str)):
        raise Invalid.field("cursor", "翻页标记无效，请从第一页重新查看")
    return at, seq, last


def _item(document: Document) -> InboxItem:
    known = {name: document[name] for name in InboxItem.model_fields if name in document}
    return InboxItem(id=document["_id"], **known)
