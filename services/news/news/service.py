"""The news service: its RPC methods."""

from kit import service
from kit.contract import PageRequest
from kit.identity import ANYONE
from kit.outbox import Outbox
from kit.rpc.entrypoint import rpc
from news import desk, reading
from news.contract import (
    ArticlePage,
    ArticleReceipt,
    ArticleView,
    ColumnPage,
    CreateArticle,
    DeskArticle,
    DeskPage,
    Front,
    FrontPage,
    HitPage,
    ListArticles,
    ListDeskArticles,
    OneArticle,
    PublishArticle,
    SaveArticle,
    Search,
    WithdrawArticle,
)
from news.domain.lifecycle import DESK, EDITORS
from news.parts import NewsParts


class NewsService(service.Service):
    """Articles from their first draft to their readers."""

    name = "news"

    parts = NewsParts()
    outbox = Outbox("articles")

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
        return desk.create_article(self.parts, request, self.caller)

    @rpc(allow=DESK)
    def save_article(self, request: SaveArticle) -> ArticleReceipt:
        """New words for a draft, or an editor's correction of what is published."""
        return desk.save_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def publish_article(self, request: PublishArticle) -> ArticleReceipt:
        """Everyone may read it from now on."""
        return desk.publish_article(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def withdraw_article(self, request: WithdrawArticle) -> ArticleReceipt:
        """Takes a published article back, with a reason that its readers are told."""
        return desk.withdraw_article(self.parts, request, self.caller)
