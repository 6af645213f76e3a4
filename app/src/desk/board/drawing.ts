/** The charts of the board as ECharts draws them, in the colours of the page. */
import type { BarSeriesOption, LineSeriesOption } from "echarts/charts";
import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";

import type { Schemas } from "@/shared/api/client";

export type Drawing = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>;
type StageSpans = Schemas["petition.StageSpans"];

export interface Inks {
  ink: string;
  soft: string;
  line: string;
  surface: string;
  primary: string;
  good: string;
  wait: string;
  alert: string;
  font: string;
  size: number;
}

/** The page's colours and type as they are now. */
export function inks(): Inks {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const size = parseFloat(style.fontSize) * 0.75;
  return {
    ink: token("ink"), soft: token("ink-soft"), line: token("line"), surface: token("surface"), primary: token("primary"),
    good: token("good"), wait: token("wait"), alert: token("alert"), font: getComputedStyle(document.body).fontFamily, size,
  };
}

export interface Day {
  day: string;
  cases: number;
  /** The share that was answered within a day; null where nothing is counted. */
  percent: number | null;
}

/** What is filed day by day, and how much of it is answered within a day. */
export function trend(days: readonly Day[], on: Inks, rate: string): Drawing {
  return {
    ...frame(on),
    grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
    xAxis: { ...category(on), data: days.map(({ day }) => shortDay(day)) },
    yAxis: [
      { ...amount(on), minInterval: 1 },
      { ...amount(on), min: 0, max: 100, interval: 25, splitLine: { show: false }, axisLabel: { ...text(on), formatter: "{value}%" } },
    ],
    series: [
      { name: "新提交", type: "bar", barMaxWidth: 18, itemStyle: { color: mixed(on.primary, on.surface, 0.45), borderRadius: [3, 3, 0, 0] }, data: days.map(({ cases }) => cases) },
      { name: rate, type: "line", yAxisIndex: 1, symbolSize: 5, lineStyle: { color: on.good, width: 2 }, itemStyle: { color: on.good }, data: days.map(({ percent }) => percent) },
    ],
  };
}

export const SPANS: Readonly<Record<string, string>> = {
  late_week: "超期7天以上", late_days: "超期1至7天", late_day: "超期1天内", left_day: "1天内到期", left_days: "3天内到期", left_more: "3天以上",
};
export const STAGES: Readonly<Record<StageSpans["stage"], string>> = { intake: "受理转办", handling: "办理中", review: "审核发布" };

/** How long the work of each stage has left. */
export function distribution(stages: readonly StageSpans[], on: Inks): Drawing {
  const colours = [on.alert, mixed(on.alert, on.surface, 0.65), mixed(on.alert, on.surface, 0.35), mixed(on.wait, on.surface, 0.75), mixed(on.primary, on.surface, 0.7), mixed(on.primary, on.surface, 0.35)];
  const rows = stages.toReversed();
  return {
    ...frame(on),
    grid: { left: 8, right: 16, top: 64, bottom: 4, containLabel: true },
    xAxis: { ...amount(on), minInterval: 1 },
    yAxis: { ...category(on), data: rows.map(({ stage }) => STAGES[stage]) },
    series: Object.entries(SPANS).map(([span, name], at) => ({
      name, type: "bar", stack: "all", barMaxWidth: 26, itemStyle: { color: colours[at] },
      data: rows.map(({ spans }) => spans.find((one) => one.span === span)?.count ?? 0),
    })),
  };
}

export interface Bar {
  name: string;
  value: number;
}

/** Offices by a rate, the best at the top. */
export function ranking(bars: readonly Bar[], on: Inks, rate: string): Drawing {
  return {
    ...frame(on, false),
    grid: { left: 8, right: 56, top: 4, bottom: 4, containLabel: true },
    xAxis: { ...amount(on), min: 0, max: 100, axisLabel: { show: false } },
    yAxis: { ...names(on), inverse: true, data: bars.map(({ name }) => name) },
    series: [
      {
        name: rate, type: "bar", barMaxWidth: 16, itemStyle: { color: mixed(on.primary, on.surface, 0.75), borderRadius: [0, 3, 3, 0] },
        label: { show: true, position: "right", ...text(on), color: on.ink, formatter: "{c}%" }, data: bars.map(({ value }) => value),
      },
    ],
  };
}

export interface Work {
  name: string;
  open: number;
  late: number;
}

/** What offices have to do, and how much of it is late. */
export function workload(rows: readonly Work[], on: Inks): Drawing {
  const bar = (name: string, color: string, data: number[]): BarSeriesOption => ({ name, type: "bar", stack: "all", barMaxWidth: 16, itemStyle: { color }, data });
  return {
    ...frame(on),
    grid: { left: 8, right: 16, top: 36, bottom: 4, containLabel: true },
    xAxis: { ...amount(on), minInterval: 1 },
    yAxis: { ...names(on), inverse: true, data: rows.map(({ name }) => name) },
    series: [bar("已超期", on.alert, rows.map(({ late }) => late)), bar("期限内", mixed(on.primary, on.surface, 0.35), rows.map(({ open, late }) => open - late))],
  };
}

/** A colour of the tokens mixed with another, of which nothing shines through: `share` of it stays. */
export function mixed(colour: string, ground: string, share: number): string {
  const parts = (hex: string) => {
    const whole = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex; // a build shortens #ffffff to #fff
    return [1, 3, 5].map((at) => parseInt(whole.slice(at, at + 2), 16));
  };
  const under = parts(ground);
  return `#${parts(colour).map((part, at) => Math.round(part * share + (under[at] ?? 0) * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
}

function shortDay(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${month}/${date}`;
}

function text(on: Inks) {
  return { color: on.soft, fontSize: on.size, fontFamily: on.font };
}

function frame(on: Inks, legend = true): Drawing {
  return {
    textStyle: { fontFamily: on.font },
    tooltip: {
      trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: `${on.line}66` } }, confine: true, backgroundColor: on.surface, borderColor: on.line,
      textStyle: { color: on.ink, fontSize: on.size + 1, fontFamily: on.font },
    },
    ...(legend && { legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 10, itemGap: 12, textStyle: text(on) } }),
  };
}

function category(on: Inks) {
  return { type: "category" as const, axisTick: { show: false }, axisLine: { lineStyle: { color: on.line } }, axisLabel: { ...text(on), color: on.ink } };
}

/** Offices down the side: a long name is cut there, and whole in the tip and in the table. */
function names(on: Inks) {
  const axis = category(on);
  return { ...axis, axisLabel: { ...axis.axisLabel, width: on.size * 9, overflow: "truncate" as const } };
}

function amount(on: Inks) {
  return { type: "value" as const, axisLabel: { ...text(on), hideOverlap: true }, splitLine: { lineStyle: { color: on.line } } };
}
