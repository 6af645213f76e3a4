import { describe, expect, it } from "vitest";

import { begun, begunOf, chosenOf, whereOf, type Bundle } from "./proposing";

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
  it("is taken up whole, in the words of its case where there is one", () => {
    const row = { opening: "请打＊＊＊，河沟里都是垃圾", town: TIP.town, place: "河沟" };
    const bundle = { tips: [{ ...row, no: "T1" }, { ...row, no: "T2" }], cases: [{ no: "C1", title: "河沟被倒垃圾" }] } as Bundle;
    expect(begunOf(bundle, "s_me")).toMatchObject({ title: "河沟被倒垃圾", tips: "T1\nT2", cases: "C1", lead: "s_me" });
    expect(begunOf({ ...bundle, cases: [] }, "s_me").title).toBe("请打＊＊＊，河沟里都是垃圾");
  });
  it("says where it is", () => {
    const where = (towns: string[], places: string[]) => whereOf({ towns, places } as Bundle);
    expect(where(["南口镇"], ["河沟", "村东", "桥下"])).toBe("南口镇 · 河沟、村东等处");
    expect([where(["南口镇"], []), where([], ["河沟"]), where([], [])]).toEqual(["南口镇", "河沟", "地点未说明"]);
  });
});
