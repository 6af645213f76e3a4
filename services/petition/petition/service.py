"""The petition service: its RPC methods, events and timers."""

from nameko.timer import timer

from kit import service
from kit.clock import utcnow
from kit.contract import Empty, PageRequest
from kit.events import Event, on_event
from kit.identity import ANYONE, RESIDENT, SERVICE
from kit.outbox import Outbox
from kit.rpc.entrypoint import rpc
from kit.transfers import Chunk, FinishUpload, Picture, PutChunk, ReadPicture, StartUpload, Upload
from petition import (
    board,
    co_signing,
    contacting,
    coverage,
    desk,
    directory,
    excluding,
    feed,
    figures,
    filing,
    leaving,
    limits,
    notices,
    open311,
    open_data,
    partners,
    pictures,
    press,
    previewing,
    proving,
    rating,
    reading,
    reporting,
    rolling,
    sealing,
    similar,
    supervising,
)
from petition.contract.bans import BanAuthor, BanPage, BanView, LiftBan
from petition.contract.board import Board
from petition.contract.cases import CaseView
from petition.contract.co_signs import CoSignCase, CoSignPage, CoSignReceipt, ListCoSigns, WithdrawCoSign
from petition.contract.desk import (
    CountDeskCases,
    DeskCase,
    DeskCounts,
    DeskPage,
    FoundNumbers,
    ListDeskCases,
    ReplyTemplates,
    SearchPersonalNumbers,
)
from petition.contract.directory import Directory
from petition.contract.feed import Feed, GetFeed
from petition.contract.figures import (
    AskExclusion,
    DecideExclusion,
    ExclusionPage,
    ExclusionView,
    FigureDays,
    FigureDefinitions,
    GetFigureDays,
    GetFigures,
    ListExclusions,
    MonthFigures,
)
from petition.contract.filing import (
    AnswerQuestion,
    AppealHiding,
    AppealRefusal,
    AskRedaction,
    FollowUpReply,
    Preview,
    PreviewCase,
    RateCase,
    ReopenCase,
    SearchSimilar,
    SimilarCases,
    SubmitCase,
    UndoMerge,
    WithdrawCase,
)
from petition.contract.leaders import (
    AnswerInstruction,
    ClusterPage,
    ClusterView,
    InstructCase,
    ListClusters,
    SeeCluster,
    SeeReports,
)
from petition.contract.lists import CasePage, Front, FrontView, HitPage, ListCases, MyCasePage, Search
from petition.contract.open311 import RequestList, RequestView, SearchRequests
from petition.contract.open_data import ListOpenCases, OpenCasePage
from petition.contract.partners import (
    CreatePartner,
    FilePartnerCase,
    FinishPartnerUpload,
    GetPartner,
    PartnerKey,
    PartnerName,
    PartnerPage,
    PartnerView,
    PutPartnerChunk,
    RevokePartner,
    StartPartnerUpload,
)
from petition.contract.pictures import CasePicture, Uploaded
from petition.contract.press import AnswerPress, AskPress, PressStanding
from petition.contract.proof import DayPage, DayView, History, OneDay, Proof
from petition.contract.shapes import CaseReceipt, OneCase
from petition.contract.steps import (
    AcceptCase,
    AddNote,
    AnswerCard,
    AnswerFollowUp,
    AnswerTask,
    ApproveReply,
    AskAuthor,
    AskExtension,
    AssignCase,
    CorrectReply,
    DecideAppeal,
    DecideCorrection,
    DecideExtension,
    DecideHiding,
    DecideRedaction,
    DispatchCase,
    DraftReply,
    HideWords,
    InspectCase,
    LogContact,
    MergeCase,
    ObjectToDispatch,
    PublishReply,
    ReferElsewhere,
    RefuseCase,
    ReportPromise,
    ReturnCase,
    RuleDispatch,
    SendBackReply,
    UnmergeCase,
    UrgeCase,
)
from petition.parts import PetitionParts

TIMER_SECONDS = 10


