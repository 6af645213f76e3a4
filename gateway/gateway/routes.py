"""The table of addresses: what each one calls, who may use it, how its answer is kept. Data only.

The audiences are those of the services' entrypoints (`kit.rpc.entrypoint`): "anyone", "resident", "staff", or a role.
A test holds the two against each other, for every row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import Field, model_validator

from kit.contract import Empty, Request, Text
from kit.identity import ANYONE, RESIDENT, STAFF

PREFIX = "/api/v1"
ROLES = (
    "clerk",
    "handler",
    "approver",
    "supervisor",
    "leader",
    "reporter",
    "editor",
    "duty_editor",
    "chief_editor",
    "hub_operator",
    "local_editor",
    "merchant",
    "administrator",
)
AUDIENCES = frozenset((ANYONE, RESIDENT, STAFF, *ROLES, "partner"))


@dataclass(frozen=True)
class Kept:
    """How an answer is kept: until an event whose type begins with `dropped_by`, at most `seconds`.

    `until` names a field of the answer: from that moment on it is untrue by itself, and not kept so long. `changed`
    names the one that says since when it reads so.
    `subject` names the part of the path that the event's subject must equal, or begin with before a slash; without it
    every such event drops it. It serves residents too, unless who has signed in is shown something of his `own`: then
    anonymous readers only.
    """

    dropped_by: str | tuple[str, ...]
    seconds: float
    subject: str = ""
    own: bool = False
    until: str = ""
    changed: str = ""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of an answer that is put together: `call`, made with `given` and with what the reader asked.

    It is shown, under `title`, to those in `allow`. What is for anyone is kept as `kept` says, and is the same for all.
    """

    title: str
    call: str
    given: Mapping[str, Any] = field(default_factory=dict)
    allow: frozenset[str] = frozenset((ANYONE,))
    kept: Kept | None = None

    @property
    def name(self) -> str:
        """The part's identity in metrics and cache."""
        return self.call


class AskSearch(Request):
    """What `/search` takes. `part` asks for the results of one part alone; `cursor` is where they go on."""

    q: Text = Field(title="搜索内容", min_length=1, max_length=100)
    limit: int = Field(5, title="每类条数", ge=1, le=20)
    part: str | None = Field(None, title="分类", max_length=40)
    cursor: str | None = Field(None, title="翻页标记", max_length=500)

    @model_validator(mode="after")
    def _cursor_of_one_part(self) -> "AskSearch":
        if self.cursor and not self.part:
            raise ValueError("翻页时请说明是哪一类")
        return self


@dataclass(frozen=True)
class Route:
    """One address and method.

    `call` is `service.method`; `otherwise` is a field of the body and the method called instead when it is there.
    `rate` is the class of its limit: auth, read, bulk or write. `session` says whether it opens or closes one.
    An answer put together has `parts` instead of a call, and takes the fields of `asks`. `open311` says which of that
    standard's answers is wanted; its form is the standard's, made of what `call` tells (`gateway.open311`). `feed` says
    the same of feeds and sitemaps (`gateway.feeds`).
    """

    method: str
    path: str
    call: str
    allow: frozenset[str]
    status: int = 200
    rate: str = "read"
    kept: Kept | None = None
    otherwise: tuple[str, str] | None = None
    session: str = ""
    special: bool = False
    parts: tuple[Part, ...] = ()
    asks: type[Request] = Empty
    open311: str = ""
    feed: str = ""

    def __post_init__(self) -> None:
        if not self.allow or not self.allow <= AUDIENCES:
            raise TypeError(f"{self.method} {self.path}: say who may call, out of {sorted(AUDIENCES)}")

    @property
    def name(self) -> str:
        """The route's identity in logs, metrics and cache."""
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, although what is asked may come in a body."""
        return self.method == "GET" or self.rate == "read"

    @property
    def calls(self) -> tuple[str, ...]:
        """All methods without which it cannot be served."""
        if not self.call:
            return ()
        return (self.call, self.otherwise[1]) if self.otherwise else (self.call,)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(re.findall(r"{(\w+)}", self.path))


def _read(path: str, call: str, *allow: str, kept: Kept | None = None, special: bool = False) -> Route:
    return Route("GET", PREFIX + path, call, frozenset(allow), kept=kept, special=special)


def _ask(path: str, call: str, *allow: str) -> Route:
    """A read whose question is nobody's business, or too long for an address: it comes in the body."""
    return Route("POST", PREFIX + path, call, frozenset(allow), rate="read")


