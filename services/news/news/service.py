"""The news service: its RPC methods and timers."""

from nameko.timer import timer

from kit import service
from kit.contract import Empty, Nothing, PageRequest
from kit.events import Event, on_event
from kit.identity import ANYONE, RESIDENT
from kit.outbox import Outbox
from kit.rpc.entrypoint import rpc
from kit.transfers import Chunk, FinishUpload, Picture, PutChunk, StartUpload, Upload
from news import (
    alerting,
    commenting,
    comparing,
    coverage,
    desk,
    echoes,
    feeding,
    fronting,
    gathering,
    investigating,
    keeping,
    library,
    locking,
    moderating,
    pictures,
    proposing,
    publishing,
    ranking,
    reading,
    reviewing,
    tip_desk,
    tipping,
    waiting,
    writing,
)
from news.contract.alerts import (
    AlertReceipt,
    AlertRulesView,
    AlertsView,
    DeskAlertPage,
    ExtendAlert,
    IssueAlert,
    LiftAlert,
    ListDeskAlerts,
    ListPastAlerts,
    PastAlertPage,
)
from news.contract.bundles import BundlePage, BundleReceipt, DismissBundle, ListBundles
from news.contract.comments import (
    AnswerComment,
    ApproveComment,
    CommentPage,
    CommentReceipt,
    DeleteComment,
    DeskCommentPage,
    HideComment,
    ListComments,
    ListDeskComments,
    ListOwnComments,
    OwnCommentPage,
    RefuseComment,
    ReportComment,
    ReportReceipt,
    WriteComment,
)
from news.contract.coverage import EchoPage, ListEchoes
from news.contract.desk import (
    CreateArticle,
    DeskArticle,
    DeskPage,
    DifferenceView,
    GetDifference,
    ListDeskArticles,
    ListVersions,
    LockArticle,
    LockReceipt,
    NewsroomCounts,
    PublishArticle,
    RestoreVersion,
    SaveArticle,
    UnlockArticle,
    VersionPage,
    WithdrawArticle,
)
from news.contract.feeds import ChangedPage, FeedView, GetFeed, ListChanged, ListPublished, MonthsView, PublishedPage
from news.contract.front import ChooseFront, FrontChoice, FrontReceipt
from news.contract.investigations import (
    AddToInvestigation,
    AskDepartment,
    AttachReport,
    CloseInvestigation,
    CorrectRecord,
    DetachReport,
    InvestigationPage,
    InvestigationReceipt,
    InvestigationView,
    ListInvestigations,
    NoteRecord,
    OneInvestigation,
    OpenInvestigation,
    ReadTip,
    ReopenInvestigation,
    SaveInvestigation,
    TipText,
)
from news.contract.keeping import (
    DropArticle,
    FavouritePage,
    Follow,
    FollowedView,
    FollowPage,
    GetKept,
    KeepArticle,
    KeptView,
    ListFavourites,
    ListFollows,
    Unfollow,
)
from news.contract.media import (
    ArticlePictureData,
    ListMedia,
    MediumPage,
    OneMedium,
    ReadPicture,
    RightsReceipt,
    StateRights,
    Uploaded,
)
from news.contract.proposals import Proposals, SetInvestigationApart, SetTipApart
from news.contract.ranking import MostReadView, NoteReading
from news.contract.reading import (
    ArticlePage,
    ArticleView,
    ColumnPage,
    Front,
    FrontPage,
    HitPage,
    ListArticles,
    Search,
    TopicsView,
)
from news.contract.reviewing import (
    ApproveArticle,
    PublishUrgently,
    RecallArticle,
    ReturnArticle,
    ReviewLater,
    SubmitArticle,
)
from news.contract.scheduling import EmbargoArticle, ScheduleArticle, UnscheduleArticle
from news.contract.shapes import ArticleReceipt, OneArticle
from news.contract.tips import (
    AdoptTip,
    AssignTip,
    DeclineTip,
    DeskTip,
    DeskTipPage,
    GetTipStatus,
    LinkTip,
    ListDeskTips,
    MessageAuthor,
    MyTipPage,
    OneTip,
    OpenTipContact,
    SendTip,
    TipContact,
    TipReceipt,
    TipStatus,
    TipStep,
)
from news.domain.comments import ANSWERERS
from news.domain.lifecycle import DESK, EDITORS, FINAL_REVIEWERS, URGENT
from news.domain.tips import ASSIGNERS
from news.parts import NewsParts

