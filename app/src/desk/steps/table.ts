/** Every step that the offices take on a case: what it asks, where it is sent, what is said when it is done. One row each. */
import type { Schemas } from "@/shared/api/client";
import { keyOf } from "@/shared/supervision";
import { moment } from "@/shared/time";

import type { Directory } from "../directory";
import type { Values } from "../drafts";
import { length } from "../words";
import { stretch } from "./masks";
import { unfilled } from "./templates";

/** A step that the service offers. The page passes over those that have no row here. */
export type Action = string;
export type Case = Schemas["petition.DeskCase"];

export interface Option {
  code: string;
  name: string;
  hint?: string;
}

export interface Field {
  name: string;
  label: string;
  /** words: free text; one: a choice that is seen whole; department(s): a choice out of many; person; time; day: a date to come; yes: a tick; masks; pictures; withheld: the author's files that the public does not see; files: a choice of those that it sees; tasks; pledges. */
  kind: "words" | "one" | "department" | "departments" | "person" | "time" | "day" | "yes" | "masks" | "pictures" | "withheld" | "files" | "tasks" | "pledges";
  min?: number;
  max?: number;
  rows?: number;
  hint?: string;
  optional?: boolean;
  options?: (directory: Directory, found: Case) => Option[];
  /** Whether it is asked at all, by what else is filled in. */
  when?: (values: Values) => boolean;
  /** Whether it is asked at all, by what the case is. */
  applies?: (found: Case) => boolean;
  /** Whether everyone will read it, always or by what else is filled in. */
  published?: boolean | ((values: Values) => boolean);
  /** Words of others that may be taken over, each under the name of its button. */
  offers?: (found: Case) => { name: string; words: string }[];
  /** What of the value is sent. */
  take?: (value: unknown, values: Values) => unknown;
  /** Whether nothing of a template may be left to fill in. */
  filled?: boolean;
  /** Words to begin from, when the reader wants them. */
  base?: (found: Case) => string;
}

export interface Step {
  action: Action;
  /** The last word of its address; empty where it has an address of its own (`sending.ts`). */
  word: string;
  name: string;
  button: string;
  /** What is said when it is done. */
  said: string;
  /** lead: what the state waits for; other: what may be done instead; beside: what leaves the case where it is. */
  rank: "lead" | "other" | "beside";
  danger?: boolean;
  explains?: string;
  /** Whether its fields may begin from a template. */
  templates?: boolean;
  fields: readonly Field[];
  begin?: (found: Case) => Values;
}

const words = (name: string, label: string, more: Partial<Field> = {}): Field => ({
  name, label, kind: "words", min: 5, max: 1000, rows: 3, ...more,
});
const reply = (name: string, label: string, hint: string): Field => words(name, label, { max: 3000, rows: 4, hint, filled: true, published: true });