def _write(method: str, path: str, call: str, *allow: str, status: int = 200, special: bool = False) -> Route:
    return Route(method, PREFIX + path, call, frozenset(allow), status=status, rate="write", special=special)


def _auth(
    method: str, path: str, call: str, *allow: str, otherwise: tuple[str, str] | None = None, session: str = ""
) -> Route:
    status = 204 if session == "closes" else 200
    full = f"{PREFIX}/auth{path}"
    return Route(method, full, call, frozenset(allow), status, "auth", otherwise=otherwise, session=session)


_AT_WORK = ("clerk", "handler", "approver", "supervisor")
_DESK_READERS = (*_AT_WORK, "leader")
_EDITORS = ("editor", "duty_editor", "chief_editor")
_NEWSROOM = ("reporter", *_EDITORS)
_ACCOUNTS = (
    _auth("POST", "/sms-codes", "accounts.request_sms_code", ANYONE),
    _auth(
        "POST",
        "/sessions",
        "accounts.sign_in_by_phone",
        ANYONE,
        otherwise=("username", "accounts.sign_in_staff"),
        session="opens",
    ),
    _auth("POST", "/refresh", "accounts.refresh_session", ANYONE, session="opens"),
    _auth("DELETE", "/sessions/current", "accounts.sign_out", RESIDENT, STAFF, session="closes"),
    _auth("DELETE", "/sessions", "accounts.sign_out_everywhere", RESIDENT, STAFF, session="closes"),
    _read("/privacy-notice", "accounts.get_privacy_notice", ANYONE, kept=Kept("accounts.privacy_notice_", seconds=300)),
    _read("/me", "accounts.get_me", RESIDENT, STAFF),
    _write("PATCH", "/me", "accounts.update_me", RESIDENT),
    _write("DELETE", "/me", "accounts.close_account", RESIDENT, status=204),
    _write("POST", "/me/consents", "accounts.record_consent", RESIDENT),
    _write("POST", "/me/password", "accounts.change_password", STAFF),
    _read("/me/inbox", "accounts.list_inbox", RESIDENT),
    _write("POST", "/me/inbox/read", "accounts.mark_inbox_read", RESIDENT),
    _read("/desk/staff", "accounts.list_staff", "administrator"),
    _write("POST", "/desk/staff", "accounts.create_staff", "administrator", status=201),
    _write("PATCH", "/desk/staff/{id}", "accounts.update_staff", "administrator"),
    _write("POST", "/desk/staff/{id}/dismissal", "accounts.dismiss_staff", "administrator"),
    _write("POST", "/desk/staff/{id}/credentials", "accounts.reset_staff_credentials", "administrator"),
    _read("/desk/colleagues", "accounts.list_colleagues", *_DESK_READERS, *_NEWSROOM),
    _read("/desk/audit/sign-ins", "accounts.list_sign_ins", "administrator"),
)

_CASE_EVENTS = "petition.case_"
_ONE_CASE = Kept(
    (_CASE_EVENTS, "petition.co_sign_", "petition.card_", "petition.press_"), seconds=300, subject="no", own=True
)
_PROOF = Kept((_CASE_EVENTS, "petition.card_"), seconds=60, subject="no", own=True)  # no event tells of a sealed day
_DAYS = Kept("petition.day_", seconds=60)

