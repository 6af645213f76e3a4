import { describe, expect, it } from "vitest";

import { publicFiles, publicWords } from "./withholding";

const picture = (id: string) => ({ id, width: 4, height: 3 });
const reason = { code: "face", name: "拍到他人面部" };

describe("what the public sees", () => {
  it("is every file that is not withheld", () => {
    const found = { pictures: [picture("a"), picture("b")], document: null, withheld: [{ file: "b", reason, document: false }] };
    expect(publicFiles(found).map(({ id, name }) => [id, name])).toEqual([["a", "照片1"]]);
    const document = { id: "p", pages: 2, bytes: 9 };
    expect(publicFiles({ pictures: [], document, withheld: [] }).map(({ name }) => name)).toEqual(["PDF 附件"]);
    expect(publicFiles({ pictures: [], document, withheld: [{ file: "p", reason, document: true }] })).toEqual([]);
  });
  it("is the words with what is masked, counted by characters", () => {
    const found = { title: "😀路灯", text: "电话13800000000，张三", place: "村口" };
    const masks = [
      { field: "text" as const, start: 2, end: 13, kind: "mobile" as const },
      { field: "text" as const, start: 14, end: 16, kind: "other" as const },
      { field: "title" as const, start: 1, end: 3, kind: "other" as const },
    ];
    expect(publicWords(found, masks, "")).toEqual({ title: "😀〔已隐去〕", text: "电话〔已隐去〕，〔已隐去〕", place: "村口" });
    expect(publicWords(found, [], "改写").text).toBe("改写");
  });
});