export const STEPS: readonly Step[] = [
  {
    action: "accept", word: "accept", name: "受理", button: "受理", said: "已受理", rank: "lead",
    fields: [
      { name: "urgency", label: "办理类别", kind: "one", options: urgencies },
      words("publish_text", "公开正文", {
        max: 5000, rows: 5, optional: true, hint: "不填则公开原文。改写后，其中的手机号、证件号等会自动遮盖。", base: (found) => found.text,
      }),
      { name: "masks", label: "公开时遮盖", kind: "masks", when: (values) => isEmpty(plain(values.publish_text)) },
      { name: "withheld", label: "附件是否公开", kind: "withheld", optional: true, applies: (found) => found.visibility !== "private" },
    ],
    begin: (found) => ({ urgency: found.proposed_urgency, masks: found.proposed_masks.map(stretch) }),
  },
  {
    action: "dispatch", word: "dispatch", name: "转办", button: "转交部门", said: "已转交", rank: "lead",
    fields: [
      { name: "department", label: "主办部门", kind: "department" },
      { name: "co_departments", label: "协办部门", kind: "departments", max: 8, optional: true },
      {
        name: "tasks", label: "协办任务", kind: "tasks", optional: true, when: (values) => joining(values).length > 0,
        take: (value, values) => given(value, joining(values)),
      },
    ],
    begin: (found) => ({ department: found.hops.at(-1)?.suggested_department?.code ?? found.proposed_department }),
  },
  {
    action: "draft_reply", word: "reply", name: "答复", button: "提交审核", said: "答复已送审核", rank: "lead", templates: true,
    fields: [
      { ...reply("facts", "查清的事实", "现场看到什么、核实了什么"), offers: answers },
      reply("rule", "依据", "按哪项规定或计划办理"),
      reply("done", "已做的", "已经完成的办理工作"),
      reply("next", "接下来", "后续安排、时间和联系方式"),
      { name: "promises", label: "承诺", kind: "pledges", max: 5, optional: true, published: true, take: pledges, hint: "发布后到期前会提醒反馈，结果公开" },
    ],
    begin: (found) => found.draft && { facts: found.draft.facts, rule: found.draft.rule, done: found.draft.done, next: found.draft.next, promises: found.draft.pledges.map(({ text, due }) => ({ text, day: due.slice(0, 10) })) } || {},
  },
  {
    action: "approve", word: "approve", name: "审核", button: "审核通过", said: "答复已审核通过", rank: "lead",
    explains: "通过后由本部门发布，反映人即可看到答复。", fields: [],
  },
  {
    action: "publish", word: "publish", name: "发布", button: "发布答复", said: "答复已发布", rank: "lead",
    explains: "发布后反映人会收到通知；公开的诉求所有人可见。", fields: [],
  },
  {
    action: "ask", word: "ask", name: "请补充", button: "发出提问", said: "已请反映人补充", rank: "other",
    explains: "等待补充的时间不计入办理时限，合计最多5个工作日。", fields: [words("text", "请反映人补充什么")],
  },
  {
    action: "send_back", word: "send-back", name: "退回修改", button: "退回修改", said: "已退回修改", rank: "other",
    explains: "办理时限不变。", fields: [words("remark", "修改意见", { min: 2 })],
  },
  {
    action: "return", word: "return", name: "退回", button: "退回受理中心", said: "已退回受理中心", rank: "other",
    explains: "每件只能退回一次，总办理时限不变。",
    fields: [words("basis", "退回依据", { published: true }), { name: "suggested_department", label: "建议承办部门", kind: "department" }],
  },
  {
    action: "object", word: "object", name: "提出异议", button: "报督办员裁定", said: "异议已报督办员", rank: "other",
    explains: "这件已退回过一次，不能再退回。认为仍不属于本部门的，由督办员裁定；裁定前请继续办理，总办理时限不变。",
    fields: [words("basis", "异议依据", { published: true }), { name: "suggested_department", label: "建议承办部门", kind: "department" }],
  },
  {
    action: "rule_dispatch", word: "rule-dispatch", name: "裁定承办部门", button: "裁定", said: "已裁定承办部门", rank: "lead",
    explains: "裁定后不能再退回。裁定给其他部门的，直接转交；裁定和理由公开。",
    fields: [{ name: "department", label: "承办部门", kind: "department" }, words("answer", "裁定理由", { published: true })],
    begin: (found) => ({ department: found.department?.code ?? "" }),
  },
  {
    action: "refuse", word: "refuse", name: "不予受理", button: "不予受理", said: "已告知不予受理", rank: "other", danger: true,
    fields: [
      { name: "reason", label: "理由", kind: "one", options: reasons },
      words("text", "向反映人说明", { published: true, hint: "理由、依据和建议会一并告知反映人。" }),
    ],
  },
  {
    action: "elsewhere", word: "elsewhere", name: "其他渠道", button: "告知其他渠道", said: "已告知其他渠道", rank: "other", danger: true,
    fields: [{ name: "where", label: "应当向谁反映", kind: "one", options: places }, words("text", "向反映人说明", { published: true })],
  },
  {
    action: "decide_redaction", word: "redact", name: "隐去内容", button: "提交决定", said: "已答复隐去内容的要求", rank: "beside",
    explains: "反映人要求隐去公开内容中的文字。同意后，公众页面和办理历史中都不再显示，办理人员仍能看到原文。",
    fields: [
      { name: "granted", label: "同意隐去", kind: "yes", hint: "不勾选即不同意" },
      words("answer", "向反映人说明", { min: 2, max: 500 }),
    ],
    begin: () => ({ granted: true }),
  },
  {
    action: "hide", word: "hide", name: "隐去不宜公开", button: "隐去", said: "已隐去，反映人已收到通知", rank: "beside", danger: true,
    explains: "公开内容中有不宜公开的文字或附件时使用。立即从公众页面、搜索、订阅和核验文件中隐去，办理人员和反映人仍能看到；反映人可以向督办员申诉。",
    fields: [
      words("passages", "要隐去的文字", { min: 1, max: 2000, rows: 2, optional: true, hint: "每行一处，与公开的原文一致", take: lines }),
      { name: "files", label: "要隐去的附件", kind: "files", optional: true },
      { name: "reason", label: "理由", kind: "one", options: ({ withholding_reasons }) => withholding_reasons },
      words("text", "向反映人说明", { max: 500 }),
    ],
  },
  {
    action: "decide_hiding", word: "rule-hiding", name: "隐去申诉", button: "提交决定", said: "已答复申诉", rank: "beside",
    explains: "反映人不同意隐去。采纳后恢复公开；不采纳则维持。由未经手隐去的督办员决定。",
    fields: [
      { name: "granted", label: "采纳申诉，恢复公开", kind: "yes", hint: "不勾选即维持隐去" },
      words("answer", "向反映人说明", { min: 2, max: 500 }),
    ],
    begin: () => ({ granted: false }),
  },
  {
    action: "decide_appeal", word: "rule", name: "申诉", button: "提交决定", said: "已答复申诉", rank: "lead",
    explains: "采纳后退回受理中心重新受理，不能再次不予受理；不采纳则维持原决定。",
    fields: [
      { name: "granted", label: "采纳申诉，重新受理", kind: "yes", hint: "不勾选即维持不予受理" },
      words("answer", "向反映人说明"),
    ],
    begin: () => ({ granted: false }),
  },
  {
    action: "merge", word: "merge", name: "并件", button: "并入", said: "已并入另一件", rank: "other",
    explains: "反映人会收到通知，跟进另一件的办理，可在期限内撤销。",
    fields: [words("into", "并入的诉求编号", { min: 5, max: 30, rows: 1, hint: "另一件须已受理、公开且尚未办结" })],
  },
  {
    action: "unmerge", word: "unmerge", name: "撤销并件", button: "撤销并件", said: "已单独办理", rank: "other",
    explains: "恢复到并件前的环节，原时限不变。", fields: [],
  },
  {
    action: "decide_extension", word: "decide-extension", name: "延期审批", button: "提交决定", said: "已审批延期申请", rank: "other",
    explains: "同意后总办理时限和调查办理时限顺延，理由和新的期限向反映人公开，原定期限保留。",
    fields: [
      { name: "granted", label: "同意延期", kind: "yes", hint: "不勾选即不同意" },
      words("answer", "审批意见", { min: 0, max: 500, optional: true }),
    ],
    begin: () => ({ granted: true }),
  },
  {
    action: "ask_extension", word: "extension", name: "申请延期", button: "提交申请", said: "已申请延期", rank: "other",
    explains: "须在到期前至少1个工作日申请，由本部门审核人审批，批准一次为限，不超过原时限的长度。",
    fields: [
      { name: "days", label: "延长几个工作日", kind: "one", options: () => [1, 2, 3, 5, 7, 10, 15].map((days) => ({ code: String(days), name: `${days}个` })) },
      words("reason", "延期理由", { published: true, max: 500, hint: "批准后向反映人公开。" }),
    ],
  },
  {
    action: "answer_card", word: "answer-card", name: "整改说明", button: "提交整改说明", said: "整改说明已公开", rank: "beside",
    explains: "说明为什么超期、已经采取什么措施。提交后和督办牌一起公开；同一时限的黄牌一并答复。",
    fields: [
      { name: "card", label: "督办牌", kind: "one", options: (_, found) => cards(found) },
      words("text", "整改说明", { published: true, min: 10, max: 2000, rows: 4 }),
    ],
    begin: (found) => ({ card: cards(found)[0]?.code ?? "" }),
  },
  {
    action: "answer_task", word: "answer-task", name: "协办答复", button: "提交协办意见", said: "协办意见已交主办部门", rank: "lead",
    explains: "由主办部门汇总到答复中，反映人不会直接看到。",
    fields: [
      { name: "task", label: "协办任务", kind: "one", options: (_, found) => owed(found) },
      words("text", "协办意见", { max: 3000, rows: 4, hint: "核实了什么、做了什么、何时完成" }),
    ],
    begin: (found) => ({ task: owed(found)[0]?.code ?? "" }),
  },
  {
    action: "answer_follow_up", word: "answer-follow-up", name: "答复追问", button: "答复反映人", said: "已答复反映人", rank: "lead",
    explains: "追问和答复只有反映人和办理人员可见；答复后反映人的评价时间重新计算。",
    fields: [words("text", "追问答复", { max: 3000, rows: 3 })],
  },
  {
    action: "decide_correction", word: "decide-correction", name: "审核更正", button: "提交决定", said: "已审核更正", rank: "lead",
    explains: "同意后更正公开，更正前的内容和原因一并保留。",
    fields: [
      { name: "granted", label: "同意更正", kind: "yes", hint: "不勾选即不同意，答复不变" },
      words("answer", "审核意见", { min: 0, max: 500, optional: true }),
    ],
    begin: () => ({ granted: false }),
  },
  {
    action: "correct", word: "correct", name: "更正答复", button: "提交审核", said: "更正已送审核", rank: "other",
    explains: "由本部门另一位审核人同意后公开，更正前的内容和原因一并保留。",
    fields: [
      reply("facts", "查清的事实", "现场看到什么、核实了什么"),
      reply("rule", "依据", "按哪项规定或计划办理"),
      reply("done", "已做的", "已经完成的办理工作"),
      reply("next", "接下来", "后续安排、时间和联系方式"),
      words("reason", "更正原因", { published: true, max: 500, hint: "公开" }),
    ],
    begin: (found) => found.reply && { facts: found.reply.facts, rule: found.reply.rule, done: found.reply.done, next: found.reply.next } || {},
  },
  {
    action: "report_promise", word: "report-promise", name: "反馈承诺", button: "公开完成情况", said: "承诺的完成情况已公开", rank: "beside",
    fields: [
      { name: "promise", label: "承诺事项", kind: "one", options: (_, found) => promised(found) },
      { name: "kept", label: "已经兑现", kind: "yes", hint: "不勾选即未兑现，请说明原因和新的安排" },
      words("text", "完成情况", { published: true, max: 2000 }),
    ],
    begin: (found) => ({ promise: promised(found)[0]?.code ?? "", kept: true }),
  },
  {
    action: "log_contact", word: "contact", name: "联系走访", button: "记入办理记录", said: "已记入办理记录", rank: "beside",
    fields: [
      { name: "kind", label: "方式", kind: "one", options: () => [{ code: "call", name: "电话联系" }, { code: "visit", name: "现场走访" }] },
      { name: "at", label: "时间", kind: "time" },
      words("whom", "联系对象", { min: 2, max: 50, rows: 1, hint: "写身份即可，如“反映人”“物业负责人”，不写姓名和电话" }),
      words("place", "地点", { min: 0, max: 100, rows: 1, optional: true, when: isVisit }),
      words("text", "情况和结果", { max: 2000, hint: "了解到什么、商定了什么" }),
      { name: "pictures", label: "现场照片", kind: "pictures", max: 9, optional: true, when: isVisit, hint: "请避免拍到人脸、车牌和门牌" },
      { name: "public", label: "公开这条记录", kind: "yes", hint: "主办部门的公开记录算作首次回复，反映人和公众可见，号码自动遮盖。" },
    ],
    begin: () => ({ kind: "call", at: localTime(Date.now()), public: false }),
  },
  {
    action: "answer_instruction", word: "answer-instruction", name: "答复批示", button: "报领导", said: "批示已答复", rank: "beside",
    explains: "落实情况报领导，公众看到已答复，看不到内容。",
    fields: [
      { name: "instruction", label: "批示", kind: "one", options: (_, found) => instructions(found) },
      words("text", "落实情况", { max: 3000, rows: 4, hint: "做了什么、何时完成、还差什么" }),
    ],
    begin: (found) => ({ instruction: instructions(found)[0]?.code ?? "" }),
  },
  {
    action: "answer_press", word: "answer-press", name: "答复采访", button: "答复编辑部", said: "已答复编辑部", rank: "beside",
    explains: "答复交编辑部，可能在报道中公开，号码自动遮盖；诉求页面只显示已答复。",
    fields: [
      { name: "question", label: "采访问题", kind: "one", options: (_, found) => pressed(found) },
      words("text", "答复", { max: 3000, rows: 4, hint: "查清了什么、怎么办、什么时候办好" }),
    ],
    begin: (found) => ({ question: pressed(found)[0]?.code ?? "" }),
  },
  {
    action: "instruct", word: "instruct", name: "批示", button: "批示", said: "批示已交办理单位", rank: "lead",
    explains: "办理单位在“批示”中看到并答复；公众看到领导已批示和期限，看不到内容。总办理时限不变，超过批示期限的亮牌督办。",
    fields: [
      words("text", "批示内容", { min: 2, max: 1000, rows: 4 }),
      { name: "day", label: "办理期限", kind: "day", hint: "到这个工作日下班前" },
    ],
  },
  {
    action: "see_reports", word: "see-reports", name: "阅知", button: "已阅", said: "已阅", rank: "beside",
    explains: "不作批示，移出“上报”。", fields: [],
  },
  {
    action: "inspect", word: "inspection", name: "现场督查", button: "记入督查记录", said: "已记入督查记录", rank: "beside",
    fields: [
      { name: "finding", label: "督查结论", kind: "one", options: ({ findings }) => findings },
      { name: "at", label: "时间", kind: "time" },
      words("whom", "督查人员", { min: 2, max: 50, rows: 1, hint: "写身份即可，如“督查组2人，会同属地”，不写姓名和电话" }),
      words("place", "地点", { min: 2, max: 100, rows: 1 }),
      words("text", "督查情况", { max: 2000, hint: "现场看到什么、还差什么" }),
      { name: "pictures", label: "现场照片", kind: "pictures", max: 9, optional: true, hint: "请避免拍到人脸、车牌和门牌" },
      { name: "public", label: "公开这条记录", kind: "yes", hint: "反映人和公众可见，号码自动遮盖。" },
      { name: "demand", label: "要求整改", kind: "yes", when: isUnresolved, hint: "向主办部门亮黄牌，须提交整改说明；督查记录须同时公开。" },
    ],
    begin: (found) => ({ at: localTime(Date.now()), place: found.place, public: true, demand: false }),
  },
  {
    action: "urge", word: "urge", name: "催办", button: "催办", said: "已催办", rank: "beside",
    explains: "办理单位在队列和诉求中看到催办；公众看到催办的时间，看不到内容。每件每天一次。",
    fields: [words("text", "催办意见", { min: 2, max: 500 })],
  },
  {
    action: "ask_exclusion", word: "", name: "申请剔除", button: "提交申请", said: "剔除申请已提交", rank: "beside",
    explains: "由另一位督办员或管理员决定。同意后不计入各项比率，理由公开；说明只有办理人员可见。",
    fields: [
      { name: "reason", label: "剔除理由", kind: "one", options: (directory) => directory.exclusion_reasons.map(({ code, name, text }) => ({ code, name, hint: text })) },
      words("text", "说明", { max: 500, hint: "为什么符合这条理由" }),
    ],
  },
  {
    action: "ban_author", word: "ban", name: "限制提交", button: "限制提交", said: "已限制反映人提交", rank: "beside", danger: true,
    explains: "到期前反映人不能再提交或附议，提交时会看到原因和恢复时间。不会显示他是谁。",
    fields: [
      words("reason", "原因", { max: 200 }),
      { name: "days", label: "天数", kind: "one", options: () => [3, 7, 30, 90, 365].map((days) => ({ code: String(days), name: `${days}天` })) },
    ],
  },
  {
    action: "assign", word: "assign", name: "指定承办人", button: "指定", said: "已指定承办人", rank: "beside",
    fields: [{ name: "handler", label: "承办人", kind: "person" }],
    begin: (found) => ({ handler: found.handler ?? "" }),
  },
  {
    action: "note", word: "note", name: "记录", button: "添加记录", said: "已记录", rank: "beside",
    fields: [
      words("text", "工作记录", { min: 2, max: 2000, published: (values) => values.public === true }),
      { name: "public", label: "公开这条记录", kind: "yes", hint: "承办部门的公开记录算作首次回复，反映人和公众可见。" },
    ],
    begin: () => ({ public: false }),
  },
];

