/** 爆料 at the desk: the lists, and the steps in their words. */
import type { Schemas } from "@/shared/api/client";

export type Standing = Schemas["news.Standing"];
export type Tip = Schemas["news.DeskTip"];

export interface TipTab {
  at: string;
  name: string;
  asks: { state?: Standing; mine?: boolean };
  /** What waits in it, as the service counts it. */
  waits?: string;
}

/** The lists, by the `at` of their address; the first is shown to who comes without one. */
export const TIP_TABS: readonly TipTab[] = [
  { at: "", name: "收到", asks: { state: "received" }, waits: "tips_received" },
  { at: "mine-checking", name: "待我核实", asks: { mine: true, state: "checking" }, waits: "tips_checking" },
  { at: "mine", name: "我负责的", asks: { mine: true } },
  { at: "checking", name: "核实中", asks: { state: "checking" } },
  { at: "adopted", name: "已采用", asks: { state: "adopted" } },
  { at: "declined", name: "不采用", asks: { state: "declined" } },
];

export const TIP_TONES: Readonly<Record<Standing, string>> = { received: "alert", checking: "wait", adopted: "good", declined: "" };

export const CONTACTS_KEPT: Readonly<Record<string, string>> = { none: "未留联系方式", kept: "留有联系方式", erased: "联系方式已删除" };

export type TipStep = "assign" | "message" | "adopt" | "decline" | "link" | "open_contact";

/** The steps in the order in which they are offered, and what their buttons say. */
export const TIP_STEPS: readonly { step: TipStep; name: string }[] = [
  { step: "assign", name: "分派" },
  { step: "open_contact", name: "查看联系方式" },
  { step: "message", name: "给爆料人留言" },
  { step: "adopt", name: "采用" },
  { step: "link", name: "关联稿件" },
  { step: "decline", name: "不采用" },
];

/** The article numbers in what somebody typed or pasted. */
export function articlesIn(written: string): string[] {
  return [...new Set(written.toUpperCase().match(/[A-Z]{1,8}N\d{8}-[0-9A-Z]{6}/g) ?? [])];
}