_PETITION = (
    _read("/directory", "petition.get_directory", ANYONE, kept=Kept("petition.directory_", seconds=15)),
    _read("/cases", "petition.list_cases", ANYONE, kept=Kept(_CASE_EVENTS, seconds=60)),
    _read("/cases/{no}", "petition.get_case", ANYONE, kept=_ONE_CASE),
    _read("/cases/{no}/history", "petition.get_history", ANYONE, kept=_ONE_CASE),
    _read("/cases/{no}/proof", "petition.get_proof", ANYONE, kept=_PROOF),
    _read("/proofs/days", "petition.list_proof_days", ANYONE, kept=_DAYS),
    _read("/proofs/days/{day}", "petition.get_proof_day", ANYONE, kept=_DAYS),
    _ask("/cases/similar", "petition.search_similar", ANYONE),
    _ask("/cases/preview", "petition.get_preview", ANYONE),
    _write("POST", "/cases", "petition.submit_case", RESIDENT, status=201),
    _write("POST", "/cases/{no}/answer", "petition.answer_question", RESIDENT),
    _write("POST", "/cases/{no}/withdrawal", "petition.withdraw_case", RESIDENT),
    _write("POST", "/cases/{no}/rating", "petition.rate_case", RESIDENT),
    _write("POST", "/cases/{no}/reopening", "petition.reopen_case", RESIDENT),
    _write("POST", "/cases/{no}/questions", "petition.follow_up_reply", RESIDENT),
    _write("POST", "/cases/{no}/redaction", "petition.ask_redaction", RESIDENT),
    _write("POST", "/cases/{no}/appeal", "petition.appeal_refusal", RESIDENT),
    _write("POST", "/cases/{no}/hiding-appeal", "petition.appeal_hiding", RESIDENT),
    _write("POST", "/cases/{no}/undo-merge", "petition.undo_merge", RESIDENT),
    _write("POST", "/cases/{no}/co-signs", "petition.co_sign_case", RESIDENT),
    _write("DELETE", "/cases/{no}/co-signs/mine", "petition.withdraw_co_sign", RESIDENT),
    _read("/feeds/cases.rss", "petition.get_feed", ANYONE, kept=Kept(_CASE_EVENTS, seconds=60), special=True),
    _read("/me/cases", "petition.list_my_cases", RESIDENT),
    _read("/me/co-signs", "petition.list_my_co_signs", RESIDENT),
    _write("POST", "/uploads", "petition.start_upload", RESIDENT, "handler", "supervisor", status=201, special=True),
    _read("/media/{id}", "petition.read_picture", ANYONE, special=True),
)

EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "geojson": "application/geo+json",
}
"""The formats of the open data, by the end of their addresses."""
_FIGURES_KEPT = Kept("petition.figures_", seconds=15)  # no event tells of them: they follow the cases by the timer
_FIGURES_OF_MANY = replace(_FIGURES_KEPT, own=True)  # offices are told of groups of few, too
_FIGURES = (
    _read("/figures", "petition.get_figures", ANYONE, kept=_FIGURES_OF_MANY),
    _read("/figures/days", "petition.get_figure_days", ANYONE, kept=_FIGURES_OF_MANY),
    _read("/figures/definitions", "petition.get_figure_definitions", ANYONE, kept=_FIGURES_KEPT),
    *(_read(f"/open-data/cases.{kind}", "petition.list_open_cases", ANYONE, special=True) for kind in EXPORTS),
    _read("/desk/exclusions", "petition.list_exclusions", "supervisor", "administrator", "leader"),
    _write("POST", "/desk/exclusions", "petition.ask_exclusion", "supervisor", status=201),
    _write("POST", "/desk/exclusions/{id}/decision", "petition.decide_exclusion", "supervisor", "administrator"),
)