/** The steps by which a department parts with a case. */
export const AWAY: readonly Action[] = ["return", "object"];

/** The steps that can be taken now, what the state waits for first. */
export function offered(found: Case, now: number): Step[] {
  const kept = isKept(found, now);
  return STEPS.filter(({ action }) => found.may.includes(action) && !(kept && AWAY.includes(action)));
}

/** Whether it is too late to send the case back, or to object to it. */
export function isKept(found: Case, now: number): boolean {
  const window = found.clocks.findLast((clock) => clock.name === "returning");
  return !window || !!window.stopped_at || Date.parse(window.due) < now;
}

function lines(value: unknown): string[] {
  return typeof value === "string" ? value.split("\n").map((line) => line.trim()).filter(Boolean) : [];
}

const UNRESOLVED: readonly unknown[] = ["confirmed", "partly", "unrectified"];

function isUnresolved(values: Values): boolean {
  return UNRESOLVED.includes(values.finding);
}

function isVisit(values: Values): boolean {
  return values.kind === "visit";
}

const BEIJING = 8 * 3_600_000;

/** An instant as a field of date and time has it, by Beijing's clock. */
export function localTime(at: number): string {
  return new Date(at + BEIJING).toISOString().slice(0, 16);
}

/** The fields that are asked, by what is filled in. */
export function asked(step: Step, values: Values): Field[] {
  return step.fields.filter((field) => field.when?.(values) ?? true);
}

