import { describe, expect, it } from "vitest";

import { empty, pasted, same, trimmed, wanting, type Words } from "./writing";

const words = (more: Partial<Words> = {}): Words => ({
  ...empty(), column: "news", title: "园舍改造下周开工", desk: "教育新闻部", source: "本报", blocks: [{ kind: "paragraph", text: "正文。" }], ...more,
});

describe("writing", () => {
  it("sends no empty blocks, and a space more is no change", () => {
    const spaced = words({ title: " 园舍改造下周开工 ", blocks: [{ kind: "paragraph", text: "正文。 " }, { kind: "quote", text: "  " }] });
    expect(trimmed(spaced).blocks).toHaveLength(1);
    expect(same(words(), spaced)).toBe(true);
    expect(same(words(), words({ lead: "导语" }))).toBe(false);
  });
  it("names what is missing by field and by block", () => {
    expect(wanting(words()).size).toBe(0);
    expect([...wanting({ ...empty() }).keys()]).toEqual(["column", "title", "desk", "source", "blocks"]);
    const long = words({ blocks: [{ kind: "paragraph", text: "好" }, { kind: "heading", text: "长".repeat(61) }] });
    expect([...wanting(long).keys()]).toEqual(["block 1"]);
  });
  it("makes paragraphs of pasted lines", () => {
    const blocks: Words["blocks"] = [{ kind: "heading", text: "前后" }, { kind: "quote", text: "尾" }];
    expect(pasted(blocks, 0, "前", "一\r\n\r\n二\n三", "后")).toEqual([
      { kind: "heading", text: "前一" }, { kind: "paragraph", text: "二" }, { kind: "paragraph", text: "三后" }, { kind: "quote", text: "尾" },
    ]);
    expect(pasted(blocks, 0, "前", "一行", "后")).toBeNull();
  });
});