_DESK_ACTIONS = (
    ("accept", "accept_case", ("clerk",)),
    ("ask", "ask_author", ("clerk",)),
    ("refuse", "refuse_case", ("clerk",)),
    ("elsewhere", "refer_elsewhere", ("clerk",)),
    ("dispatch", "dispatch_case", ("clerk", "supervisor")),
    ("return", "return_case", ("handler",)),
    ("object", "object_to_dispatch", ("handler",)),
    ("rule-dispatch", "rule_dispatch", ("supervisor",)),
    ("assign", "assign_case", ("handler", "approver")),
    ("reply", "draft_reply", ("handler",)),
    ("approve", "approve_reply", ("approver",)),
    ("send-back", "send_back_reply", ("approver", "supervisor")),
    ("publish", "publish_reply", ("handler", "approver")),
    ("note", "add_note", _AT_WORK),
    ("merge", "merge_case", ("clerk",)),
    ("unmerge", "unmerge_case", ("clerk",)),
    ("redact", "decide_redaction", ("clerk",)),
    ("rule", "decide_appeal", ("supervisor",)),
    ("hide", "hide_words", ("clerk", "supervisor")),
    ("rule-hiding", "decide_hiding", ("supervisor",)),
    ("ban", "ban_author", ("supervisor",)),
    ("extension", "ask_extension", ("handler",)),
    ("decide-extension", "decide_extension", ("approver",)),
    ("urge", "urge_case", ("supervisor",)),
    ("answer-task", "answer_task", ("handler",)),
    ("contact", "log_contact", ("handler",)),
    ("inspection", "inspect_case", ("supervisor",)),
    ("answer-follow-up", "answer_follow_up", ("handler", "approver")),
    ("report-promise", "report_promise", ("handler",)),
    ("correct", "correct_reply", ("handler",)),
    ("decide-correction", "decide_correction", ("approver",)),
    ("answer-card", "answer_card", ("clerk", "handler", "approver")),
    ("see-reports", "see_reports", ("leader",)),
    ("instruct", "instruct_case", ("leader",)),
    ("answer-instruction", "answer_instruction", ("clerk", "handler", "approver")),
    ("answer-press", "answer_press", ("clerk", "handler", "approver")),
)
_DESK = (
    _read("/desk/cases", "petition.list_desk_cases", *_DESK_READERS),
    Route(
        "GET",
        f"{PREFIX}/desk/cases.csv",
        "petition.list_desk_cases",
        frozenset(_DESK_READERS),
        rate="bulk",
        special=True,
    ),
    _read("/desk/counts", "petition.get_desk_counts", *_DESK_READERS),
    _ask("/desk/personal-numbers", "petition.search_personal_numbers", *_AT_WORK),
    _read("/desk/cases/{no}", "petition.get_desk_case", *_DESK_READERS),
    _read("/desk/cases/{no}/co-signs", "petition.list_co_signs", *_DESK_READERS),
    _read("/desk/cases/{no}/templates", "petition.get_reply_templates", "handler"),
    _read("/desk/board", "petition.get_board", "leader", "supervisor"),
    _read("/desk/clusters", "petition.list_clusters", "leader", "supervisor"),
    _write("POST", "/desk/clusters/{id}/seen", "petition.see_cluster", "leader"),
    _read("/desk/bans", "petition.list_bans", "supervisor"),
    _write("POST", "/desk/bans/{id}/lift", "petition.lift_ban", "supervisor"),
    *(_write("POST", f"/desk/cases/{{no}}/{word}", f"petition.{call}", *who) for word, call, who in _DESK_ACTIONS),
)

_PARTNERS = (
    _read("/desk/partners", "petition.list_partners", "administrator", "supervisor"),
    _write("POST", "/desk/partners", "petition.create_partner", "administrator", "supervisor", status=201),
    _write("DELETE", "/desk/partners/{id}", "petition.revoke_partner", "administrator", "supervisor"),
)


def _open311(path: str, answer: str, call: str = "", *, method: str = "GET", kept: Kept | None = None) -> list[Route]:
    """One address of Open311 in its two formats."""
    rate = "write" if method == "POST" else "bulk" if answer == "requests" else "read"
    addresses = (f"/open311{path}.{suffix}" for suffix in ("json", "xml"))
    anyone = frozenset((ANYONE,))
    return [Route(method, at, call, anyone, rate=rate, kept=kept, open311=answer) for at in addresses]


