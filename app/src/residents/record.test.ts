import { describe, expect, it } from "vitest";

import { record } from "./record";

const unit = { code: "jw", name: "区教委" };
const other = { code: "cgw", name: "区城管委" };
const hop = { department: unit, co_departments: [], since: "2026-11-25T09:00:00+08:00", until: null, basis: null, suggested_department: null, ruled: false, ruled_at: null, answer: null };

describe("the record of a case", () => {
  it("puts notes, visits and hops in the order of time", () => {
    const notes = [{ at: "2026-11-27T09:00:00+08:00", unit: other, text: "已安排抢修", public: true }];
    const contacts = [{ kind: "visit" as const, at: "2026-11-26T15:00:00+08:00", logged_at: "2026-11-26T16:00:00+08:00", unit: other, whom: "物业负责人", place: "北门", text: "已查看", pictures: [], public: true }];
    const inspections = [{ finding: "partly" as const, finding_name: "部分整改", at: "2026-11-27T10:00:00+08:00", logged_at: "2026-11-27T11:00:00+08:00", whom: "督查组", place: "北门", text: "还差两盏", pictures: [], public: true, card: null }];
    const hops = [
      { ...hop, until: "2026-11-25T15:00:00+08:00", basis: "路灯不归本部门。", suggested_department: other },
      { ...hop, department: other, co_departments: [unit], since: "2026-11-26T08:00:00+08:00", ruled: true, ruled_at: "2026-11-26T09:00:00+08:00", answer: "路灯由城管委管理。" },
    ];
    expect(record({ notes, contacts, inspections, hops }).map(({ head, text }) => [head, text])).toEqual([
      ["转交区教委", ""],
      ["区教委提出不由其承办", "建议由区城管委承办。路灯不归本部门。"],
      ["转交区城管委（区教委协办）", ""],
      ["督办员裁定，由区城管委承办", "路灯由城管委管理。"],
      ["区城管委现场走访物业负责人", "已查看"],
      ["区城管委", "已安排抢修"],
      ["现场督查（督查组）：部分整改", "还差两盏"],
    ]);
  });
  it("says once where a ruling sent it", () => {
    const since = "2026-11-26T09:00:00+08:00";
    const ruled = { ...hop, department: other, since, ruled: true, ruled_at: since, answer: "按职责分工。" };
    const lines = record({ notes: [], contacts: [], inspections: [], hops: [hop, ruled] });
    expect(lines.map(({ head, text }) => [head, text])).toEqual([["转交区教委", ""], ["督办员裁定，由区城管委承办", "按职责分工。"]]);
  });
  it("is empty for a case that was dispatched once and of which nothing was noted", () => {
    expect(record({ notes: [], contacts: [], inspections: [], hops: [hop] })).toEqual([]);
  });
});
