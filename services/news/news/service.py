"""The news service: its RPC methods and timers."""

from nameko.timer import timer

from kit import service
from kit.contract import Empty, Nothing, PageRequest
from kit.events import Event, on_event
from kit.identity import ANYONE, RESIDENT
from kit.outbox import Outbox
from kit.rpc.entrypoint import rpc
from kit.transfers import Chunk, FinishUpload, Picture, PictureData, PutChunk, ReadPicture, StartUpload, Upload
from news import (
    comparing,
    desk,
    feeding,
    locking,
    pictures,
    publishing,
    reading,
    reviewing,
    tip_desk,
    tipping,
    writing,
)
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
    PublishArticle,
    RestoreVersion,
    SaveArticle,
    UnlockArticle,
    VersionPage,
    WithdrawArticle,
)
from news.contract.feeds import FeedView, GetFeed, ListPublished, MonthsView, PublishedPage
from news.contract.reading import (
    ArticlePage,
    ArticleView,
    ColumnPage,
    Front,
    FrontPage,
    HitPage,
    ListArticles,
    Search,
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
from news.domain.lifecycle import DESK, EDITORS, FINAL_REVIEWERS, URGENT
from news.domain.tips import ASSIGNERS
from news.parts import NewsParts

CLEANING_SECONDS = 600
PUBLISHING_SECONDS = 1


class NewsService(service.Service):
    """Articles from their first draft to their readers."""

    name = "news"

    parts = NewsParts()
    outbox = Outbox("articles", "tips")

    @rpc(allow={ANYONE})
    def list_columns(self, request: PageRequest) -> ColumnPage:
        """The columns in their order."""
        return reading.list_columns(self.parts, request)

    @rpc(allow={ANYONE})
    def list_articles(self, request: ListArticles) -> ArticlePage:
        """What is published, newest first; of a column, of a town, or all."""
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
        return reading.front(self.parts, request)

    @rpc(allow={ANYONE})
    def get_feed(self, request: GetFeed) -> FeedView:
        """The latest articles for programs, and what was withdrawn lately."""
        return feeding.get_feed(self.parts, request)

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
        """Begins the upload of a picture."""
        return pictures.start_upload(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def put_chunk(self, request: PutChunk) -> Chunk:
        """Takes one chunk of an upload."""
        return pictures.put_chunk(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def finish_upload(self, request: FinishUpload) -> Picture:
        """Makes a picture of what was uploaded."""
        return pictures.finish_upload(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def read_picture(self, request: ReadPicture) -> PictureData:
        """A piece of a picture that the caller may see."""
        return pictures.read_picture(self.parts, request, self.caller)

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

    @on_event(queue="news.account_closures", types=("accounts.account_closed.v1",))
    def forget_author(self, event: Event) -> None:
        """Takes a closed account out of what it has sent."""
        self.parts.tips.forget_author(event.data["account"])

    @timer(interval=PUBLISHING_SECONDS)
    def publish_due(self) -> None:
        """Publishes what is due; one process at a time."""
        if self.parts.publishing_lease.take():
            publishing.publish_due(self.parts)

    @timer(interval=CLEANING_SECONDS)
    def clean_up(self) -> None:
        """Forgets uploads that nobody finished, pictures that came with no tip, and contacts whose time has come.

        Two processes at once do no harm.
        """
        pictures.forget_unfinished(self.parts)
        tipping.forget_unused(self.parts)
        tipping.erase_contacts(self.parts)
