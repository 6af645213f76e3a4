"""Which town a point lies in, as far as centres tell."""

from petition.domain.case import Location
from petition.domain.district import Directory, Point
from petition.domain.likeness import metres


def nearest(point: Location, found: Directory) -> str | None:
    """The town whose centre is nearest; None outside of the district."""
    if not found.district.bbox.holds(Point(lon=point.lon, lat=point.lat)):
        return None
    centres = {code: Location(lon=town.centre.lon, lat=town.centre.lat) for code, town in found.towns.items()}
    return min(centres, key=lambda code: metres(point, centres[code]))