_SERVICES = Kept("petition.directory_", seconds=15)
_REQUESTS, _REQUEST = Kept(_CASE_EVENTS, seconds=60), Kept(_CASE_EVENTS, seconds=60, subject="no")
_OPEN311 = (
    *_open311("/discovery", "discovery"),
    *_open311("/v2/discovery", "discovery"),
    *_open311("/v2/services", "services", "petition.get_directory", kept=_SERVICES),
    *_open311("/v2/services/{code}", "definition", "petition.get_directory", kept=_SERVICES),
    *_open311("/v2/requests", "requests", "petition.search_requests", kept=_REQUESTS),
    *_open311("/v2/requests/{no}", "request", "petition.get_request", kept=_REQUEST),
    *_open311("/v2/requests", "create", "petition.file_partner_case", method="POST"),
    *_open311("/v2/tokens/{token}", "token"),
)

_HUB_EVENTS, _LOCAL_EVENTS = "services_hub.", "local."
_ALERTS = Kept("news.alert_", seconds=30, until="valid_until")
_FRONT = Kept(("news.article_", "news.front_", "news.picture_"), seconds=60, until="valid_until")
_HOME = (
    Part("alerts", "news.get_alerts", kept=_ALERTS),
    Part("services", "services_hub.popular", {"limit": 8}, kept=Kept(_HUB_EVENTS, seconds=60)),
    Part("my_cases", "petition.list_my_cases", {"limit": 5}, allow=frozenset((RESIDENT,))),
    Part("petition", "petition.front", {"limit": 5}, kept=Kept(_CASE_EVENTS, seconds=60)),
    Part("news", "news.front", {"limit": 6}, kept=_FRONT),
    Part("local", "local.highlights", kept=Kept(_LOCAL_EVENTS, seconds=60)),
)
_SEARCH = (
    Part("services", "services_hub.search", kept=Kept(_HUB_EVENTS, seconds=60)),
    Part("petition", "petition.search", kept=Kept(_CASE_EVENTS, seconds=60)),
    Part("news", "news.search", kept=Kept(("news.article_", "news.picture_"), seconds=60, until="valid_until")),
    Part("local", "local.search", kept=Kept(_LOCAL_EVENTS, seconds=60)),
)
_TOGETHER = (
    Route("GET", f"{PREFIX}/home", "", frozenset((ANYONE,)), parts=_HOME),
    Route("GET", f"{PREFIX}/search", "", frozenset((ANYONE,)), parts=_SEARCH, asks=AskSearch),
)
"""Put together by the gateway itself; a part whose method no contract promises is left out."""

