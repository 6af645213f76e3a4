"""What the district's forms and filters offer."""

from petition.case_views import unit
from petition.contract.directory import (
    CategoryView,
    DepartmentView,
    Directory,
    PlaceView,
    ReasonView,
    TownView,
    UrgencyView,
)
from petition.contract.figures import ExclusionReasonView
from petition.contract.shapes import Named
from petition.domain import change
from petition.domain.change import Rules


def get_directory(rules: Rules) -> Directory:
    """What forms and filters offer."""
    found = rules.directory
    return Directory(
        district=Named(code=found.district.code, name=found.district.name),
        towns=[
            TownView(code=t.code, name=t.name, kind=t.kind, lon=t.centre.lon, lat=t.centre.lat)
            for t in found.towns.values()
        ],
        departments=[DepartmentView(**d.model_dump()) for d in found.departments.values()],
        categories=[CategoryView(**category.model_dump()) for category in found.categories],
        urgencies=[UrgencyView(code=u.code, name=u.name, limit=u.overall) for u in found.urgencies.values()],
        exclusion_reasons=[ExclusionReasonView(**reason.model_dump()) for reason in found.figures.exclusion_reasons],
        refusal_reasons=[ReasonView(**reason.model_dump()) for reason in found.reasons.values()],
        places_to_turn=[PlaceView(**place.model_dump()) for place in found.places.values()],
        states=[Named(code=state, name=words.name) for state, words in found.wording.states.items()],
        clocks=[Named(code=code, name=name) for code, name in found.wording.clocks.items()],
        withholding_reasons=[Named(code=code, name=name) for code, name in found.wording.withheld.items()],
        findings=[Named(code=code, name=name) for code, name in found.wording.findings.items()],
        intake=unit(change.INTAKE, found),
    )
