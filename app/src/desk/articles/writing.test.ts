import { describe, expect, it } from "vitest";

import type { ShownBlock } from "@/shared/articles";

import { begun, empty, keptWords, same, sentOf, shown, trimmed, wanting, withCases, type Block, type Words } from "./writing";

const block = (content: ShownBlock): Block => ({ ...content, id: crypto.randomUUID() });

const words = (more: Partial<Words> = {}): Words => ({
  ...empty(), column: "news", title: "园舍改造下周开工", desk: "教育新闻部", source: "本报", blocks: [block({ kind: "paragraph", text: "正文。" })], ...more,
});

describe("writing", () => {
  it("sends no empty blocks, and a space more is no change", () => {
    const spaced = words({ title: " 园舍改造下周开工 ", blocks: [block({ kind: "paragraph", text: "正文。 " }), block({ kind: "quote", text: "  " })] });
    expect(trimmed(spaced).blocks).toHaveLength(1);
    expect(same(words(), spaced)).toBe(true);
    expect(same(words(), words({ lead: "导语" }))).toBe(false);
  });
  it("sends the topics that were chosen, in their order", () => {
    expect(sentOf(words({ topics: ["parking", "transit"] })).topics).toEqual(["parking", "transit"]);
    expect(same(words(), words({ topics: ["parking"] }))).toBe(false);
  });
  it("names what is missing by field and by block", () => {
    expect(wanting(words()).size).toBe(0);
    expect([...wanting({ ...empty() }).keys()]).toEqual(["column", "title", "desk", "source", "blocks"]);
    const long = words({ blocks: [block({ kind: "paragraph", text: "好" }), block({ kind: "heading", text: "长".repeat(61) })] });
    expect([...wanting(long).keys()]).toEqual(["block 1"]);
  });
  it("begins a report with its cases", () => {
    const { blocks, title } = withCases(empty(), ["CP20261123-7K3F9Q"]);
    expect([title, blocks.map(({ kind }) => kind)]).toEqual(["", ["paragraph", "case"]]);
    expect(sentOf(words({ blocks })).body).toEqual([{ kind: "case", no: "CP20261123-7K3F9Q", note: "" }]);
  });
  it("gives an id to what was kept before there were any, and sends none", () => {
    const before = { ...words(), blocks: [{ kind: "paragraph", text: "正文。" }, block({ kind: "case", no: "CP20261123-7K3F9Q", note: "" })] } as Words;
    const { blocks } = keptWords(before);
    expect(new Set(blocks.map(({ id }) => id)).size).toBe(2);
    expect(blocks[1]).toEqual(before.blocks[1]);
    expect(sentOf(words({ blocks })).body).toEqual([{ kind: "paragraph", text: "正文。" }, { kind: "case", no: "CP20261123-7K3F9Q", note: "" }]);
  });
  it("asks of a picture who made it and what is on it, and sends no sizes", () => {
    const picture = { ...begun("picture"), picture: "a".repeat(32), alt: "路灯", credit: "" } as Words["blocks"][number];
    expect(wanting(words({ blocks: [picture] })).get("block 0")).toContain("署名");
    const whole = words({ blocks: [{ ...picture, credit: "张三摄" } as Words["blocks"][number]] });
    expect(wanting(whole).size).toBe(0);
    expect(sentOf(whole).body[0]).toEqual({ kind: "picture", picture: "a".repeat(32), alt: "路灯", credit: "张三摄", caption: "" });
    const told = words({ blocks: [{ ...picture, credit: "张三摄", widths: [480], licence: "示例图库" } as Words["blocks"][number]] });
    expect(same(whole, told)).toBe(true);
  });
  it("asks of a file what it is called, and sends no size", () => {
    const file = { ...begun("file"), file: "a".repeat(32), pages: 3, size: 1000 } as Words["blocks"][number];
    expect(wanting(words({ blocks: [file] })).get("block 0")).toContain("附件名称");
    expect(sentOf(words({ blocks: [{ ...file, title: " 改造工程公示 " } as Words["blocks"][number]] })).body[0]).toEqual({ kind: "file", file: "a".repeat(32), title: "改造工程公示" });
    expect(shown([begun("file"), file])).toEqual([file]);
  });
  it("knows a case by its number, and shows nothing that is not there yet", () => {
    const blocks: Words["blocks"] = [block({ kind: "paragraph", text: "正文。" }), block({ kind: "case", no: "cp20261123-7k3f9q", note: "" }), begun("picture"), begun("item")];
    expect(wanting(words({ blocks })).size).toBe(0);
    expect(sentOf(words({ blocks })).body[1]).toEqual({ kind: "case", no: "CP20261123-7K3F9Q", note: "" });
    expect(shown(blocks)).toHaveLength(2);
    expect(wanting(words({ blocks: [block({ kind: "case", no: "7号", note: "" })] })).has("block 0")).toBe(true);
  });
});
