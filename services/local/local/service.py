"""The local life service: its RPC methods."""

from kit import service
from kit.contract import PageRequest
from kit.identity import ANYONE
from kit.outbox import Outbox
from kit.rpc.entrypoint import rpc
from local import editing, reading
from local.contract import (
    DestinationPage,
    GuidePage,
    GuideReceipt,
    GuideView,
    Highlights,
    HighlightsView,
    HitPage,
    ListPlays,
    ListProviders,
    Nearby,
    NearbyPage,
    OneGuide,
    OnePlay,
    PlayPage,
    PlayReceipt,
    PlayView,
    ProviderPage,
    Search,
    UpdateGuide,
    UpdatePlay,
)
from local.parts import LocalParts
from local.store import TOLD

EDITORS = frozenset({"local_editor"})


class LocalService(service.Service):
    """Guides, destinations and providers of a district."""

    name = "local"

    parts = LocalParts()
    outbox = Outbox(*TOLD)

    @rpc(allow={ANYONE})
    def list_guides(self, request: PageRequest) -> GuidePage:
        """The guides, what residents need most first."""
        return reading.list_guides(self.parts, request)

    @rpc(allow={ANYONE})
    def get_guide(self, request: OneGuide) -> GuideView:
        """A guide with its steps in order."""
        return reading.get_guide(self.parts, request)

    @rpc(allow={ANYONE})
    def list_destinations(self, request: PageRequest) -> DestinationPage:
        """The kinds of destination with the number of their plays."""
        return reading.list_destinations(self.parts, request)

    @rpc(allow={ANYONE})
    def list_plays(self, request: ListPlays) -> PlayPage:
        """Plays in the district's order; of a kind, a town, a season, or all."""
        return reading.list_plays(self.parts, request)

    @rpc(allow={ANYONE})
    def get_play(self, request: OnePlay) -> PlayView:
        """A play with its place."""
        return reading.get_play(self.parts, request)

    @rpc(allow={ANYONE})
    def list_providers(self, request: ListProviders) -> ProviderPage:
        """Providers of a trade, of one of its areas or all."""
        return reading.list_providers(self.parts, request)

    @rpc(allow={ANYONE})
    def nearby(self, request: Nearby) -> NearbyPage:
        """Plays and providers by their distance, the nearest first."""
        return reading.nearby(self.parts, request)

    @rpc(allow={ANYONE})
    def search(self, request: Search) -> HitPage:
        """Guides and plays by words of their names, summaries and steps."""
        return reading.search(self.parts, request)

    @rpc(allow={ANYONE})
    def highlights(self, request: Highlights) -> HighlightsView:
        """What the home page shows: the guides needed most, and what is in season."""
        return reading.highlights(self.parts, request)

    @rpc(allow=EDITORS)
    def update_guide(self, request: UpdateGuide) -> GuideReceipt:
        """Changes a guide that nobody has changed since it was read."""
        return editing.update_guide(self.parts, request, self.caller)

    @rpc(allow=EDITORS)
    def update_play(self, request: UpdatePlay) -> PlayReceipt:
        """Changes a play that nobody has changed since it was read."""
        return editing.update_play(self.parts, request, self.caller)