/** What keeps the form from being sent, by field. */
export function wanting(step: Step, values: Values): Map<string, string> {
  const found = asked(step, values).map((field): [string, string] => [field.name, lacks(field, values[field.name])]);
  return new Map(found.filter(([, message]) => message));
}

/** The values as the service takes them: what is optional and empty is left out. */
export function sent(step: Step, values: Values): Values {
  const entries = asked(step, values).map((field): [string, unknown] => [field.name, taken(field, plain(values[field.name]), values)]);
  return Object.fromEntries(entries.filter(([name, value]) => !(isEmpty(value) && step.fields.find((f) => f.name === name)?.optional)));
}

function lacks(field: Field, value: unknown): string {
  const given = plain(value);
  if (isEmpty(given)) return field.optional || field.kind === "yes" || field.kind === "masks" ? "" : `请${field.kind === "words" ? "填写" : "选择"}${field.label}`;
  if (field.kind !== "words" || typeof given !== "string") return "";
  if (given.length < (field.min ?? 0)) return `${field.label}至少${field.min}个字`;
  const left = field.filled ? unfilled(given) : [];
  if (left.length) return `请补全“${left[0] ?? ""}”${left.length > 1 ? `等${left.length}处` : ""}，再提交`;
  return given.length > (field.max ?? Infinity) ? `${field.label}最多${field.max}个字` : "";
}

