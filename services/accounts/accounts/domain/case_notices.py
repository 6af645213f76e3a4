"""What a resident reads in the inbox when his case moves: what happened, and what comes next."""

from typing import NamedTuple


class Notice(NamedTuple):
    title: str
    text: str


_TEMPLATES = {
    "petition.case_submitted.v1": ("已收到您反映的问题", "{case}已提交。受理人员将先审核内容，结果会在这里通知您。"),
    "petition.case_accepted.v1": ("您反映的问题已受理", "{case}已受理。接下来将转交负责部门办理。"),
    "petition.case_questioned.v1": (
        "请补充情况",
        "{case}需要补充情况。请打开详情作答；逾期未答复，该件将办结。",
    ),
    "petition.case_refused.v1": ("您反映的问题未予受理", "{case}未予受理。理由和其他办理途径请见详情。"),
    "petition.case_elsewhere.v1": ("请向其他机构反映", "{case}不属于本区办理范围。应向何处反映，请见详情。"),
    "petition.case_dispatched.v1": ("已转交负责部门", "{case}已转交负责部门调查办理。办理结果会在这里通知您。"),
    "petition.case_returned.v1": ("正在重新确定负责部门", "{case}正在重新确定负责部门，办理期限不变。"),
    "petition.case_extended.v1": ("办理期限已延长", "{case}经批准延长办理期限。理由和新的期限请见详情。"),
    "petition.case_replied.v1": ("负责部门已答复", "{case}已有答复。请查看，并告诉我们问题是否解决。"),
    "petition.case_rated.v1": ("感谢您的评价", "{case}的评价已收到。如问题仍未解决，可在期限内申请重新办理。"),
    "petition.case_reopened.v1": (
        "您反映的问题正在重新办理",
        "{case}已进入新一轮办理，重新计算时限。原来的答复和评价保留，可随时在详情中查看。",
    ),
    "petition.case_follow_up_answered.v1": ("负责部门已答复您的追问", "{case}的追问已有答复。请查看后评价。"),
    "petition.case_promise_reported.v1": ("承诺事项有了结果", "{case}的答复中承诺的事项已反馈结果，请见详情。"),
    "petition.case_reply_corrected.v1": ("答复已更正", "{case}的答复有更正。更正原因和更正前的内容请见详情。"),
    "petition.case_covered.v1": (
        "新闻报道了您反映的问题",
        "{case}有了新闻报道，请在详情的“相关报道”中查看。办理结果仍会在这里通知您。",
    ),
    "petition.case_closed.v1": (
        "您反映的问题已办结",
        "{case}已办结：期限内没有收到您的补充或评价。办理过程可随时在详情中查看。",
    ),
    "petition.case_withdrawn.v1": ("您已撤回", "{case}已按您的要求撤回，不再办理。"),
    "petition.case_merged.v1": (
        "已并入同类诉求",
        "{case}与另一件诉求相同，已并入一起办理。那一件有答复会通知您，您可以单独评价；如不是同一件事，请在期限内打开详情撤销。",
    ),
    "petition.case_unmerged.v1": ("已单独办理", "{case}不再与其他诉求合并，继续单独办理，原时限不变。"),
    "petition.case_redacted.v1": ("已按您的要求隐去内容", "{case}公开的内容已按您的要求隐去。"),
    "petition.case_redaction_refused.v1": ("隐去内容的要求未采纳", "{case}的公开内容没有改动。原因请见详情。"),
    "petition.case_hidden.v1": (
        "公开内容有调整",
        "{case}公开的内容中有不宜公开的部分，已不再公开，办理不受影响。理由请见详情；不同意的，可在期限内申诉。",
    ),
    "petition.case_hiding_lifted.v1": ("申诉已采纳", "{case}隐去的内容已恢复公开。"),
    "petition.case_hiding_upheld.v1": ("申诉未采纳", "{case}的公开内容维持调整。理由请见详情。"),
    "petition.case_appeal_granted.v1": ("申诉已采纳", "{case}将重新受理。接下来由受理中心确定办理类别。"),
    "petition.case_appeal_rejected.v1": ("申诉未采纳", "{case}维持不予受理。理由请见详情。"),
}
TYPES = tuple(_TEMPLATES)

_FOR_CO_SIGNERS = {
    "petition.case_covered.v1": ("新闻报道了附议的问题", "{case}有了新闻报道，请在详情的“相关报道”中查看。"),
    "petition.case_reopened.v1": ("附议的问题正在重新办理", "{case}已进入新一轮办理，重新计算时限。"),
    "petition.case_promise_reported.v1": ("承诺事项有了结果", "{case}的答复中承诺的事项已反馈结果，请见详情。"),
    "petition.case_reply_corrected.v1": ("答复已更正", "{case}的答复有更正。更正原因和更正前的内容请见详情。"),
    "petition.case_dispatched.v1": ("附议的问题已转交", "{case}已转交负责部门调查办理。办理结果会在这里通知您。"),
    "petition.case_returned.v1": ("正在重新确定负责部门", "{case}正在重新确定负责部门，办理期限不变。"),
    "petition.case_extended.v1": ("办理期限已延长", "{case}经批准延长办理期限。理由和新的期限请见详情。"),
    "petition.case_replied.v1": (
        "附议的问题已答复",
        "{case}已有答复。请查看，并告诉我们您的问题是否解决；您的评价单独记录。",
    ),
    "petition.case_refused.v1": ("附议的问题未予受理", "{case}未予受理。理由和其他办理途径请见详情。"),
    "petition.case_elsewhere.v1": ("请向其他机构反映", "{case}不属于本区办理范围。应向何处反映，请见详情。"),
    "petition.case_merged.v1": (
        "附议的问题已并入同类诉求",
        "{case}与另一件诉求相同，已并入一起办理。您的附议随之转到那一件，有答复会通知您，您可以单独评价。",
    ),
    "petition.case_unmerged.v1": ("附议的问题单独办理", "{case}不再与其他诉求合并，继续单独办理，您的附议保留。"),
    "petition.case_withdrawn.v1": (
        "附议的问题已撤回",
        "{case}已由反映人撤回，不再办理。如您仍有同样的问题，可以另行反映。",
    ),
}


def notice(event_type: str, no: str) -> Notice:
    """The item for one event about the case with this number. Raises KeyError for a type that has no wording."""
    heading, text = _TEMPLATES[event_type]
    return Notice(heading, text.format(case=f"您反映的问题（{no}）"))


def notice_for_co_signers(event_type: str, no: str) -> Notice | None:
    """The item for those who joined the case; None for an event that they are not told of."""
    if event_type not in _FOR_CO_SIGNERS:
        return None
    heading, text = _FOR_CO_SIGNERS[event_type]
    return Notice(heading, text.format(case=f"您附议的问题（{no}）"))