# News
_ARTICLE_EVENTS = ("news.article_", "news.coverage_")
_SHOWN_EVENTS = (*_ARTICLE_EVENTS, "news.picture_")
_ONE_ARTICLE = Kept(_SHOWN_EVENTS, seconds=60, subject="id", until="valid_until", changed="changed_at")
_ARTICLES = Kept(_SHOWN_EVENTS, seconds=60, until="valid_until")
_NEWS = (
    _read("/columns", "news.list_columns", ANYONE, kept=Kept("news.column_", seconds=60)),
    _read("/topics", "news.get_topics", ANYONE, kept=Kept("news.topic_", seconds=60)),
    _read("/articles", "news.list_articles", ANYONE, kept=_ARTICLES),
    _read("/articles/{id}", "news.get_article", ANYONE, kept=_ONE_ARTICLE),
    _read("/echoes", "news.list_echoes", ANYONE, kept=_ARTICLES),
    _read("/desk/investigations", "news.list_investigations", *_NEWSROOM),
    _read("/desk/investigations/{id}", "news.get_investigation", *_NEWSROOM),
    _write("POST", "/desk/investigations", "news.open_investigation", *_EDITORS, status=201),
    _write("PUT", "/desk/investigations/{id}", "news.save_investigation", *_EDITORS),
    _write("POST", "/desk/investigations/{id}/additions", "news.add_to_investigation", *_EDITORS),
    _read("/desk/investigations/{id}/proposals", "news.get_investigation_proposals", *_EDITORS),
    _write("POST", "/desk/investigations/{id}/apart", "news.set_investigation_apart", *_EDITORS, status=204),
    _write("POST", "/desk/investigations/{id}/tips/{no}/reading", "news.read_investigation_tip", *_NEWSROOM),
    _write("POST", "/desk/investigations/{id}/records", "news.note_record", *_NEWSROOM),
    _write("PUT", "/desk/investigations/{id}/records/{number}", "news.correct_record", *_NEWSROOM),
    _write("POST", "/desk/investigations/{id}/questions", "news.ask_department", *_EDITORS),
    _write("POST", "/desk/investigations/{id}/reports", "news.attach_report", *_EDITORS),
    _write("DELETE", "/desk/investigations/{id}/reports/{article}", "news.detach_report", *_EDITORS),
    _write("POST", "/desk/investigations/{id}/closing", "news.close_investigation", *_EDITORS),
    _write("POST", "/desk/investigations/{id}/reopening", "news.reopen_investigation", *_NEWSROOM),
    _read("/desk/newsroom/counts", "news.get_newsroom_counts", *_NEWSROOM),
    _read("/desk/articles", "news.list_desk_articles", *_NEWSROOM),
    _read("/desk/articles/{id}", "news.get_desk_article", *_NEWSROOM),
    _write("POST", "/desk/articles", "news.create_article", *_NEWSROOM, status=201),
    _write("PUT", "/desk/articles/{id}", "news.save_article", *_NEWSROOM),
    _write("POST", "/desk/articles/{id}/submission", "news.submit_article", *_NEWSROOM),
    _write("POST", "/desk/articles/{id}/recall", "news.recall_article", *_NEWSROOM),
    _write("POST", "/desk/articles/{id}/approval", "news.approve_article", *_EDITORS),
    _write("POST", "/desk/articles/{id}/return", "news.return_article", *_EDITORS),
    _write("POST", "/desk/articles/{id}/urgent-publication", "news.publish_urgently", "duty_editor", "chief_editor"),
    _write("POST", "/desk/articles/{id}/later-review", "news.review_later", "chief_editor"),
    _write("POST", "/desk/articles/{id}/restoration", "news.restore_version", *_NEWSROOM),
    _read("/desk/articles/{id}/versions", "news.list_versions", *_NEWSROOM),
    _read("/desk/articles/{id}/difference", "news.get_difference", *_NEWSROOM),
    _write("PUT", "/desk/articles/{id}/lock", "news.lock_article", *_NEWSROOM),
    _write("DELETE", "/desk/articles/{id}/lock", "news.unlock_article", *_NEWSROOM, status=204),
    _write("POST", "/desk/article-pictures", "news.start_upload", *_NEWSROOM, status=201, special=True),
    _read("/article-pictures/{id}", "news.read_picture", ANYONE, special=True),
    _read("/article-files/{id}", "news.read_file", ANYONE, special=True),
    _read("/desk/media", "news.list_media", *_NEWSROOM),
    _write("PUT", "/desk/media/{id}/rights", "news.state_rights", *_EDITORS),
    _write("DELETE", "/desk/media/{id}", "news.delete_picture", *_EDITORS, status=204),
    _write("POST", "/desk/articles/{id}/publication", "news.publish_article", *_EDITORS),
    _write("PUT", "/desk/articles/{id}/schedule", "news.schedule_article", *_EDITORS),
    _write("DELETE", "/desk/articles/{id}/schedule", "news.unschedule_article", *_EDITORS),
    _write("PUT", "/desk/articles/{id}/embargo", "news.embargo_article", *_NEWSROOM),
    _write("POST", "/desk/articles/{id}/withdrawal", "news.withdraw_article", *_EDITORS),
)

