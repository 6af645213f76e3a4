import { describe, expect, it } from "vitest";

import { begun, chosenOf } from "./proposing";

const TIP = { no: "CPT20261118-7K3F9Q", text: "村东河沟有人夜里倒垃圾。味道很大！", town: { code: "1", name: "南口镇" }, place: "河沟" };

describe("what may be of one matter", () => {
  it("is picked from what is still proposed", () => {
    const rows = { tips: [{ no: "T1" }, { no: "T2" }], cases: [{ no: "C1" }] } as never;
    expect(chosenOf(rows, ["C1", "T2", "gone"])).toEqual({ tips: ["T2"], cases: ["C1"] });
  });
  it("begins an investigation with the tip's own words", () => {
    const matter = begun(TIP, { tips: ["CPT20261119-000000"], cases: [] }, "s_me");
    expect(matter).toMatchObject({ title: "村东河沟有人夜里倒垃圾", lead: "s_me", tips: "CPT20261118-7K3F9Q\nCPT20261119-000000" });
    expect(begun({ ...TIP, text: "请打138 0013 8000找我谈谈" }, { tips: [], cases: [] }, "s").title).toBe("请打找我谈谈");
    expect(begun({ ...TIP, text: "？！" }, { tips: [], cases: [] }, "s").title).toBe("南口镇 河沟 爆料核实");
    expect(begun({ ...TIP, text: "路".repeat(80) }, { tips: [], cases: [] }, "s").title).toHaveLength(30);
  });
});
