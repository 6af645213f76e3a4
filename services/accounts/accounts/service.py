"""The index of accounts: what it answers, and what it listens to."""

from accounts import colleagues, contract, inbox, residents, sessions, sms_codes, staff, staff_sign_in, taking_back
from accounts.domain import comment_notices, tip_notices
from accounts.domain.case_notices import TYPES
from accounts.domain.roles import NEWSROOM
from accounts.parts import AccountsParts
from kit import service  # the module: nameko runs every service class that it finds in a namespace
from kit.clock import utcnow
from kit.contract import Nothing
from kit.events import Event, on_event
from kit.identity import ANYONE, RESIDENT, SERVICE, STAFF
from kit.outbox import Outbox
from kit.rpc.entrypoint import rpc

ADMINISTRATOR = "administrator"


class AccountsService(service.Service):
    """Who you are: residents, staff, roles, sessions, inbox."""

    name = "accounts"

    parts = AccountsParts()
    outbox = Outbox("people", "sessions")

    @rpc(allow={ANYONE})
    def request_sms_code(self, request: contract.RequestSmsCode) -> contract.SmsCodeSent:
        """Sends a sign-in code to a mobile number."""
        return sms_codes.request_sms_code(self.parts, request, self.caller.client_ip, utcnow())

    @rpc(allow={ANYONE})
    def sign_in_by_phone(self, request: contract.SignInByPhone) -> contract.Session:
        """Signs a resident in by the code sent to his number; the first time makes his account."""
        return residents.sign_in_by_phone(self.parts, request, utcnow())

    @rpc(allow={ANYONE})
    def sign_in_staff(self, request: contract.SignInStaff) -> contract.Session:
        """Signs a member of staff in by password and second factor."""
        return staff_sign_in.sign_in_staff(self.parts, request, self.caller.client_ip, utcnow())

    @rpc(allow={ANYONE})
    def refresh_session(self, request: contract.RefreshSession) -> contract.Session:
        """Exchanges a refresh token for the next tokens."""
        return sessions.refresh_session(self.parts, request, utcnow())

    @rpc(allow={RESIDENT, STAFF})
    def sign_out(self, request: contract.SignOut) -> Nothing:
        """Ends this session."""
        sessions.sign_out(self.parts, self.caller, utcnow())
        self.outbox.wake()
        return Nothing()

    @rpc(allow={RESIDENT, STAFF})
    def sign_out_everywhere(self, request: contract.SignOut) -> Nothing:
        """Ends all of the caller's sessions."""
        sessions.sign_out_everywhere(self.parts, self.caller, utcnow())
        self.outbox.wake()
        return Nothing()

    @rpc(allow={RESIDENT, STAFF})
    def get_me(self, request: contract.GetMe) -> contract.Me:
        """The caller's own account."""
        return residents.get_me(self.parts, self.caller)

    @rpc(allow={RESIDENT})
    def update_me(self, request: contract.UpdateMe) -> contract.Me:
        """Changes the caller's nickname."""
        return residents.update_me(self.parts, request, self.caller, utcnow())

    @rpc(allow={RESIDENT})
    def record_consent(self, request: contract.RecordConsent) -> contract.Me:
        """Notes that the caller agrees to the current privacy notice."""
        return residents.record_consent(self.parts, request, self.caller, utcnow())

    @rpc(allow={ANYONE})
    def get_privacy_notice(self, request: contract.GetPrivacyNotice) -> contract.PrivacyNotice:
        """The privacy notice in force."""
        return self.parts.notice

    @rpc(allow={RESIDENT})
    def close_account(self, request: contract.CloseAccount) -> Nothing:
        """Closes the caller's account and removes his personal data."""
        residents.close_account(self.parts, request, self.caller, utcnow())
        self.outbox.wake()
        return Nothing()

    @rpc(allow={RESIDENT})
    def list_inbox(self, request: contract.ListInbox) -> contract.InboxPage:
        """What the caller was told about his cases."""
        return inbox.list_inbox(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def mark_inbox_read(self, request: contract.MarkInboxRead) -> contract.InboxState:
        """Marks items of the caller's inbox as read."""
        return inbox.mark_inbox_read(self.parts, request, self.caller)

    @rpc(allow={STAFF})
    def change_password(self, request: contract.ChangePassword) -> contract.Me:
        """Sets a new password; all sessions end."""
        answer = staff_sign_in.change_password(self.parts, request, self.caller, utcnow())
        self.outbox.wake()
        return answer

    @rpc(allow={ADMINISTRATOR})
    def create_staff(self, request: contract.CreateStaff) -> contract.StaffCredentials:
        """Makes an account for a member of staff."""
        return staff.create_staff(self.parts, request, self.caller, utcnow())

    @rpc(allow={ADMINISTRATOR})
    def reset_staff_credentials(self, request: contract.StaffCommand) -> contract.StaffCredentials:
        """Gives new credentials to somebody who lost his."""
        answer = staff.reset_staff_credentials(self.parts, request, self.caller, utcnow())
        self.outbox.wake()
        return answer

    @rpc(allow={ADMINISTRATOR})
    def list_staff(self, request: contract.ListStaff) -> contract.StaffPage:
        """All members of staff, the dismissed too."""
        return staff.list_staff(self.parts, request)

    @rpc(allow={"clerk", "handler", "approver", "supervisor", "leader", *NEWSROOM})
    def list_colleagues(self, request: contract.ListColleagues) -> contract.ColleaguePage:
        """Staff by name, for those who work on cases or in the newsroom."""
        return colleagues.list_colleagues(self.parts, request, self.caller)

    @rpc(allow={SERVICE})
    def get_colleague(self, request: contract.GetColleague) -> contract.Colleague:
        """A member of staff in service, for a service that gives him work."""
        return colleagues.get_colleague(self.parts, request)

    @rpc(allow={ADMINISTRATOR})
    def update_staff(self, request: contract.UpdateStaff) -> contract.StaffView:
        """Gives a member of staff other roles and departments."""
        answer = staff.update_staff(self.parts, request, self.caller, utcnow())
        self.outbox.wake()
        return answer

    @rpc(allow={ADMINISTRATOR})
    def dismiss_staff(self, request: contract.StaffCommand) -> contract.StaffView:
        """Ends somebody's service; all his sessions end at once."""
        answer = staff.dismiss_staff(self.parts, request, self.caller, utcnow())
        self.outbox.wake()
        return answer

    @rpc(allow={ADMINISTRATOR})
    def list_sign_ins(self, request: contract.ListSignIns) -> contract.SignInPage:
        """The audit of staff sign-ins."""
        return staff.list_sign_ins(self.parts, request)

    @on_event(queue=inbox.QUEUE, types=TYPES)
    def take_case_notice(self, event: Event) -> None:
        """Tells the author what happened to his case."""
        inbox.take_case_notice(self.parts, event)

    @on_event(queue=inbox.CO_SIGNERS_QUEUE, types=inbox.CO_SIGNERS_TYPES)
    def take_co_signers_notice(self, event: Event) -> None:
        """Tells those who joined a case what happened to it."""
        inbox.take_co_signers_notice(self.parts, event)

    @on_event(queue=inbox.FOLLOWERS_QUEUE, types=inbox.FOLLOWERS_TYPES)
    def take_followers_notice(self, event: Event) -> None:
        """Tells those who follow a column or town what is published there."""
        inbox.take_followers_notice(self.parts, event)

    @on_event(queue=inbox.ECHOES_QUEUE, types=inbox.ECHOES_TYPES)
    def take_echo_notice(self, event: Event) -> None:
        """Tells those who follow 回音壁 what happened to the cases of a report."""
        inbox.take_echo_notice(self.parts, event)

    @on_event(queue=taking_back.WITHDRAWN_QUEUE, types=taking_back.WITHDRAWN_TYPES)
    def take_back_article(self, event: Event) -> None:
        """Takes back what inboxes say of a withdrawn article."""
        taking_back.hear_of_withdrawal(self.parts, event)

    @on_event(queue=taking_back.HEADLINES_QUEUE, types=taking_back.HEADLINES_TYPES)
    def correct_headline(self, event: Event) -> None:
        """Has inboxes say the headline that an article has now."""
        taking_back.hear_of_headline(self.parts, event)

    @on_event(queue=taking_back.RETITLED_QUEUE, types=taking_back.RETITLED_TYPES)
    def take_back_title(self, event: Event) -> None:
        """Takes back what inboxes say by a title of a case that is public no more."""
        taking_back.hear_of_title(self.parts, event)

    @on_event(queue=inbox.TIPS_QUEUE, types=tip_notices.TYPES)
    def take_tip_notice(self, event: Event) -> None:
        """Tells who sent a tip what happened to it."""
        inbox.take_tip_notice(self.parts, event)

    @on_event(queue=inbox.COMMENTS_QUEUE, types=comment_notices.TYPES)
    def take_comment_notice(self, event: Event) -> None:
        """Tells the author of a comment what happened to it."""
        inbox.take_comment_notice(self.parts, event)