_COMMENTS = Kept(("news.comment_", *_ARTICLE_EVENTS), seconds=60, subject="id")
_ANSWERERS = (*_EDITORS, "handler", "approver")
NEWS_READERS = (
    _read("/alerts", "news.get_alerts", ANYONE, kept=_ALERTS),
    _read("/alerts/past", "news.list_past_alerts", ANYONE, kept=_ALERTS),
    _read("/desk/alerts", "news.list_desk_alerts", *_NEWSROOM),
    _read("/desk/alert-rules", "news.get_alert_rules", *_NEWSROOM),
    _write("POST", "/desk/alerts", "news.issue_alert", "duty_editor", "chief_editor", status=201),
    _write("POST", "/desk/alerts/{id}/extension", "news.extend_alert", "duty_editor", "chief_editor"),
    _write("POST", "/desk/alerts/{id}/lifting", "news.lift_alert", "duty_editor", "chief_editor"),
    _read("/articles/{id}/comments", "news.list_comments", ANYONE, kept=_COMMENTS),
    _write("POST", "/articles/{id}/comments", "news.write_comment", RESIDENT, status=201),
    _read("/me/comments", "news.list_own_comments", RESIDENT),
    _write("DELETE", "/comments/{id}", "news.delete_comment", RESIDENT),
    _write("POST", "/comments/{id}/reports", "news.report_comment", RESIDENT),
    _read("/desk/comments", "news.list_desk_comments", *_ANSWERERS),
    _write("POST", "/desk/comments/{id}/approval", "news.approve_comment", *_EDITORS),
    _write("POST", "/desk/comments/{id}/refusal", "news.refuse_comment", *_EDITORS),
    _write("POST", "/desk/comments/{id}/hiding", "news.hide_comment", *_EDITORS),
    _write("PUT", "/desk/comments/{id}/answer", "news.answer_comment", *_ANSWERERS),
    _read("/me/favourites", "news.list_favourites", RESIDENT),
    _read("/me/favourites/{id}", "news.get_kept", RESIDENT),
    _write("PUT", "/me/favourites/{id}", "news.keep_article", RESIDENT),
    _write("DELETE", "/me/favourites/{id}", "news.drop_article", RESIDENT),
    _read("/me/follows", "news.list_follows", RESIDENT),
    _write("PUT", "/me/follows/{kind}/{target}", "news.follow", RESIDENT),
    _write("DELETE", "/me/follows/{kind}/{target}", "news.unfollow", RESIDENT),
    _write("POST", "/articles/{id}/readings", "news.note_reading", ANYONE, status=204),
    _read("/most-read", "news.get_most_read", ANYONE, kept=replace(_ARTICLES, seconds=30)),
    _read("/desk/front", "news.get_front_choice", *_EDITORS),
    _write("PUT", "/desk/front", "news.choose_front", *_EDITORS),
)
"""What stands around the articles: alerts, comments, what readers keep and read most, the front page."""
# 爆料
_TIPS = (
    _write("POST", "/tips", "news.send_tip", ANYONE, status=201),
    _write("POST", "/tip-pictures", "news.start_upload_of_tip", ANYONE, status=201, special=True),
    _ask("/tips/status", "news.get_tip_status", ANYONE),
    _read("/me/tips", "news.list_my_tips", RESIDENT),
    _read("/desk/tips", "news.list_desk_tips", *_EDITORS),
    _read("/desk/tips/{no}", "news.get_desk_tip", *_EDITORS),
    _read("/desk/tips/{no}/proposals", "news.get_tip_proposals", *_EDITORS),
    _write("POST", "/desk/tips/{no}/apart", "news.set_tip_apart", *_EDITORS, status=204),
    _read("/desk/bundles", "news.list_bundles", *_EDITORS),
    _write("POST", "/desk/bundles/{id}/dismissal", "news.dismiss_bundle", *_EDITORS),
    _write("POST", "/desk/tips/{no}/assignment", "news.assign_tip", "duty_editor", "chief_editor"),
    _write("POST", "/desk/tips/{no}/message", "news.message_tip_author", *_EDITORS),
    _write("POST", "/desk/tips/{no}/adoption", "news.adopt_tip", *_EDITORS),
    _write("POST", "/desk/tips/{no}/refusal", "news.decline_tip", *_EDITORS),
    _write("PUT", "/desk/tips/{no}/articles", "news.link_tip", *_EDITORS),
    _write("POST", "/desk/tips/{no}/contact", "news.open_tip_contact", *_EDITORS),
)


