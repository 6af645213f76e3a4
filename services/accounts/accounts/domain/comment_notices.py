"""What a resident reads in the inbox when something happens to his comment. Neither comment nor answer is quoted."""

from accounts.domain.case_notices import Notice

_TEMPLATES = {
    "news.comment_answered.v1": ("编辑部回复了您的评论", "编辑部已回复您在一篇报道下的评论，请打开报道查看。"),
    "news.comment_shown.v1": ("您的评论已公开显示", "编辑已查看您在一篇报道下的评论，现在大家都能看到。"),
    "news.comment_reported.v1": (
        "您的评论正在核查",
        "您在一篇报道下的评论被多人举报，已暂时折叠。编辑核查后，结果会在这里通知您。",
    ),
    "news.comment_hidden.v1": (
        "您的评论已折叠",
        "经编辑核查，您在一篇报道下的评论已折叠。理由请见“我的评论”。",
    ),
    "news.comment_refused.v1": ("您的评论未通过审核", "您在一篇报道下的评论未通过审核。理由请见“我的评论”。"),
}
_OFFICIAL = Notice("您的评论有了官方答复", "部门已答复您在一篇报道下的评论，请打开报道查看。")
TYPES = tuple(_TEMPLATES)


def notice(event_type: str, *, official: bool) -> Notice:
    """The item for one event; `official`: an office has answered. Raises KeyError for a type that has no wording."""
    return _OFFICIAL if official else Notice(*_TEMPLATES[event_type])