CLEANING_SECONDS = 600
PUBLISHING_SECONDS = 1
FOLLOWING_SECONDS = 1
READING_SECONDS = 2
RANKING_SECONDS = 30
TAKING_IN_SECONDS = 5
GATHERING_SECONDS = 2


class NewsService(service.Service):
    """Articles from their first draft to their readers."""

    name = "news"

    parts = NewsParts()
    outbox = Outbox(
        "articles", "reports", "followed_cases", "alerts", "comments", "tellings", "fronts", "tips", "pictures"
    )

    @rpc(allow={ANYONE})
    def list_columns(self, request: PageRequest) -> ColumnPage:
        """The columns in their order."""
        return reading.list_columns(self.parts, request)

    @rpc(allow={ANYONE})
    def get_topics(self, request: Empty) -> TopicsView:
        """The topics that an article may have."""
        return reading.get_topics(self.parts, request)

    @rpc(allow={ANYONE})
    def list_articles(self, request: ListArticles) -> ArticlePage:
        """What is published, newest first; of a column, of a town, of a topic, or all."""
        return reading.list_articles(self.parts, request)

    @rpc(allow={ANYONE})
    def get_article(self, request: OneArticle) -> ArticleView:
        """A published article; of a withdrawn one, why it was withdrawn."""
        return reading.get_article(self.parts, request)

    @rpc(allow={ANYONE})
    def search(self, request: Search) -> HitPage:
        """Published articles by words of their title and lead, newest first."""
        return reading.search(self.parts, request)

    @rpc(allow={ANYONE})
    def front(self, request: Front) -> FrontPage:
        """What the home page shows of the news."""
        return fronting.front(self.parts, request)

    @rpc(allow={ANYONE})
    def list_echoes(self, request: ListEchoes) -> EchoPage:
        """回音壁: published reports with what became of their cases, the latest first."""
        return echoes.list_echoes(self.parts, request)

    @rpc(allow={ANYONE})
    def get_feed(self, request: GetFeed) -> FeedView:
        """The latest articles for programs, and what was withdrawn lately."""
        return feeding.get_feed(self.parts, request)

    @rpc(allow={ANYONE})
    def list_changed(self, request: ListChanged) -> ChangedPage:
        """What readers see otherwise since a time, for programs that keep up with it."""
        return feeding.list_changed(self.parts, request)

    @rpc(allow={ANYONE})
    def get_published_months(self, request: Empty) -> MonthsView:
        """The months in which articles were published."""
        return feeding.get_published_months(self.parts, request)

    @rpc(allow={ANYONE})
    def list_published(self, request: ListPublished) -> PublishedPage:
        """What was published in a month, or in the last two days."""
        return feeding.list_published(self.parts, request)

    @rpc(allow=DESK)
    def list_desk_articles(self, request: ListDeskArticles) -> DeskPage:
        """The caller's desk: an editor's is every article, a reporter's are his own."""
        return desk.list_desk_articles(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def get_newsroom_counts(self, request: Empty) -> NewsroomCounts:
        """How much waits for the caller in each list from which he works."""
        return waiting.get_newsroom_counts(self.parts, self.caller)

    @rpc(allow=DESK)
    def get_desk_article(self, request: OneArticle) -> DeskArticle:
        """An article on the caller's desk, whatever its state."""
        return desk.get_desk_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def create_article(self, request: CreateArticle) -> ArticleReceipt:
        """Begins a draft; the same request makes one, however often it comes."""
        return writing.create_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def save_article(self, request: SaveArticle) -> ArticleReceipt:
        """New words for a draft, or an editor's correction of what is published."""
        return writing.save_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def publish_article(self, request: PublishArticle) -> ArticleReceipt:
        """Everyone may read it from now on."""
        return publishing.publish_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def schedule_article(self, request: ScheduleArticle) -> ArticleReceipt:
        """Goes out at a time by itself."""
        return publishing.schedule_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def unschedule_article(self, request: UnscheduleArticle) -> ArticleReceipt:
        """Does not go out by itself any more."""
        return publishing.unschedule_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def embargo_article(self, request: EmbargoArticle) -> ArticleReceipt:
        """Held back until a time, whoever would publish it before."""
        return publishing.embargo_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def withdraw_article(self, request: WithdrawArticle) -> ArticleReceipt:
        """Takes a published article back, with a reason that its readers are told."""
        return publishing.withdraw_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def submit_article(self, request: SubmitArticle) -> ArticleReceipt:
        """Hands an article in for its first review."""
        return reviewing.submit_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def recall_article(self, request: RecallArticle) -> ArticleReceipt:
        """Takes an article back before anybody has reviewed it."""
        return reviewing.recall_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def approve_article(self, request: ApproveArticle) -> ArticleReceipt:
        """One of the three reviews says yes."""
        return reviewing.approve_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def return_article(self, request: ReturnArticle) -> ArticleReceipt:
        """One of the three reviews sends the article back with remarks."""
        return reviewing.return_article(self.parts, request, self.caller)

    @rpc(allow=URGENT)
    def publish_urgently(self, request: PublishUrgently) -> ArticleReceipt:
        """Everyone may read it from now on; it is reviewed later."""
        return reviewing.publish_urgently(self.parts, request, self.caller)

    @rpc(allow=FINAL_REVIEWERS)
    def review_later(self, request: ReviewLater) -> ArticleReceipt:
        """The review of what was published in haste."""
        return reviewing.review_later(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def restore_version(self, request: RestoreVersion) -> ArticleReceipt:
        """The words of an earlier version again, as a new version."""
        return writing.restore_version(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def list_versions(self, request: ListVersions) -> VersionPage:
        """What an article said before, the latest first."""
        return comparing.list_versions(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def get_difference(self, request: GetDifference) -> DifferenceView:
        """What one reads in one version instead of in another."""
        return comparing.get_difference(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def lock_article(self, request: LockArticle) -> LockReceipt:
        """Says that the caller writes now, also instead of a colleague."""
        return locking.lock_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def unlock_article(self, request: UnlockArticle) -> Nothing:
        """Says that the caller writes no more."""
        return locking.unlock_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def start_upload(self, request: StartUpload) -> Upload:
        """Begins the upload of a picture or PDF."""
        return pictures.start_upload(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def put_chunk(self, request: PutChunk) -> Chunk:
        """Takes one chunk of an upload."""
        return pictures.put_chunk(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def finish_upload(self, request: FinishUpload) -> Uploaded:
        """Makes a picture, or a PDF, of what was uploaded."""
        return pictures.finish_upload(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def read_picture(self, request: ReadPicture) -> ArticlePictureData:
        """A piece of a picture that the caller may see."""
        return pictures.read_picture(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def read_file(self, request: ReadPicture) -> ArticlePictureData:
        """A piece of a PDF that the caller may have."""
        return pictures.read_file(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def list_media(self, request: ListMedia) -> MediumPage:
        """The newsroom's pictures: all, those whose right ends or has ended, unused ones, or found by words."""
        return library.list_media(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def state_rights(self, request: StateRights) -> RightsReceipt:
        """Says until when a picture may be shown, and whence it comes."""
        return library.state_rights(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def delete_picture(self, request: OneMedium) -> Nothing:
        """Deletes a picture that no article uses."""
        return library.delete_picture(self.parts, request, self.caller)

    @timer(interval=TAKING_IN_SECONDS)
    def take_in_pictures(self) -> None:
        """Makes copies of pictures that an earlier release has kept; one process at a time."""
        if self.parts.pictures_lease.take():
            library.take_in(self.parts)

    @rpc(allow=DESK)
    def list_investigations(self, request: ListInvestigations) -> InvestigationPage:
        """The caller's investigations: an editor's is every one, a reporter's are those that he works on."""
        return investigating.list_investigations(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def get_investigation(self, request: OneInvestigation) -> InvestigationView:
        """An investigation with all that was found."""
        return investigating.get_investigation(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def open_investigation(self, request: OpenInvestigation) -> InvestigationReceipt:
        """Begins an investigation, and says who looks into it."""
        return investigating.open_investigation(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def save_investigation(self, request: SaveInvestigation) -> InvestigationReceipt:
        """Another title, question, assignment, other cases or tips."""
        return investigating.save_investigation(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def add_to_investigation(self, request: AddToInvestigation) -> InvestigationReceipt:
        """Takes up cases and tips in addition."""
        return investigating.add_to_investigation(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def get_investigation_proposals(self, request: OneInvestigation) -> Proposals:
        """Tips and public cases that an investigation could take up, and why."""
        return proposing.get_investigation_proposals(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def set_investigation_apart(self, request: SetInvestigationApart) -> Nothing:
        """Says that a tip or case is another matter than an investigation's."""
        return proposing.set_investigation_apart(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def read_investigation_tip(self, request: ReadTip) -> TipText:
        """What a tip of an investigation says, for who looks into it; that he read it stays with the tip."""
        return investigating.read_tip(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def note_record(self, request: NoteRecord) -> InvestigationReceipt:
        """Writes down a source, an interview or a visit."""
        return investigating.note_record(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def correct_record(self, request: CorrectRecord) -> InvestigationReceipt:
        """Another wording of what the caller wrote down; what the record said stays to be read."""
        return investigating.correct_record(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def ask_department(self, request: AskDepartment) -> InvestigationReceipt:
        """Asks the office that has a case; its time runs at its own desk."""
        return investigating.ask_department(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def attach_report(self, request: AttachReport) -> InvestigationReceipt:
        """Names a published article that came of it."""
        return investigating.attach_report(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def detach_report(self, request: DetachReport) -> InvestigationReceipt:
        """Takes off a report that was named by mistake."""
        return investigating.detach_report(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def close_investigation(self, request: CloseInvestigation) -> InvestigationReceipt:
        """Ends an investigation."""
        return investigating.close_investigation(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def reopen_investigation(self, request: ReopenInvestigation) -> InvestigationReceipt:
        """Opens an ended investigation again: its lead or a duty editor, for a reason that stays with it."""
        return investigating.reopen_investigation(self.parts, request, self.caller)

    @on_event(queue=investigating.QUEUE, types=investigating.TYPES)
    def hear_of_press_question(self, event: Event) -> None:
        """Has petition asked for a department's answer."""
        investigating.hear(self.parts, event)

    @on_event(queue=investigating.REPORTS_QUEUE, types=investigating.REPORTS_TYPES)
    def hear_of_withdrawn_report(self, event: Event) -> None:
        """Has investigations count a withdrawn article no more."""
        investigating.hear_of_withdrawal(self.parts, event)

    @on_event(queue=coverage.QUEUE, types=coverage.TYPES)
    def link_cases(self, event: Event) -> None:
        """Looks which cases an article names, after each of its steps that readers see."""
        coverage.link(self.parts, event)

    @on_event(queue=coverage.CASES_QUEUE, types=coverage.CASES_TYPES)
    def hear_of_case(self, event: Event) -> None:
        """Has a case read anew to which something happened."""
        coverage.hear(self.parts, event)

    @timer(interval=FOLLOWING_SECONDS)
    def follow_cases(self) -> None:
        """Reads what has become of cases, and has departments asked; one process at a time."""
        if self.parts.coverage_lease.take():
            coverage.read_anew(self.parts)
            investigating.ask_petition(self.parts)

    @rpc(allow={ANYONE})
    def get_alerts(self, request: Empty) -> AlertsView:
        """The alerts that hold now, and until when this is so."""
        return alerting.get_alerts(self.parts, request)

    @rpc(allow={ANYONE})
    def list_past_alerts(self, request: ListPastAlerts) -> PastAlertPage:
        """Alerts that are over, the last one first."""
        return alerting.list_past_alerts(self.parts, request)

    @rpc(allow=DESK)
    def list_desk_alerts(self, request: ListDeskAlerts) -> DeskAlertPage:
        """All alerts with what was done with them, the last issued first."""
        return alerting.list_desk_alerts(self.parts, request)

    @rpc(allow=DESK)
    def get_alert_rules(self, request: Empty) -> AlertRulesView:
        """The kinds and levels of alerts, and how long one may last."""
        return alerting.get_alert_rules(self.parts, request)

    @rpc(allow=URGENT)
    def issue_alert(self, request: IssueAlert) -> AlertReceipt:
        """Warns everyone, or the people of some towns, for a time."""
        return alerting.issue_alert(self.parts, request, self.caller)

    @rpc(allow=URGENT)
    def extend_alert(self, request: ExtendAlert) -> AlertReceipt:
        """An alert holds longer."""
        return alerting.extend_alert(self.parts, request, self.caller)

    @rpc(allow=URGENT)
    def lift_alert(self, request: LiftAlert) -> AlertReceipt:
        """An alert holds no more."""
        return alerting.lift_alert(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def list_comments(self, request: ListComments) -> CommentPage:
        """What residents have written below an article, the latest first."""
        return commenting.list_comments(self.parts, request)

    @rpc(allow={RESIDENT})
    def list_own_comments(self, request: ListOwnComments) -> OwnCommentPage:
        """The caller's own comments below an article, or all of them, however they stand."""
        return commenting.list_own_comments(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def write_comment(self, request: WriteComment) -> CommentReceipt:
        """Writes below an article; when it is seen, the column's policy says."""
        return commenting.write_comment(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def delete_comment(self, request: DeleteComment) -> CommentReceipt:
        """The author takes his comment back."""
        return commenting.delete_comment(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def report_comment(self, request: ReportComment) -> ReportReceipt:
        """Says that a comment should not be there, once a person."""
        return commenting.report_comment(self.parts, request, self.caller)

    @rpc(allow=ANSWERERS)
    def list_desk_comments(self, request: ListDeskComments) -> DeskCommentPage:
        """Comments by where they stand: those that wait for an editor, those that offices may answer."""
        return moderating.list_desk_comments(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def approve_comment(self, request: ApproveComment) -> CommentReceipt:
        """Everyone sees the comment."""
        return moderating.approve_comment(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def refuse_comment(self, request: RefuseComment) -> CommentReceipt:
        """Nobody sees the comment but its author, who is told why."""
        return moderating.refuse_comment(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def hide_comment(self, request: HideComment) -> CommentReceipt:
        """Folds a comment away."""
        return moderating.hide_comment(self.parts, request, self.caller)

    @rpc(allow=ANSWERERS)
    def answer_comment(self, request: AnswerComment) -> CommentReceipt:
        """An office or the newsroom answers a comment in public."""
        return moderating.answer_comment(self.parts, request, self.caller)

    @on_event(queue="news.account_closures", types=("accounts.account_closed.v1",))
    def forget_account(self, event: Event) -> None:
        """Nothing leads any more to who has closed his account."""
        commenting.forget_author(self.parts, event.data["account"])
        keeping.forget(self.parts, event.data["account"])
        self.parts.tips.forget_author(event.data["account"])

    @rpc(allow={RESIDENT})
    def keep_article(self, request: KeepArticle) -> KeptView:
        """The caller keeps an article."""
        return keeping.keep_article(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def drop_article(self, request: DropArticle) -> KeptView:
        """The caller keeps an article no more."""
        return keeping.drop_article(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def get_kept(self, request: GetKept) -> KeptView:
        """Whether the caller keeps an article."""
        return keeping.get_kept(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def list_favourites(self, request: ListFavourites) -> FavouritePage:
        """What the caller keeps, the latest first."""
        return keeping.list_favourites(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def follow(self, request: Follow) -> FollowedView:
        """The caller is told of what is published in a column or about a town or topic, or what happens in 回音壁."""
        return keeping.follow(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def unfollow(self, request: Unfollow) -> FollowedView:
        """The caller is told of it no more."""
        return keeping.unfollow(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def list_follows(self, request: ListFollows) -> FollowPage:
        """What the caller follows, the latest first."""
        return keeping.list_follows(self.parts, request, self.caller)

    @on_event(queue="news.follow_notices", types=("news.article_published.v1",))
    def tell_followers(self, event: Event) -> None:
        """Tells those who follow a column, town or topic that something of it is out."""
        keeping.tell_followers(self.parts, event.data["id"])

    @on_event(queue=echoes.QUEUE, types=echoes.TYPES)
    def tell_echoes(self, event: Event) -> None:
        """Tells those who follow 回音壁 that something happened to a report's cases."""
        echoes.tell_followers(self.parts, event)

    @rpc(allow={ANYONE})
    def note_reading(self, request: NoteReading) -> Nothing:
        """Somebody reads an article; he counts once a day."""
        return ranking.note_reading(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_most_read(self, request: Empty) -> MostReadView:
        """What most people have read in the last days."""
        return ranking.get_most_read(self.parts, request)

    @rpc(allow=EDITORS)
    def get_front_choice(self, request: Empty) -> FrontChoice:
        """What editors have put onto the front page, and what it shows."""
        return fronting.get_front_choice(self.parts, request)

    @rpc(allow=EDITORS)
    def choose_front(self, request: ChooseFront) -> FrontReceipt:
        """Puts articles onto the front page, in an order."""
        return fronting.choose_front(self.parts, request, self.caller)

    @timer(interval=READING_SECONDS)
    def write_readings(self) -> None:
        """Writes the readings that this process has noted."""
        ranking.write_readings(self.parts)

    @timer(interval=RANKING_SECONDS)
    def rank(self) -> None:
        """Ranks what is read; one process at a time."""
        if self.parts.ranking_lease.take():
            ranking.rank(self.parts)

    @rpc(allow={ANYONE})
    def send_tip(self, request: SendTip) -> TipReceipt:
        """Takes a tip in, from whom it may come; the same request makes one, however often it comes."""
        return tipping.send_tip(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_tip_status(self, request: GetTipStatus) -> TipStatus:
        """How far the tip of a receipt code has come."""
        return tipping.get_tip_status(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def list_my_tips(self, request: PageRequest) -> MyTipPage:
        """The caller's own tips, newest first."""
        return tipping.list_my_tips(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def start_upload_of_tip(self, request: StartUpload) -> Upload:
        """Begins the upload of a picture for a tip."""
        return tipping.start_upload(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def put_chunk_of_tip(self, request: PutChunk) -> Chunk:
        """Takes one chunk of such an upload."""
        return tipping.put_chunk(self.parts, request)

    @rpc(allow={ANYONE})
    def finish_upload_of_tip(self, request: FinishUpload) -> Picture:
        """Makes a picture of what was uploaded."""
        return tipping.finish_upload(self.parts, request)

    @rpc(allow=EDITORS)
    def list_desk_tips(self, request: ListDeskTips) -> DeskTipPage:
        """Tips as the newsroom sees them, newest first."""
        return tip_desk.list_desk_tips(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def get_desk_tip(self, request: OneTip) -> DeskTip:
        """A tip as the newsroom sees it."""
        return tip_desk.get_desk_tip(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def get_tip_proposals(self, request: OneTip) -> Proposals:
        """Tips and public cases that may be of one matter with a tip, and why."""
        return proposing.get_tip_proposals(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def set_tip_apart(self, request: SetTipApart) -> Nothing:
        """Says that a tip and something else are not one matter."""
        return proposing.set_tip_apart(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def list_bundles(self, request: ListBundles) -> BundlePage:
        """Tips and cases that are likely to be of one matter, kept together."""
        return gathering.list_bundles(self.parts, request)

    @rpc(allow=EDITORS)
    def dismiss_bundle(self, request: DismissBundle) -> BundleReceipt:
        """Leaves such a bundle, for a reason, until something joins it."""
        return gathering.dismiss_bundle(self.parts, request, self.caller)

    @on_event(queue=gathering.QUEUE, types=gathering.TYPES)
    def hear_of_public_case(self, event: Event) -> None:
        """Has a case compared with tips of which everyone may read now."""
        gathering.hear(self.parts, event)

    @timer(interval=GATHERING_SECONDS)
    def gather(self) -> None:
        """Puts together what is likely to be of one matter; one process at a time."""
        if self.parts.bundles_lease.take():
            gathering.gather(self.parts)

    @rpc(allow=ASSIGNERS)
    def assign_tip(self, request: AssignTip) -> TipStep:
        """Gives a tip to an editor, who looks into it."""
        return tip_desk.assign_tip(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def message_tip_author(self, request: MessageAuthor) -> TipStep:
        """Says something to whoever sent a tip."""
        return tip_desk.message_author(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def adopt_tip(self, request: AdoptTip) -> TipStep:
        """The newsroom works with a tip."""
        return tip_desk.adopt_tip(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def decline_tip(self, request: DeclineTip) -> TipStep:
        """The newsroom does not work with a tip, for a reason that its author is told."""
        return tip_desk.decline_tip(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def link_tip(self, request: LinkTip) -> TipStep:
        """Names the articles that came of a tip."""
        return tip_desk.link_tip(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def open_tip_contact(self, request: OpenTipContact) -> TipContact:
        """The sealed contact, for the editor in charge, who says why he reads it."""
        return tip_desk.open_tip_contact(self.parts, request, self.caller)

    @on_event(queue=tip_desk.REPORTS_QUEUE, types=tip_desk.REPORTS_TYPES)
    def tell_of_report(self, event: Event) -> None:
        """Tells those who sent a tip that an article came of it."""
        tip_desk.tell_of_report(self.parts, event)

    @timer(interval=PUBLISHING_SECONDS)
    def publish_due(self) -> None:
        """Publishes what is due; one process at a time."""
        if self.parts.publishing_lease.take():
            publishing.publish_due(self.parts)

    @timer(interval=CLEANING_SECONDS)
    def clean_up(self) -> None:
        """Forgets unfinished uploads, deleted pictures and those without a tip; contacts, texts and records in time.

        Two processes at once do no harm.
        """
        pictures.forget_uploads(self.parts)
        library.remove_deleted(self.parts)
        tipping.forget_unused(self.parts)
        tipping.erase_contacts(self.parts)
        tipping.erase_texts(self.parts)
        investigating.erase_records(self.parts)
        tipping.index_words(self.parts)
