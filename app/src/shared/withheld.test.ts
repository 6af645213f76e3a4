import { describe, expect, it } from "vitest";

import { hiddenOf, withheldLines } from "./withheld";

const face = { code: "face", name: "拍到他人面部" };
const health = { code: "health", name: "涉及健康信息" };

describe("what is not public", () => {
  it("is counted by its reasons", () => {
    const withheld = [{ reason: face, document: false }, { reason: face, document: false }, { reason: health, document: true }];
    expect(withheldLines(withheld)).toEqual(["2张照片未公开：拍到他人面部", "PDF 附件未公开：涉及健康信息"]);
    expect(withheldLines([])).toEqual([]);
  });
  it("is told to its author", () => {
    expect(hiddenOf({ passages: ["张三"], files: 2 })).toBe("“张三”、2个附件");
    expect(hiddenOf({ passages: [], files: 1 })).toBe("1个附件");
  });
});