class PetitionService(service.Service):
    """Cases from their filing to their rating."""

    name = "petition"

    parts = PetitionParts()
    outbox = Outbox("cases", "co_signs", "tellings")

    @rpc(allow={ANYONE})
    def get_directory(self, request: Empty) -> Directory:
        """Towns, departments, categories and all else that forms and filters offer."""
        return directory.get_directory(self.parts.rules)

    @rpc(allow={ANYONE})
    def get_preview(self, request: PreviewCase) -> Preview:
        """What others would read of a draft."""
        return previewing.get_preview(self.parts.rules, request)

    @rpc(allow={RESIDENT})
    def submit_case(self, request: SubmitCase) -> CaseReceipt:
        """Files a case; the same request makes one, however often it comes."""
        return filing.submit_case(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def list_cases(self, request: ListCases) -> CasePage:
        """Cases that everyone may see, newest first."""
        return reading.list_cases(self.parts, request)

    @rpc(allow={ANYONE})
    def search(self, request: Search) -> HitPage:
        """Cases that everyone may see, by words of what the public reads of them, newest first."""
        return reading.search(self.parts, request)

    @rpc(allow={ANYONE})
    def search_similar(self, request: SearchSimilar) -> SimilarCases:
        """Public cases that are like a draft: open ones, and published replies."""
        return similar.search_similar(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def front(self, request: Front) -> FrontView:
        """What the home page shows of the petition."""
        return reading.front(self.parts, request)

    @rpc(allow={ANYONE})
    def get_case(self, request: OneCase) -> CaseView:
        """A case as the caller may see it; its author sees more."""
        return reading.get_case(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_history(self, request: OneCase) -> History:
        """The chain of commitments of a case, with what the caller may read of it."""
        return reading.get_history(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_proof(self, request: OneCase) -> Proof:
        """The same chain with the paths that lead from it to the roots of the days in which it changed."""
        return proving.get_proof(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def list_proof_days(self, request: PageRequest) -> DayPage:
        """The chain of days, each with the root over the cases that changed in it, newest first."""
        return proving.list_proof_days(self.parts, request)

    @rpc(allow={ANYONE})
    def get_proof_day(self, request: OneDay) -> DayView:
        """The record of one day."""
        return proving.get_proof_day(self.parts, request)

    @rpc(allow={RESIDENT})
    def list_my_cases(self, request: PageRequest) -> MyCasePage:
        """What the caller filed, newest first."""
        return reading.list_my_cases(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def answer_question(self, request: AnswerQuestion) -> CaseReceipt:
        """The author answers intake's question."""
        return filing.answer_question(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def withdraw_case(self, request: WithdrawCase) -> CaseReceipt:
        """The author takes his case back."""
        return filing.withdraw_case(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def reopen_case(self, request: ReopenCase) -> CaseReceipt:
        """The author has a closed case handled again."""
        return rating.reopen_case(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def follow_up_reply(self, request: FollowUpReply) -> CaseReceipt:
        """The author asks about the reply."""
        return rating.follow_up_reply(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def rate_case(self, request: RateCase) -> CaseReceipt:
        """The author rates the answer; who has joined rates it for himself."""
        return rating.rate_case(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def ask_redaction(self, request: AskRedaction) -> CaseReceipt:
        """The author wants passages of his taken out of what the public reads."""
        return filing.ask_redaction(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def appeal_refusal(self, request: AppealRefusal) -> CaseReceipt:
        """The author has a supervisor look at a refusal."""
        return filing.appeal_refusal(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def appeal_hiding(self, request: AppealHiding) -> CaseReceipt:
        """The author has a supervisor look at what was hidden of his case."""
        return filing.appeal_hiding(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def undo_merge(self, request: UndoMerge) -> CaseReceipt:
        """The author takes his case out of the one that it was merged into."""
        return filing.undo_merge(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def co_sign_case(self, request: CoSignCase) -> CoSignReceipt:
        """Joins an open case that somebody else filed."""
        return co_signing.co_sign_case(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def withdraw_co_sign(self, request: WithdrawCoSign) -> CoSignReceipt:
        """Takes a co-sign back."""
        return co_signing.withdraw_co_sign(self.parts, request, self.caller)

    @rpc(allow={RESIDENT})
    def list_my_co_signs(self, request: PageRequest) -> CasePage:
        """The cases that the caller has joined, the latest first."""
        return co_signing.list_my_co_signs(self.parts, request, self.caller)

    @rpc(allow={"clerk", "handler", "approver", "supervisor", "leader"})
    def list_co_signs(self, request: ListCoSigns) -> CoSignPage:
        """What those who joined a case wrote, the latest first."""
        return co_signing.list_co_signs(self.parts, request, self.caller)

    @rpc(allow={"clerk", "handler", "approver", "supervisor", "leader"})
    def list_desk_cases(self, request: ListDeskCases) -> DeskPage:
        """What waits for the caller, what is due next first; of the watched cases the worst first."""
        return desk.list_desk_cases(self.parts, request, self.caller)

    @rpc(allow={"clerk", "handler", "approver", "supervisor", "leader"})
    def get_desk_counts(self, request: CountDeskCases) -> DeskCounts:
        """How much waits in each queue of the caller."""
        return desk.get_desk_counts(self.parts, request, self.caller)

    @rpc(allow={"clerk", "handler", "approver", "supervisor", "leader"})
    def get_desk_case(self, request: OneCase) -> DeskCase:
        """A case with all that the offices know."""
        return desk.get_desk_case(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def get_reply_templates(self, request: OneCase) -> ReplyTemplates:
        """Texts from which the reply to a case may begin."""
        return desk.get_reply_templates(self.parts, request, self.caller)

    @rpc(allow={"clerk", "supervisor", "handler", "approver"})
    def search_personal_numbers(self, request: SearchPersonalNumbers) -> FoundNumbers:
        """Personal numbers in words that are about to be published."""
        return desk.search_personal_numbers(self.parts, request)

    @rpc(allow={"clerk"})
    def accept_case(self, request: AcceptCase) -> CaseReceipt:
        """Intake takes the case and lets its words through."""
        return desk.accept_case(self.parts, request, self.caller)

    @rpc(allow={"clerk"})
    def ask_author(self, request: AskAuthor) -> CaseReceipt:
        """Intake asks the author."""
        return desk.ask_author(self.parts, request, self.caller)

    @rpc(allow={"clerk"})
    def refuse_case(self, request: RefuseCase) -> CaseReceipt:
        """Intake refuses, with a reason."""
        return desk.refuse_case(self.parts, request, self.caller)

    @rpc(allow={"clerk"})
    def refer_elsewhere(self, request: ReferElsewhere) -> CaseReceipt:
        """Intake says where else to turn."""
        return desk.refer_elsewhere(self.parts, request, self.caller)

    @rpc(allow={"clerk", "supervisor"})
    def dispatch_case(self, request: DispatchCase) -> CaseReceipt:
        """Gives the case to a department in charge."""
        return desk.dispatch_case(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def return_case(self, request: ReturnCase) -> CaseReceipt:
        """The department sends a wrong dispatch back."""
        return desk.return_case(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def object_to_dispatch(self, request: ObjectToDispatch) -> CaseReceipt:
        """The department objects to a case that was returned before; a supervisor will rule."""
        return desk.object_to_dispatch(self.parts, request, self.caller)

    @rpc(allow={"supervisor"})
    def rule_dispatch(self, request: RuleDispatch) -> CaseReceipt:
        """A supervisor rules where the case belongs; it cannot be returned then."""
        return desk.rule_dispatch(self.parts, request, self.caller)

    @rpc(allow={"handler", "approver"})
    def assign_case(self, request: AssignCase) -> CaseReceipt:
        """The department names its handler."""
        return desk.assign_case(self.parts, request, self.caller)

    @rpc(allow={"clerk", "supervisor", "handler", "approver"})
    def add_note(self, request: AddNote) -> CaseReceipt:
        """Notes progress, public or internal."""
        return desk.add_note(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def draft_reply(self, request: DraftReply) -> CaseReceipt:
        """The department writes its answer."""
        return desk.draft_reply(self.parts, request, self.caller)

    @rpc(allow={"approver"})
    def approve_reply(self, request: ApproveReply) -> CaseReceipt:
        """A second person stands for the answer."""
        return desk.approve_reply(self.parts, request, self.caller)

    @rpc(allow={"approver", "supervisor"})
    def send_back_reply(self, request: SendBackReply) -> CaseReceipt:
        """The approver, or the supervisor, wants a better answer."""
        return desk.send_back_reply(self.parts, request, self.caller)

    @rpc(allow={"handler", "approver"})
    def publish_reply(self, request: PublishReply) -> CaseReceipt:
        """The approved answer is published."""
        return desk.publish_reply(self.parts, request, self.caller)

    @rpc(allow={"clerk"})
    def merge_case(self, request: MergeCase) -> CaseReceipt:
        """Intake merges the case into another that asks the same."""
        return desk.merge_case(self.parts, request, self.caller)

    @rpc(allow={"clerk"})
    def unmerge_case(self, request: UnmergeCase) -> CaseReceipt:
        """Intake takes a merged case out again."""
        return desk.unmerge_case(self.parts, request, self.caller)

    @rpc(allow={"clerk"})
    def decide_redaction(self, request: DecideRedaction) -> CaseReceipt:
        """Intake takes out what the author wants out, or says why it stays."""
        return desk.decide_redaction(self.parts, request, self.caller)

    @rpc(allow={"clerk", "supervisor"})
    def hide_words(self, request: HideWords) -> CaseReceipt:
        """Takes out of what the public sees what should not be there, without being asked."""
        return desk.hide_words(self.parts, request, self.caller)

    @rpc(allow={"supervisor"})
    def decide_hiding(self, request: DecideHiding) -> CaseReceipt:
        """Another supervisor upholds what was hidden, or has it public again."""
        return desk.decide_hiding(self.parts, request, self.caller)

    @rpc(allow={"supervisor"})
    def decide_appeal(self, request: DecideAppeal) -> CaseReceipt:
        """A supervisor upholds a refusal, or has intake take the case up again."""
        return desk.decide_appeal(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def ask_extension(self, request: AskExtension) -> CaseReceipt:
        """The department asks for more working days."""
        return desk.ask_extension(self.parts, request, self.caller)

    @rpc(allow={"approver"})
    def decide_extension(self, request: DecideExtension) -> CaseReceipt:
        """An approver who did not ask decides about more working days."""
        return desk.decide_extension(self.parts, request, self.caller)

    @rpc(allow={"supervisor"})
    def urge_case(self, request: UrgeCase) -> CaseReceipt:
        """A supervisor urges the office in charge."""
        return supervising.urge_case(self.parts, request, self.caller)

    @rpc(allow={"clerk", "handler", "approver"})
    def answer_card(self, request: AnswerCard) -> CaseReceipt:
        """The office that a card was given to says what it has put right."""
        return supervising.answer_card(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def answer_task(self, request: AnswerTask) -> CaseReceipt:
        """A co-department answers its task."""
        return desk.answer_task(self.parts, request, self.caller)

    @rpc(allow={"handler", "approver"})
    def answer_follow_up(self, request: AnswerFollowUp) -> CaseReceipt:
        """The department answers what the author asked about its reply."""
        return desk.answer_follow_up(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def correct_reply(self, request: CorrectReply) -> CaseReceipt:
        """The department says what its published reply should say."""
        return desk.correct_reply(self.parts, request, self.caller)

    @rpc(allow={"approver"})
    def decide_correction(self, request: DecideCorrection) -> CaseReceipt:
        """Somebody else publishes the correction, or not."""
        return desk.decide_correction(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def report_promise(self, request: ReportPromise) -> CaseReceipt:
        """The department says what became of what its reply promised."""
        return desk.report_promise(self.parts, request, self.caller)

    @rpc(allow={"leader"})
    def see_reports(self, request: SeeReports) -> CaseReceipt:
        """A leader has looked at what the case was reported for."""
        return reporting.see_reports(self.parts, request, self.caller)

    @rpc(allow={"leader"})
    def instruct_case(self, request: InstructCase) -> CaseReceipt:
        """A leader says what he wants done, and until when."""
        return reporting.instruct_case(self.parts, request, self.caller)

    @rpc(allow={"clerk", "handler", "approver"})
    def answer_instruction(self, request: AnswerInstruction) -> CaseReceipt:
        """The office in charge answers a leader's instruction."""
        return reporting.answer_instruction(self.parts, request, self.caller)

    @rpc(allow={SERVICE})
    def ask_press(self, request: AskPress) -> PressStanding:
        """The newsroom asks the office in charge, and reads how that stands."""
        return press.ask_press(self.parts, request, self.caller)

    @rpc(allow={"clerk", "handler", "approver"})
    def answer_press(self, request: AnswerPress) -> CaseReceipt:
        """The office in charge answers the newsroom."""
        return press.answer_press(self.parts, request, self.caller)

    @rpc(allow={"leader", "supervisor"})
    def get_board(self, request: Empty) -> Board:
        """How things stand now: open work, what is late, and what waits for leaders."""
        return board.get_board(self.parts)

    @rpc(allow={"leader", "supervisor"})
    def list_clusters(self, request: ListClusters) -> ClusterPage:
        """Cases of one kind that were reported together, the latest first."""
        return reporting.list_clusters(self.parts, request)

    @rpc(allow={"leader"})
    def see_cluster(self, request: SeeCluster) -> ClusterView:
        """A leader has looked at a cluster."""
        return reporting.see_cluster(self.parts, request, self.caller)

    @rpc(allow={"handler"})
    def log_contact(self, request: LogContact) -> CaseReceipt:
        """Writes down a call or a visit, public or for the offices."""
        return contacting.log_contact(self.parts, request, self.caller)

    @rpc(allow={"supervisor"})
    def inspect_case(self, request: InspectCase) -> CaseReceipt:
        """Writes down what a supervisor found at the place; what is unresolved may have to be put right."""
        return supervising.inspect_case(self.parts, request, self.caller)

    @rpc(allow={"supervisor"})
    def ban_author(self, request: BanAuthor) -> CaseReceipt:
        """Keeps the author of a case from submitting for some days."""
        return limits.ban_author(self.parts, request, self.caller)

    @rpc(allow={"supervisor"})
    def list_bans(self, request: PageRequest) -> BanPage:
        """All bans, the latest first."""
        return limits.list_bans(self.parts, request)

    @rpc(allow={"supervisor"})
    def lift_ban(self, request: LiftBan) -> BanView:
        """Lifts a ban before its end."""
        return limits.lift_ban(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_figures(self, request: GetFigures) -> MonthFigures:
        """三率 and the other figures of a month, for the district or by town, category or department."""
        return figures.get_figures(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_figure_days(self, request: GetFigureDays) -> FigureDays:
        """The figures of the whole district, day by day."""
        return figures.get_figure_days(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_figure_definitions(self, request: Empty) -> FigureDefinitions:
        """What each figure counts, in all versions."""
        return figures.get_figure_definitions(self.parts.rules)

    @rpc(allow={ANYONE})
    def list_open_cases(self, request: ListOpenCases) -> OpenCasePage:
        """The open data of a month: public cases as rows of facts, without personal data."""
        return open_data.list_open_cases(self.parts, request)

    @rpc(allow={"supervisor"})
    def ask_exclusion(self, request: AskExclusion) -> ExclusionView:
        """A supervisor asks that a case be taken out of the rates."""
        return excluding.ask_exclusion(self.parts, request, self.caller)

    @rpc(allow={"supervisor", "administrator"})
    def decide_exclusion(self, request: DecideExclusion) -> ExclusionView:
        """A second person decides whether a case is taken out of the rates."""
        return excluding.decide_exclusion(self.parts, request, self.caller)

    @rpc(allow={"supervisor", "administrator", "leader"})
    def list_exclusions(self, request: ListExclusions) -> ExclusionPage:
        """All exclusions that were asked for, the latest first."""
        return excluding.list_exclusions(self.parts, request)

    @rpc(allow={RESIDENT, "handler", "supervisor"})
    def start_upload(self, request: StartUpload) -> Upload:
        """Begins the upload of a picture."""
        return pictures.start_upload(self.parts, request, self.caller)

    @rpc(allow={RESIDENT, "handler", "supervisor"})
    def put_chunk(self, request: PutChunk) -> Chunk:
        """Takes one chunk of an upload."""
        return pictures.put_chunk(self.parts, request, self.caller)

    @rpc(allow={RESIDENT, "handler", "supervisor"})
    def finish_upload(self, request: FinishUpload) -> Uploaded:
        """Makes a picture or PDF of what was uploaded."""
        return pictures.finish_upload(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def read_picture(self, request: ReadPicture) -> CasePicture:
        """A piece of a picture that the caller may see."""
        return pictures.read_picture(self.parts, request, self.caller)

    @rpc(allow={ANYONE})
    def get_feed(self, request: GetFeed) -> Feed:
        """The newest public cases and replies, of all or of a town or department."""
        return feed.get_feed(self.parts, request)

    @rpc(allow={ANYONE})
    def search_requests(self, request: SearchRequests) -> RequestList:
        """Public cases by when they were filed, as open data."""
        return open311.search_requests(self.parts, request)

    @rpc(allow={ANYONE})
    def get_request(self, request: OneCase) -> RequestView:
        """A public case as open data."""
        return open311.get_request(self.parts, request)

    @rpc(allow={ANYONE})
    def get_partner(self, request: GetPartner) -> PartnerName:
        """Whose program a key belongs to."""
        return partners.get_partner(self.parts, request)

    @rpc(allow={ANYONE})
    def file_partner_case(self, request: FilePartnerCase) -> CaseReceipt:
        """Files a case by a partner's key; the same form makes one case."""
        return partners.file_partner_case(self.parts, request)

    @rpc(allow={ANYONE})
    def start_upload_of_partner(self, request: StartPartnerUpload) -> Upload:
        """Begins the upload of a picture by a partner's key."""
        return partners.start_upload(self.parts, request)

    @rpc(allow={ANYONE})
    def put_chunk_of_partner(self, request: PutPartnerChunk) -> Chunk:
        """Takes one chunk of a partner's upload."""
        return partners.put_chunk(self.parts, request)

    @rpc(allow={ANYONE})
    def finish_upload_of_partner(self, request: FinishPartnerUpload) -> Picture:
        """Makes a picture of what a partner uploaded."""
        return partners.finish_upload(self.parts, request)

    @rpc(allow={"administrator", "supervisor"})
    def create_partner(self, request: CreatePartner) -> PartnerKey:
        """Lets a partner's program file cases; its key is shown this once."""
        return partners.create_partner(self.parts, request, self.caller)

    @rpc(allow={"administrator", "supervisor"})
    def list_partners(self, request: PageRequest) -> PartnerPage:
        """All partners, the latest first."""
        return partners.list_partners(self.parts, request)

    @rpc(allow={"administrator", "supervisor"})
    def revoke_partner(self, request: RevokePartner) -> PartnerView:
        """Ends what a partner's key allows."""
        return partners.revoke_partner(self.parts, request, self.caller)

    @on_event(queue="petition.account_closures", types=("accounts.account_closed.v1",))
    def forget_author(self, event: Event) -> None:
        """Removes a closed account from its cases."""
        leaving.forget_author(self.parts, event.data["account"])

    @on_event(queue=notices.QUEUE, types=notices.TYPES)
    def tell_co_signers(self, event: Event) -> None:
        """Tells those who have joined a case what happened to it."""
        notices.tell_co_signers(self.parts, event)

    @on_event(queue=reporting.QUEUE, types=reporting.TYPES)
    def report_to_leaders(self, event: Event) -> None:
        """Brings what has reached a threshold to the leaders' board."""
        reporting.report(self.parts, event)

    @on_event(queue=coverage.QUEUE, types=coverage.TYPES)
    def follow_coverage(self, event: Event) -> None:
        """Notes which cases a report of the newsroom's names now."""
        coverage.follow(self.parts, event)

    @on_event(queue="petition.merged_authors", types=("petition.case_merged.v1", "petition.case_unmerged.v1"))
    def follow_merge(self, event: Event) -> None:
        """Has the author of a merged case follow the one that it was merged into."""
        co_signing.follow_merge(self.parts, event.data["no"])

    @timer(interval=TIMER_SECONDS)
    def end_limits(self) -> None:
        """Closes what its resident left open; one process at a time."""
        if self.parts.limits_lease.take():
            rating.end_limits(self.parts, utcnow())
            pictures.forget_uploads(self.parts)
            pictures.forget_unused(self.parts)

    @timer(interval=TIMER_SECONDS)
    def roll_figures(self) -> None:
        """Has the figures follow the cases; one process at a time."""
        if self.parts.figures_lease.take():
            rolling.roll(self.parts, utcnow())

    @timer(interval=TIMER_SECONDS)
    def count_board(self) -> None:
        """Keeps the leaders' board counted; one process at a time."""
        if self.parts.board_lease.take():
            board.count_board(self.parts)

    @timer(interval=TIMER_SECONDS)
    def escalate(self) -> None:
        """Records what the clocks have brought about; one process at a time."""
        if self.parts.escalation_lease.take():
            supervising.escalate(self.parts, utcnow())

    @timer(interval=TIMER_SECONDS)
    def seal_days(self) -> None:
        """Puts the days that have ended under their roots; one process at a time."""
        if self.parts.sealing_lease.take():
            sealing.seal_days(self.parts, utcnow(), self.parts.sealing_lease.take)
