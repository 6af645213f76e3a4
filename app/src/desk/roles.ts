/** Which rooms of the desk a member of staff has work in, by his roles. */
import { TABS as ARTICLES } from "./articles/writing";
import { TABS as INVESTIGATIONS } from "./investigations/investigating";
import { TIP_TABS } from "./tips";

export type Queue = "intake" | "waiting" | "handling" | "review" | "answered" | "requests" | "watched" | "tasks" | "promises" | "reported" | "instructed" | "covered" | "press";

export interface Tab {
  /** Empty: all that the reader works from. */
  queue: Queue | "";
  name: string;
}

const NAMES: Record<Queue, string> = {
  intake: "受理转办",
  waiting: "待补充",
  handling: "办理中",
  review: "审核发布",
  answered: "已答复",
  requests: "申请",
  watched: "督办",
  tasks: "协办",
  promises: "承诺",
  reported: "上报",
  instructed: "批示",
  covered: "报道",
  press: "采访",
};
const INTAKE: Queue[] = ["intake", "waiting", "requests"];
const LEADER: Queue[] = ["watched", "reported", "instructed", "covered", "press"];
const OFFICE: Queue[] = ["handling", "review", "answered"];
const HANDLER: Queue[] = ["handling", "tasks", "review", "answered", "promises"];
const EDITORS = ["editor", "duty_editor", "chief_editor"];
const NEWSROOM = ["reporter", ...EDITORS];

export const ROLE_NAMES: Readonly<Record<string, string>> = {
  clerk: "受理员",
  handler: "承办人",
  approver: "审核人",
  supervisor: "督办员",
  leader: "领导",
  reporter: "记者",
  editor: "编辑",
  duty_editor: "值班编辑",
  chief_editor: "总编辑",
  hub_operator: "办事大厅运营员",
  local_editor: "本地生活编辑",
  merchant: "商家",
  administrator: "系统管理员",
};

/** The queues that the roles work from, the one with the most pressing work first. */
export function tabsOf(roles: readonly string[]): Tab[] {
  const has = (role: string) => roles.includes(role);
  if (has("supervisor")) return [{ queue: "", name: "全部" }, ...named([...LEADER, ...INTAKE, ...OFFICE])];
  const office = has("handler") ? HANDLER : has("approver") ? ["review" as const, "handling" as const, "answered" as const] : [];
  const owing = (has("clerk") || office.length) && !has("leader") ? ["instructed" as const, "press" as const] : [];
  return named([...(has("clerk") ? INTAKE : []), ...office, ...owing, ...(has("leader") ? LEADER : [])]);
}

export function worksOnCases(roles: readonly string[]): boolean {
  return tabsOf(roles).length > 0;
}

export function supervises(roles: readonly string[]): boolean {
  return roles.includes("supervisor");
}

/** Who lets programs of other offices file cases. */
export function admitsPartners(roles: readonly string[]): boolean {
  return roles.includes("administrator") || supervises(roles);
}

/** Who reads what is brought to the leaders' board. */
export function leads(roles: readonly string[]): boolean {
  return roles.includes("leader") || supervises(roles);
}

/** Who reads what is asked to be taken out of the rates, and who may decide about it. */
export function readsExclusions(roles: readonly string[]): boolean {
  return decidesExclusions(roles) || roles.includes("leader");
}
export function decidesExclusions(roles: readonly string[]): boolean {
  return supervises(roles) || roles.includes("administrator");
}

export function worksOnArticles(roles: readonly string[]): boolean {
  return NEWSROOM.some((role) => roles.includes(role));
}

/** Who reviews, publishes and looks at comments. */
export function editsArticles(roles: readonly string[]): boolean {
  return NEWSROOM.some((role) => role !== "reporter" && roles.includes(role));
}

/** Who speaks below articles for an office, or lets others speak. */
export function worksOnComments(roles: readonly string[]): boolean {
  return editsArticles(roles) || roles.includes("handler") || roles.includes("approver");
}

/** Who warns the public. */
export function issuesAlerts(roles: readonly string[]): boolean {
  return roles.includes("duty_editor") || roles.includes("chief_editor");
}

export interface Room {
  /** The name of its route. */
  to: string;
  name: string;
  /** The addresses that are in it. */
  within: RegExp;
  /** The lists in it in which work waits, as the service names them. */
  waits?: readonly string[];
}

const waitsIn = (lists: readonly { waits?: string }[]) => lists.flatMap(({ waits }) => waits ?? []);

const ROOMS: readonly (Room & { works: (roles: readonly string[]) => boolean })[] = [
  { to: "board", name: "看板", within: /^\/board/, works: leads },
  { to: "cases", name: "诉求", within: /^\/(cases|clusters)/, works: worksOnCases },
  { to: "exclusions", name: "剔除", within: /^\/exclusions/, works: readsExclusions },
  { to: "bans", name: "限制提交", within: /^\/bans/, works: supervises },
  { to: "partners", name: "接入方", within: /^\/partners/, works: admitsPartners },
  { to: "articles", name: "稿件", within: /^\/articles/, works: worksOnArticles, waits: waitsIn(ARTICLES) },
  { to: "media", name: "媒体库", within: /^\/media/, works: worksOnArticles, waits: ["rights_expiring"] },
  { to: "alerts", name: "预警", within: /^\/alerts/, works: worksOnArticles },
  { to: "front", name: "头条", within: /^\/front/, works: editsArticles },
  { to: "comments", name: "评论", within: /^\/comments/, works: worksOnComments, waits: ["comments_waiting", "comments_reported"] },
  { to: "tips", name: "爆料", within: /^\/tips/, works: editsArticles, waits: waitsIn(TIP_TABS) },
  { to: "bundles", name: "同一事项", within: /^\/bundles/, works: editsArticles, waits: ["bundles"] },
  { to: "investigations", name: "调查", within: /^\/investigations/, works: worksOnArticles, waits: waitsIn(INVESTIGATIONS) },
];

/** The rooms that the bar leads to. */
export function roomsOf(roles: readonly string[]): readonly Room[] {
  return ROOMS.filter(({ works }) => works(roles));
}

/** Where someone begins the day; the account's page for who has no work here yet. */
export function firstRoom(roles: readonly string[]): "board" | "cases" | "articles" | "account" {
  if (roles.includes("leader")) return "board";
  if (worksOnCases(roles)) return "cases";
  return worksOnArticles(roles) ? "articles" : "account";
}

/** What a role without a room of its own can do now: said plainly. */
export function withoutRoom(roles: readonly string[]): string[] {
  const said: Readonly<Record<string, string>> = {
    hub_operator: "办事事项目前通过接口更新（修改事项说明、时限和链接），工作台页面正在建设。",
    local_editor: "生活指南和游玩内容目前通过接口更新，工作台页面正在建设。",
    administrator: "人员账号的新建、授权、停用和登录审计目前通过接口办理，工作台页面正在建设。",
    merchant: "商家入驻和信息维护正在建设，目前没有可办理的事项。",
  };
  return roles.flatMap((role) => said[role] ?? []);
}

function named(queues: readonly Queue[]): Tab[] {
  return queues.map((queue) => ({ queue, name: NAMES[queue] }));
}