function plain(value: unknown): unknown {
  return typeof value === "string" ? value.trim() : value;
}

function taken(field: Field, value: unknown, values: Values): unknown {
  if (field.take) return field.take(value, values);
  return field.kind === "time" && value ? `${String(value)}:00+08:00` : value;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);
}

/** A task as it is written at the dispatch. */
export interface Given {
  department: string;
  text: string;
  due?: string;
}

/** The departments that join in, as far as they are chosen. */
export function joining(values: Values): string[] {
  return Array.isArray(values.co_departments) ? (values.co_departments as string[]) : [];
}

function given(value: unknown, departments: readonly string[]): Given[] {
  const rows = Array.isArray(value) ? (value as Given[]) : [];
  const written = rows.filter((row) => departments.includes(row.department) && row.text.trim());
  return written.map(({ department, text, due }) => ({ department, text: text.trim(), ...(due ? { due } : {}) }));
}

function owed(found: Case): Option[] {
  const mine = found.tasks.filter((task) => task.mine);
  return mine.map((task) => ({ code: String(task.number), name: task.text, hint: task.due ? `${moment(task.due)}前` : "未设期限" }));
}

function instructions(found: Case): Option[] {
  return found.desk_instructions.filter(({ mine }) => mine).map(({ number, text, due }) => ({ code: String(number), name: text, hint: `${moment(due)}前` }));
}

