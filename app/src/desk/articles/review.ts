/** The steps of an article between its writing and its readers: what each is called, and what is said with it. */
import { api, ask, once, type Schemas } from "@/shared/api/client";

import { moment } from "@/shared/time";

import type { Values } from "../drafts";

export type Receipt = Schemas["news.ArticleReceipt"];
export type Remark = Schemas["news.RemarkView"];

export interface Step {
  action: string;
  /** On the button that begins it, and on the one that does it. */
  name: string;
  sure: string;
  /** What is to be said with it; empty: nothing. */
  asks: string;
  needed: boolean;
  /** Whether single blocks can be remarked on. */
  remarks?: boolean;
  /** The field of a time that is set with it. */
  time?: "at" | "until";
  tone: "" | "primary" | "danger" | "quiet";
  done: string;
}

export const STEPS: readonly Step[] = [
  { action: "approve", name: "通过", sure: "审核通过", asks: "审核意见（可不填）", needed: false, tone: "primary", done: "已通过" },
  { action: "return", name: "退回", sure: "退回修改", asks: "总的意见", needed: false, remarks: true, tone: "", done: "已退回，采写人会看到意见" },
  { action: "submit", name: "送审", sure: "确认送审", asks: "送审说明（可不填）", needed: false, tone: "primary", done: "已送审，正在等待一审" },
  { action: "recall", name: "撤回送审", sure: "撤回送审", asks: "", needed: false, tone: "", done: "已撤回，可以继续修改" },
  { action: "review_later", name: "补审通过", sure: "补审通过", asks: "补审意见（可不填）", needed: false, tone: "primary", done: "补审已完成" },
  { action: "schedule", name: "定时发布", sure: "定时发布", asks: "", needed: false, time: "at", tone: "quiet", done: "已定时，到时自动发布" },
  { action: "unschedule", name: "取消定时", sure: "取消定时", asks: "", needed: false, tone: "", done: "已取消定时，稿件回到待发布" },
  { action: "embargo", name: "时限", sure: "保存时限", asks: "理由（提前或取消时限时必填）", needed: false, time: "until", tone: "quiet", done: "时限已保存" },
  { action: "publish_urgently", name: "紧急发布", sure: "现在紧急发布", asks: "紧急发布理由（随后须补审）", needed: true, tone: "danger", done: "已紧急发布，请及时补审" },
];

/** Takes a step. Raises Problem. */
export function take(action: string, id: string, key: string, body: Values): Promise<Receipt> {
  const sent = { params: { path: { id }, header: once(key) }, body: body as never };
  switch (action) {
    case "submit":
      return ask(api.POST("/api/v1/desk/articles/{id}/submission", sent));
    case "recall":
      return ask(api.POST("/api/v1/desk/articles/{id}/recall", sent));
    case "approve":
      return ask(api.POST("/api/v1/desk/articles/{id}/approval", sent));
    case "return":
      return ask(api.POST("/api/v1/desk/articles/{id}/return", sent));
    case "review_later":
      return ask(api.POST("/api/v1/desk/articles/{id}/later-review", sent));
    case "schedule":
      return ask(api.PUT("/api/v1/desk/articles/{id}/schedule", sent));
    case "unschedule":
      return ask(api.DELETE("/api/v1/desk/articles/{id}/schedule", sent));
    case "embargo":
      return ask(api.PUT("/api/v1/desk/articles/{id}/embargo", sent));
    default:
      return ask(api.POST("/api/v1/desk/articles/{id}/urgent-publication", sent));
  }
}

/** What the button says that does it: of a time, which one. */
export function said(step: Step, time: string): string {
  if (!step.time) return step.sure;
  if (!time) return step.time === "at" ? "请选择发布时间" : "不设时限";
  return step.time === "at" ? `定在${moment(beijing(time))}发布` : `${moment(beijing(time))}之前不发布`;
}

/** What a field of date and time holds, which is meant by the clock of Beijing. */
export function beijing(time: string): string {
  return `${time}:00+08:00`;
}

/** The time as such a field takes it; empty for none. */
export function local(iso: string | null): string {
  return iso ? new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 16) : "";
}

/** At which place each remark of the last return belongs now: where its block has gone, or where it was. */
export function placed(remarks: readonly Remark[], texts: readonly string[]): Map<number, Remark[]> {
  const found = new Map<number, Remark[]>();
  for (const remark of remarks) {
    if (remark.block === null) continue;
    const there = texts[remark.block]?.startsWith(remark.quoted) ? remark.block : texts.findIndex((text) => remark.quoted !== "" && text.startsWith(remark.quoted));
    const place = Math.min(there < 0 ? remark.block : there, texts.length - 1);
    found.set(place, [...(found.get(place) ?? []), remark]);
  }
  return found;
}
