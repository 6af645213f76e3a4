"""What crosses the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from accounts.domain.passwords import LONGEST as LONGEST_PASSWORD
from kit.contract import Command, Moment, Page, PageRequest, Request, View

Phone = Annotated[str, StringConstraints(min_length=1, max_length=32)]
SmsCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Username = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z][A-Za-z0-9._-]{2,31}$")]
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=LONGEST_PASSWORD)]
RefreshToken = Annotated[str, StringConstraints(min_length=1, max_length=200)]
RoleName = Annotated[str, StringConstraints(min_length=1, max_length=40)]
DepartmentCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Kind = Literal["resident", "staff"]


class RequestSmsCode(Command):
    phone: Phone = Field(title="手机号")


class SmsCodeSent(View):
    expires_in: int = Field(title="验证码有效秒数")
    retry_after: int = Field(title="多少秒后可再次获取")


class SignInByPhone(Command):
    phone: Phone = Field(title="手机号")
    code: SmsCode = Field(title="验证码")
    consent_version: str | None = Field(None, max_length=40, title="已同意的隐私政策版本")


class SignInStaff(Command):
    username: str = Field(min_length=1, max_length=64, title="用户名")
    password: Password = Field(title="密码")
    totp: SmsCode | None = Field(None, title="动态口令")
    recovery_code: str | None = Field(None, min_length=1, max_length=40, title="恢复码")


class RefreshSession(Command):
    refresh_token: RefreshToken = Field(title="刷新令牌")


class SignOut(Command):
    pass


class AccountView(View):
    """Who is signed in."""

    id: str
    kind: Kind
    roles: list[str] = Field(title="角色")
    departments: list[str] = Field(title="部门")
    nickname: str = Field(title="昵称")


class Session(View):
    """A signed-in session. The refresh token is good once: each refresh gives the next one."""

    access_token: str
    expires_in: int = Field(title="访问令牌有效秒数")
    refresh_token: str
    refresh_expires_in: int = Field(title="刷新令牌有效秒数")
    account: AccountView


class Me(AccountView):
    """The caller's own account."""

    level: int = Field(title="实名等级")
    phone: str | None = Field(title="手机号（部分隐藏）")
    username: str | None = Field(title="用户名")
    consent_version: str | None = Field(title="已同意的隐私政策版本")
    consent_needed: bool = Field(title="是否需要重新同意隐私政策")
    password_change_needed: bool = Field(title="是否需要修改初始密码")
    version: int


class UpdateMe(Command):
    nickname: str | None = Field(None, max_length=100, title="昵称")
    version: int | None = Field(None, title="版本")


class RecordConsent(Command):
    version: str = Field(min_length=1, max_length=40, title="隐私政策版本")


class ChangePassword(Command):
    current_password: Password = Field(title="当前密码")
    new_password: Password = Field(title="新密码")


class CloseAccount(Command):
    code: SmsCode = Field(title="验证码")


class PrivacyNotice(View):
    version: str = Field(title="版本")
    text: str = Field(title="正文（Markdown）")


class ListInbox(PageRequest):
    unread: bool | None = Field(None, title="只看未读")


class InboxItem(View):
    id: str
    at: Moment = Field(title="时间")
    title: str = Field(title="标题")
    text: str = Field(title="正文")
    case_no: str = Field(title="问政编号", description="empty when it is about something else")
    state: str = Field(title="当时的办理状态")
    read: bool = Field(title="是否已读")
    link: str = Field("", title="页面", description="where in the app it leads; empty: to the case")


class InboxPage(Page[InboxItem]):
    """`version` changes whenever the inbox does."""

    unread: int = Field(title="未读条数（最多计到100）")
    version: int


class MarkInboxRead(Command):
    ids: list[Annotated[str, StringConstraints(min_length=1, max_length=64)]] = Field(
        min_length=1, max_length=100, title="消息编号"
    )


class InboxState(View):
    unread: int
    version: int


class StaffView(AccountView):
    """A member of staff, as the administrator sees him."""

    username: str = Field(title="用户名")
    state: Literal["active", "dismissed"] = Field(title="状态")
    created_at: Moment = Field(title="建立时间")
    version: int


class StaffPage(Page[StaffView]):
    pass


class StaffCredentials(View):
    """Shown to the administrator once; asked for again under the same key until the first sign-in."""

    staff: StaffView
    initial_password: str = Field(title="初始密码")
    totp_secret: str = Field(title="动态口令密钥")
    totp_uri: str = Field(title="动态口令登记地址")
    recovery_codes: list[str] = Field(title="恢复码")


class CreateStaff(Command):
    username: Username = Field(title="用户名")
    name: str = Field(min_length=1, max_length=20, title="姓名")
    roles: list[RoleName] = Field(min_length=1, max_length=20, title="角色")
    departments: list[DepartmentCode] = Field(default_factory=list, max_length=100, title="部门")


class ListStaff(PageRequest):
    pass


class ListColleagues(PageRequest):
    """Who works for a department or in the newsroom now, or who these people are, those who have left too.

    One of these is asked for.
    """

    department: DepartmentCode | None = Field(None, title="部门")
    newsroom: bool = Field(False, title="编辑部")
    ids: list[Annotated[str, StringConstraints(min_length=1, max_length=64)]] = Field(
        default_factory=list, max_length=100, title="工作人员"
    )


class GetColleague(Request):
    id: str = Field(min_length=1, max_length=64, title="工作人员")


class Colleague(View):
    """A member of staff by name, as those who work with him see him."""

    id: str
    name: str
    roles: list[str]
    departments: list[str]
    working: bool = Field(description="false once he was dismissed")


class ColleaguePage(Page[Colleague]):
    pass


class UpdateStaff(Command):
    id: str = Field(min_length=1, max_length=64, title="工作人员")
    roles: list[RoleName] = Field(min_length=1, max_length=20, title="角色")
    departments: list[DepartmentCode] = Field(default_factory=list, max_length=100, title="部门")
    version: int = Field(title="版本")


class StaffCommand(Command):
    id: str = Field(min_length=1, max_length=64, title="工作人员")


class ListSignIns(PageRequest):
    pass


class SignInAttempt(View):
    id: str
    at: Moment = Field(title="时间")
    username: str = Field(title="用户名（不存在的只记长度）")
    account: str | None
    succeeded: bool = Field(title="是否成功")
    reason: str = Field(title="结果说明")
    address: str = Field(title="网络地址")


class SignInPage(Page[SignInAttempt]):
    pass


class GetMe(Request):
    pass


class GetPrivacyNotice(Request):
    pass


class SessionRevoked(View):
    """Tokens of the subject or of the session, issued until `before`, end."""

    subject: str | None = None
    session: str | None = None
    before: datetime


class AccountClosed(View):
    """The account is gone; what it made public stays without its author."""

    account: str


class StaffChanged(View):
    """Roles, departments or employment of a member of staff changed."""

    account: str
    state: Literal["active", "dismissed"]
    roles: list[str]
    departments: list[str]


EVENTS: dict[str, type[View]] = {
    "accounts.session_revoked.v1": SessionRevoked,
    "accounts.account_closed.v1": AccountClosed,
    "accounts.staff_changed.v1": StaffChanged,
}
CALLS: tuple[str, ...] = ()
