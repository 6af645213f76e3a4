/** Duties and history, in the words that the offices use. */
import type { Schemas } from "@/shared/api/client";
import { span } from "@/shared/time";

export type Clock = Schemas["petition.ClockView"];
export type Tone = "calm" | "soon" | "late";

export interface Due {
  words: string;
  tone: Tone;
}

/** How the offices were in touch. */
export const FINDING_TONES: Readonly<Record<string, string>> = {
  confirmed: "wait", partly: "wait", unrectified: "alert", rectified: "good", unfounded: "",
};
export const CONTACTS: Readonly<Record<string, string>> = { call: "电话联系", visit: "现场走访" };

const HOUR = 3_600_000;
const SOON = 4 * HOUR;

export const VISIBILITY: Readonly<Record<Schemas["petition.Visibility"], string>> = {
  public: "公开",
  private: "不公开（仅反映人和办理部门可见）",
  anonymous: "匿名公开",
};

/** The colour of a level of supervision, beside its name. */
export const ALARM_TONES: Readonly<Record<string, string>> = { reminder: "wait", rework: "alert", yellow: "wait", red: "alert" };

/** How long is left, or how long it is over: the words carry the meaning, the tone only the colour. */
export function due(until: string, now: number): Due {
  const rest = Date.parse(until) - now;
  if (rest < 0) return { words: `已超时${span(-rest)}`, tone: "late" };
  return { words: `还剩${span(rest)}`, tone: rest < SOON ? "soon" : "calm" };
}

/** How a limit stands: what was used of it when it has ended, what is left while it runs. */
export function standing(clock: Clock, now: number): Due {
  if (!clock.stopped_at) return due(clock.due, now);
  const used = Date.parse(clock.stopped_at) - Date.parse(clock.started_at);
  const over = Date.parse(clock.stopped_at) - Date.parse(clock.due);
  if (!clock.kept) return { words: `用时${span(used)}，超时${span(over)}`, tone: "late" };
  return { words: `用时${span(used)}，按时`, tone: "calm" };
}

export interface Stage {
  step: Schemas["petition.Step"];
  name: string;
  state: "done" | "now" | "ahead";
  clock: Clock | null;
}

const STEPS: readonly { step: Schemas["petition.Step"]; name: string; clocks: readonly string[] }[] = [
  { step: "collect", name: "收集整理", clocks: ["question", "intake"] },
  { step: "report", name: "上报通报", clocks: ["dispatch"] },
  { step: "handle", name: "调查办理", clocks: ["handling"] },
  { step: "supervise", name: "督办落实", clocks: ["approval"] },
  { step: "feedback", name: "反馈回复", clocks: ["rating"] },
];

/** The five steps with the limit of each: the running one, else the one that ended last. */
export function stages(step: Schemas["petition.Step"], ended: boolean, clocks: readonly Clock[]): Stage[] {
  const at = STEPS.findIndex((row) => row.step === step);
  return STEPS.map((row, index) => {
    const own = clocks.filter((clock) => row.clocks.includes(clock.name));
    const clock = own.find((one) => !one.stopped_at) ?? own.at(-1) ?? null;
    const begun = index <= at ? clock : null;
    if (index < at) return { ...row, state: "done", clock: begun };
    if (index > at) return { ...row, state: "ahead", clock: null };
    return { ...row, state: ended ? "done" : "now", clock: begun };
  });
}

const LENGTH = /^(?:PT(\d+)H(?:(\d+)M)?|P(\d+)D|(\d+) workdays?)$/;

/** A limit as the district's data write it: "2小时", "7个工作日". */
export function length(limit: string): string {
  const [, hours, minutes, days, workdays] = LENGTH.exec(limit) ?? [];
  if (hours) return `${hours}小时${minutes ? `${minutes}分` : ""}`;
  if (days) return `${days}天`;
  return workdays ? `${workdays}个工作日` : limit;
}

const PART: Readonly<Record<string, string>> = { facts: "查清的事实", rule: "依据", done: "已做的", next: "接下来" };

/** What makes a drafted reply look empty, as advice to who approves it. */
export function hint({ flaw, part, like }: Schemas["petition.HintView"]): string {
  const said: Readonly<Record<Schemas["petition.HintView"]["flaw"], string>> = {
    short: `“${PART[part ?? ""] ?? part ?? ""}”写得很短，请核对是否说清楚了`,
    no_date: "“接下来”没有写明时间",
    no_commitment: "“接下来”没有写明要做什么",
    copied: `与${like ? `诉求 ${like} ` : "另一件诉求"}的答复几乎相同`,
  };
  return said[flaw];
}

type Values = Readonly<Record<string, unknown>>;
type Name = (kind: "department" | "urgency" | "reason" | "place" | "clock" | "finding", code: unknown) => string;

