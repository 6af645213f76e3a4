"""The services hub: its RPC methods."""

from kit import service
from kit.contract import Empty
from kit.identity import ANYONE
from kit.outbox import Outbox
from kit.rpc.entrypoint import rpc
from services_hub import contract, editing, reading, searching
from services_hub.parts import HubParts


class ServicesHubService(service.Service):
    """The catalogue of government business, offices and hospitals."""

    name = "services_hub"

    parts = HubParts()
    outbox = Outbox("items", "offices", "hospitals")

    @rpc(allow={ANYONE})
    def get_areas(self, request: Empty) -> contract.Areas:
        """Areas, life events and departments, with how many items each has."""
        return reading.get_areas(self.parts.store)

    @rpc(allow={ANYONE})
    def list_items(self, request: contract.ListItems) -> contract.ItemPage:
        """Items by area, life event and department."""
        return reading.list_items(self.parts.store, request)

    @rpc(allow={ANYONE})
    def get_item(self, request: contract.OneItem) -> contract.ItemView:
        """Full information about an item."""
        return reading.get_item(self.parts.store, request)

    @rpc(allow={ANYONE})
    def popular(self, request: contract.MostUsed) -> contract.MostUsedItems:
        """The most used items."""
        return reading.most_used(self.parts.store, request)

    @rpc(allow={ANYONE})
    def list_offices(self, request: contract.ListOffices) -> contract.OfficePage:
        """Offices with their hours."""
        return reading.list_offices(self.parts.store, request)

    @rpc(allow={ANYONE})
    def get_office(self, request: contract.OnePlace) -> contract.OfficeView:
        """An office."""
        return reading.get_office(self.parts.store, request)

    @rpc(allow={ANYONE})
    def list_hospitals(self, request: contract.ListHospitals) -> contract.HospitalPage:
        """Hospitals by town and feature."""
        return reading.list_hospitals(self.parts.store, request)

    @rpc(allow={ANYONE})
    def get_hospital(self, request: contract.OnePlace) -> contract.HospitalView:
        """A hospital."""
        return reading.get_hospital(self.parts.store, request)

    @rpc(allow={ANYONE})
    def search(self, request: contract.Search) -> contract.HitPage:
        """Items, offices and hospitals by the words people use."""
        return searching.search(self.parts.store, request)

    @rpc(allow={"hub_operator"})
    def update_item(self, request: contract.UpdateItem) -> contract.ItemReceipt:
        """Changes an item; refused when somebody else changed it since it was read."""
        return editing.update_item(self.parts, request, self.caller)
