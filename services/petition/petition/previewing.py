"""Before a case is sent: what others would read of it, by the code that lets its words through and shows them."""

from petition import case_views
from petition.contract.filing import Preview, PreviewCase
from petition.domain import intake
from petition.domain.case import Asked, Visibility
from petition.domain.change import Rules
from petition.filing import location_of


def get_preview(rules: Rules, request: PreviewCase) -> Preview:
    """The public's view of a draft that intake would let through as it is. Nothing of it is kept."""
    asked = _asked(request)
    shown = intake.let_through(asked)
    found = rules.directory
    return Preview(
        found=request.visibility is not Visibility.PRIVATE,
        title=shown.title,
        **case_views.public_words(asked, shown),
        category=case_views.named(found.subjects, asked.category) if asked.category else None,
        town=case_views.named(found.towns, asked.town) if asked.town else None,
        masked=case_views.found_in(asked, found),
    )


def _asked(request: PreviewCase) -> Asked:
    return Asked(
        category=request.category or "",
        town=request.town or "",
        place=request.place,
        point=location_of(request.point),
        title=request.title,
        text=request.text,
        pictures=(),
        visibility=request.visibility,
    )