function pressed(found: Case): Option[] {
  return (found.desk_press ?? []).filter(({ mine }) => mine).map(({ number, text, due }) => ({ code: String(number), name: text, hint: `${moment(due)}前` }));
}

function promised(found: Case): Option[] {
  return found.promises.filter(({ mine }) => mine).map(({ number, text, due }) => ({ code: String(number), name: text, hint: `${moment(due)}前` }));
}

/** A promise as it is written with the reply. */
export interface Pledge {
  text: string;
  day: string;
}

/** The promises that say something; what is half filled in is sent, so that the service says what is missing. */
function pledges(value: unknown): Pledge[] {
  const rows = Array.isArray(value) ? (value as Pledge[]) : [];
  return rows.map(({ text, day }) => ({ text: text.trim(), day })).filter(({ text, day }) => text || day);
}

function answers(found: Case): { name: string; words: string }[] {
  return found.tasks.flatMap(({ department, answer }) =>
    answer ? [{ name: `引用${department.name}意见`, words: `${department.name}：${answer.text}` }] : [],
  );
}

function cards(found: Case): Option[] {
  const later = new Map(found.cards.filter((card) => card.mine).map((card) => [keyOf(card), card])); // it answers the earlier too
  const open = [...later.values()];
  return open.map((card) => ({ code: String(card.number), name: `${card.level_name} · ${card.clock.name}`, hint: moment(card.fell_at) }));
}

function urgencies(directory: Directory): Option[] {
  return directory.urgencies.map(({ code, name, limit }) => ({ code, name, hint: length(limit) }));
}

function reasons(directory: Directory): Option[] {
  return directory.refusal_reasons.map(({ code, name, basis, advice }) => ({ code, name, hint: `依据：${basis}。${advice}` }));
}

function places(directory: Directory): Option[] {
  return directory.places_to_turn.map(({ code, name, matters, contact }) => ({ code, name, hint: `${matters} · ${contact}` }));
}
