/** A case in the words and colours of a resident's page. */
import type { Schemas } from "@/shared/api/client";
import { left, moment, span } from "@/shared/time";

type Summary = Schemas["petition.CaseSummary"];
type Case = Schemas["petition.CaseView"];
type Clock = Schemas["petition.ClockView"];

export type Tone = "good" | "wait" | "alert" | "primary" | "";

/** Answered is green, waiting for the resident is amber, at work is blue, ended otherwise is quiet. */
export function tone(item: Pick<Summary, "state" | "ending_name" | "replied_at">): Tone {
  if (item.replied_at) return "good";
  if (item.ending_name) return "";
  return item.state === "questioned" ? "wait" : "primary";
}

/** What happens next in the words of its reader: the author is spoken to, everyone else is told of him. */
export function nextOf(step: Schemas["petition.NextStep"], mine: boolean, now = new Date()): { who: string; what: string; until: string } {
  const waited = step.who === "反映人";
  const who = waited && mine ? "您" : step.who;
  const what = waited && !mine ? step.what.replace(/^请/, "") : step.what; // "请" speaks to the author
  return { who, what, until: step.until ? `${moment(step.until, now)}前${until(step)}，${left(step.until, now)}` : "" };
}

/** What stands beside a due time that rests on a year whose holidays are not published yet. */
const until = ({ provisional }: { provisional?: boolean }) => (provisional ? "（暂定）" : "");

/** Whether a limit of the case that runs may yet be planned anew. */
export const isProvisional = (item: Case) => item.clocks.some((clock) => clock.provisional && !clock.stopped_at);

export interface StepShown {
  name: string;
  what: string;
  state: "done" | "now" | "later";
  /** When it was over, or what is left. */
  when: string;
  late: boolean;
}

const STEPS: { code: Summary["step"]; name: string; what: string; clock: string }[] = [
  { code: "collect", name: "收集整理", what: "受理中心核对内容，决定是否受理", clock: "intake" },
  { code: "report", name: "上报通报", what: "转交负责部门", clock: "dispatch" },
  { code: "handle", name: "调查办理", what: "部门调查并起草答复", clock: "handling" },
  { code: "supervise", name: "督办落实", what: "由另一位负责人审核答复", clock: "approval" },
  { code: "feedback", name: "反馈回复", what: "公布答复，由您评价", clock: "rating" },
];

/** The five steps with their times and limits. A case that ended on the way shows no step after its end. */
export function steps(item: Case, now = new Date()): StepShown[] {
  const at = STEPS.findIndex((step) => step.code === item.step);
  const clocks = new Map(item.clocks.map((clock) => [clock.name, clock]));
  const ended = item.ended_at !== null;
  const shown = STEPS.map((step, index): StepShown => {
    const clock = clocks.get(step.clock);
    const last = step.code === "feedback";
    const over = index < at || (index === at && (ended || (last && item.reply !== null)));
    const state = over ? "done" : index === at ? "now" : "later";
    const answered = last && item.reply?.published_at;
    if (answered) return { ...step, state, ...replied(item, answered, now) };
    return { ...step, state, ...timing(clock, state, now) };
  });
  return ended && !item.reply ? shown.slice(0, at + 1) : shown;
}

function timing(clock: Clock | undefined, state: StepShown["state"], now: Date): { when: string; late: boolean } {
  if (!clock || state === "later") return { when: clock ? `${moment(clock.due, now)}前${until(clock)}` : "", late: false };
  if (clock.stopped_at) return { when: `${moment(clock.stopped_at, now)}完成，${used(clock)}`, late: !clock.kept };
  const late = new Date(clock.due) < now;
  return { when: state === "now" ? `${moment(clock.due, now)}前${until(clock)}，${left(clock.due, now)}` : "", late };
}

/** When the answer was published, against the limit of the whole round, and until when it can be rated. */
function replied(item: Case, at: string, now: Date): { when: string; late: boolean } {
  const overall = item.clocks.findLast(({ name, stopped_at }) => name === "overall" && stopped_at === at);
  const rating = item.clocks.findLast(({ name }) => name === "rating");
  const rest = rating && !rating.stopped_at && !item.ended_at ? `；${moment(rating.due, now)}前可评价` : "";
  return { when: `${moment(at, now)}答复${overall ? `，${used(overall)}` : ""}${rest}`, late: overall ? !overall.kept : false };
}

/** What was used of a limit that has ended, of how much, and by how much it was missed. */
function used(clock: Clock): string {
  const [began, ended, due] = [clock.started_at, clock.stopped_at ?? clock.due, clock.due].map((at) => Date.parse(at)) as [number, number, number];
  const over = clock.kept ? "" : `，超时${span(ended - due)}`;
  return `用时${span(ended - began)}，时限${span(due - began)}${over}`;
}

/** Each time that the limit was moved: why, until when, and what it was before. */
export function moved(item: Case, now = new Date()): string[] {
  const waited = `等${item.mine ? "您" : "反映人"}补充情况，办理时限顺延至`;
  const why: Record<string, string> = { extended: "经批准延期至", replanned: "节假日安排公布后，办理时限重新计算为", waited_for_resident: waited };
  const moves = item.clocks.findLast(({ name }) => name === "overall")?.moves ?? [];
  return moves.map(({ reason, before, after }) => {
    const because = reason === "extended" ? (item.extension?.reason ?? "") : "";
    return `${why[reason] ?? "办理时限调整为"}${moment(after, now)}，原定${moment(before, now)}。${because}`;
  });
}

/** How the promise of a first answer stands: kept in so many hours, running, or missed. */
export function promise(item: Case, now = new Date()): { text: string; late: boolean } | null {
  const clock = item.clocks.findLast(({ name }) => name === "first_answer");
  if (!clock) return null;
  if (clock.stopped_at && item.reply) {
    const took = span(new Date(clock.stopped_at).getTime() - new Date(clock.started_at).getTime());
    return { text: `${item.round > 1 ? "重新办理" : "提交"}后${took}得到首次答复${clock.kept ? "" : "，超过时限"}`, late: !clock.kept };
  }
  if (clock.stopped_at || item.ended_at) return null;
  const late = new Date(clock.due) < now;
  return { text: `首次答复时限：${moment(clock.due, now)}${until(clock)}，${left(clock.due, now)}`, late };
}