def _feed(path: str, call: str, feed: str) -> Route:
    return Route("GET", path, call, frozenset((ANYONE,)), kept=_ARTICLES, feed=feed)


_FEED_FORMATS = ("rss", "atom", "json")
_FEEDS = (
    *(
        _feed(f"/feeds/{name}.{kind}", "news.get_feed", kind)
        for name in ("all", "{column}", "towns/{town}")
        for kind in _FEED_FORMATS
    ),
    _feed("/sitemap.xml", "news.get_published_months", "index"),
    _feed("/sitemaps/news.xml", "news.list_published", "news"),
    _feed("/sitemaps/{month}.xml", "news.list_published", "month"),
    Route("GET", "/feeds/ninjs", "news.list_changed", frozenset((ANYONE,)), rate="bulk", feed="ninjs"),
)
"""For anyone, but ninjs: that one asks for a partner's key, whatever the visitor's roles are."""

# Services hub
_ITEMS = Kept("services_hub.item_", seconds=60)
_OFFICES = Kept("services_hub.office_", seconds=60)
_HOSPITALS = Kept("services_hub.hospital_", seconds=60)
_SERVICES_HUB = (
    _read("/areas", "services_hub.get_areas", ANYONE, kept=_ITEMS),
    _read("/items", "services_hub.list_items", ANYONE, kept=_ITEMS),
    _read("/items/{code}", "services_hub.get_item", ANYONE, kept=_ITEMS),
    _read("/offices", "services_hub.list_offices", ANYONE, kept=_OFFICES),
    _read("/offices/{id}", "services_hub.get_office", ANYONE, kept=_OFFICES),
    _read("/hospitals", "services_hub.list_hospitals", ANYONE, kept=_HOSPITALS),
    _read("/hospitals/{id}", "services_hub.get_hospital", ANYONE, kept=_HOSPITALS),
    _write("PATCH", "/desk/items/{code}", "services_hub.update_item", "hub_operator"),
)

# Local life
_GUIDE_EVENTS, _PLAY_EVENTS = "local.guide_", "local.play_"
_PLAYS = Kept(_PLAY_EVENTS, seconds=60)
_LOCAL = (
    _read("/guides", "local.list_guides", ANYONE, kept=Kept(_GUIDE_EVENTS, seconds=60)),
    _read("/guides/{slug}", "local.get_guide", ANYONE, kept=Kept(_GUIDE_EVENTS, seconds=60, subject="slug")),
    _read("/destinations", "local.list_destinations", ANYONE, kept=_PLAYS),
    _read("/plays", "local.list_plays", ANYONE, kept=_PLAYS),
    _read("/plays/{id}", "local.get_play", ANYONE, kept=Kept(_PLAY_EVENTS, seconds=60, subject="id")),
    _read("/providers", "local.list_providers", ANYONE, kept=Kept("local.provider_", seconds=60)),
    _read("/nearby", "local.nearby", ANYONE),
    _write("PATCH", "/desk/guides/{slug}", "local.update_guide", "local_editor"),
    _write("PATCH", "/desk/plays/{id}", "local.update_play", "local_editor"),
)

ROUTES: tuple[Route, ...] = (
    *_ACCOUNTS,
    *_PETITION,
    *_FIGURES,
    *_DESK,
    *_PARTNERS,
    *_OPEN311,
    *_TOGETHER,
    *_NEWS,
    *NEWS_READERS,
    *_TIPS,
    *_FEEDS,
    *_SERVICES_HUB,
    *_LOCAL,
)


def matrix() -> Iterator[tuple[str, str, str, bool]]:
    """Every cell of the role × endpoint matrix: (role, method, path, allowed).

    Roles are "anonymous", "resident", and the names of staff roles.
    """
    for route in ROUTES:
        yield "anonymous", route.method, route.path, ANYONE in route.allow
        yield "resident", route.method, route.path, bool(route.allow & {ANYONE, RESIDENT})
        for role in ROLES:
            yield role, route.method, route.path, bool(route.allow & {ANYONE, STAFF, role})