const SAID: Readonly<Record<string, (values: Values, name: Name) => [string, string?]>> = {
  submit: () => ["反映人提交"],
  accept: (v, name) => [`受理，按“${name("urgency", v.urgency)}”办理`],
  ask: (v) => ["请反映人补充说明", text(v.text)],
  answer: (v) => ["反映人补充说明", text(v.text)],
  refuse: (v, name) => [`不予受理：${name("reason", v.code)}`, text(v.text)],
  elsewhere: (v, name) => [`告知其他渠道：${name("place", v.code)}`, text(v.text)],
  withdraw: (v) => ["反映人撤回", text(v.reason)],
  dispatch: (v, name) => [`转交${name("department", v.department)}${joining(v.co_departments, name)}`],
  return: (v, name) => [
    `${name("department", v.department)}退回，建议由${name("department", v.suggested_department)}承办`, text(v.basis),
  ],
  assign: () => ["确定承办人"],
  note: (v) => ["工作记录", text(v.text)],
  draft_reply: () => ["起草答复，送审核"],
  approve: () => ["审核通过"],
  send_back: (v) => ["退回修改", text(v.remark)],
  publish: () => ["发布答复"],
  rate: (v) => [`反映人评价：${v.solved ? "已解决" : "未解决"}${v.round ? `，退回重新办理，第${String(v.round as number)}轮` : ""}`, text(v.comment)],
  merge: (v) => [`并入${text(v.into)}`],
  unmerge: (v) => [`撤销并件，不再并入${text(v.from)}`],
  ask_redaction: (v) => ["反映人要求隐去公开内容", text(v.reason)],
  hide: (v) => [`隐去不宜公开的内容${v.files ? `，含${String(v.files as number)}个附件` : ""}`, text(v.said)],
  appeal_hiding: (v) => ["反映人对隐去提出申诉", text(v.text)],
  decide_hiding: (v) => [v.granted ? "恢复公开" : "维持隐去", text(v.answer)],
  decide_redaction: (v) => [v.granted ? "同意隐去" : "不同意隐去", text(v.answer)],
  appeal: (v) => ["反映人申诉", text(v.text)],
  decide_appeal: (v) => [v.granted ? "采纳申诉，重新受理" : "维持不予受理", text(v.answer)],
  ask_extension: (v) => [`申请延长${text(String(v.days ?? ""))}个工作日`, text(v.reason)],
  decide_extension: (v) => [v.granted ? `同意延长${text(String(v.days ?? ""))}个工作日` : "不同意延期", text(v.reason) || text(v.answer)],
  replan_clocks: () => ["节假日安排公布，重新计算办理期限"],
  remind: (v, name) => [`${name("clock", v.clock)}临近期限，系统提醒${name("department", v.unit)}`],
  yellow_card: (v, name) => [`${name("clock", v.clock)}超过期限，向${name("department", v.unit)}亮黄牌`],
  red_card: (v, name) => [`${name("clock", v.clock)}仍未完成，向${name("department", v.unit)}亮红牌`],
  report_to_leader: (v, name) => [`${name("clock", v.clock)}仍未完成，报告领导`],
  report_threshold: () => ["达到上报条件，报领导"],
  ask_press: (v, name) => [`编辑部询问${name("department", v.unit)}`, text(v.text)],
  answer_press: (v, name) => [`${name("department", v.unit)}答复编辑部`, text(v.text)],
  cover: (v) => [`有新闻报道（${text(v.article)}）`],
  uncover: (v) => [`新闻报道已撤回或不再涉及本件（${text(v.article)}）`],
  see_reports: () => ["领导已阅"],
  instruct: (v, name) => [`领导批示，由${name("department", v.unit)}落实`, text(v.text)],
  answer_instruction: (v, name) => [`${name("department", v.unit)}答复批示`, text(v.text)],
  object: (v, name) => [`提出异议，建议由${name("department", v.suggested_department)}承办`, text(v.basis)],
  rule_dispatch: (v, name) => [`督办员裁定由${name("department", v.department)}承办`, text(v.answer)],
  log_contact: (v) => [`${CONTACTS[text(v.kind)] ?? "联系"}${text(v.whom)}`, text(v.text)],
  inspect: (v, name) => [`现场督查：${name("finding", v.finding)}${v.card ? `，向${name("department", v.unit)}亮黄牌` : ""}`, text(v.text)],
  reopen: (v) => [`反映人申请重新办理，第${String(v.round ?? "")}轮`, text(v.text)],
  follow_up: (v) => ["反映人追问", text(v.text)],
  answer_follow_up: (v) => ["答复追问", text(v.text)],
  exclude: (v) => [`不计入考核：${text(v.reason)}`, text(v.text)],
  correct: (v) => ["提出更正答复", text(v.reason)],
  decide_correction: (v) => [v.granted ? "更正答复" : "不同意更正", text(v.reason) || text(v.answer)],
  report_promise: (v) => [v.kept ? "承诺已兑现" : "承诺未兑现", text(v.text)],
  answer_task: (v, name) => [`${name("department", v.unit)}答复协办任务`, text(v.text)],
  urge: (v, name) => [`督办员催办${name("department", v.unit)}`, text(v.text)],
  answer_card: (v, name) => [`${name("department", v.unit)}提交整改说明`, text(v.text)],
  import: (v) => [`由${text(v.source)}导入，原编号${text(v.ref)}`],
  expire_question: () => ["补充说明期限已过，自动办结"],
  expire_rating: () => ["评价期限已过，自动办结"],
};

export interface Told {
  what: string;
  words: string;
  by: string;
}

/** An entry of the history as a sentence; a kind that is not known here is told by its name. */
export function told(entry: Schemas["petition.EntryView"], name: Name): Told {
  const values = Object.fromEntries(Object.entries(entry.fields).map(([field, { value }]) => [field, value]));
  const [what, words = ""] = (SAID[entry.kind] ?? (() => [entry.kind]))(values, name);
  const who = entry.kind === "assign" ? values.handler : values.by;
  return { what, words, by: text(who) };
}

function joining(codes: unknown, name: Name): string {
  if (!Array.isArray(codes) || !codes.length) return "";
  return `，${codes.map((code) => name("department", code)).join("、")}协办`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
