"""What a resident reads in the inbox when his tip moves; only of tips that he keeps with his account."""

from accounts.domain.case_notices import Notice

PAGE = "/tips/mine"

_TEMPLATES = {
    "news.tip_checking.v1": ("您的爆料正在核实", "{tip}已交给编辑核实。需要您补充时，编辑会给您留言。"),
    "news.tip_messaged.v1": ("编辑给您留言", "编辑就{tip}给您留了言，请打开查看。"),
    "news.tip_adopted.v1": ("您的爆料已采用", "编辑部已采用{tip}，报道发布后会通知您。"),
    "news.tip_declined.v1": ("您的爆料未采用", "编辑部没有采用{tip}。原因和其他办法请见详情。"),
    "news.tip_reported.v1": ("您的爆料已成报道", "由{tip}而来的报道已经发布，感谢您提供线索。"),
}
TYPES = tuple(_TEMPLATES)


def notice(event_type: str, no: str) -> Notice:
    """The item for one event about the tip with this number. Raises KeyError for a type that has no wording."""
    heading, text = _TEMPLATES[event_type]
    return Notice(heading, text.format(tip=f"您的爆料（{no}）"))
