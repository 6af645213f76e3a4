import { describe, expect, it } from "vitest";

import { filled, inserted, joined, moved, parted, pasted, removed, Steps } from "./body";
import type { Block } from "./writing";

const text = (id: string, said = id, kind: "paragraph" | "heading" | "quote" = "paragraph"): Block => ({ id, kind, text: said });
const said = (blocks: readonly Block[]) => blocks.map((block) => ("text" in block ? `${block.kind[0]}:${block.text}` : block.kind));
const BODY = [text("a"), text("b"), text("c")];

describe("the blocks of a body", () => {
  it("takes a new block behind the one that is written, and at the end when that has gone", () => {
    const { blocks, id } = inserted(BODY, "a", "picture");
    expect(said(blocks)).toEqual(["p:a", "picture", "p:b", "p:c"]);
    expect(blocks[1]?.id).toBe(id);
    expect(said(inserted(BODY, "gone", "case").blocks)).toEqual(["p:a", "p:b", "p:c", "case"]);
  });
  it("goes on at the block before the one that was removed, and is never empty", () => {
    expect(removed(BODY, "c")).toEqual({ blocks: BODY.slice(0, 2), id: "b" });
    expect(removed(BODY, "a").id).toBe("b");
    const left = removed([text("a")], "a");
    expect([said(left.blocks), left.blocks[0]?.id]).toEqual([["p:"], left.id]);
  });
  it("moves a block by one place, and nowhere beyond an end", () => {
    expect(said(moved(BODY, "a", 1))).toEqual(["p:b", "p:a", "p:c"]);
    expect(said(moved(BODY, "c", -1))).toEqual(["p:a", "p:c", "p:b"]);
    for (const [id, by] of [["a", -1], ["c", 1], ["gone", 1]] as const) expect(moved(BODY, id, by)).toBe(BODY);
  });
  it("fills the block that was meant, wherever it stands when its picture has come", () => {
    const { blocks, id } = inserted(BODY, "b", "picture");
    const picture = { kind: "picture", picture: "f".repeat(32), width: 4, height: 3, alt: "", credit: "", caption: "" } as const;
    const later = filled(inserted(moved(blocks, id, -1), "a", "paragraph").blocks, id, picture);
    expect(said(later)).toEqual(["p:a", "p:", "picture", "p:b", "p:c"]);
    expect(later[2]).toEqual({ ...picture, id });
    expect(filled(BODY, id, picture)).toBe(BODY);
  });
  it("parts a text, and joins it to the one before", () => {
    const heading = parted([text("a", "前后", "heading")], "a", "前", "后");
    expect(said(heading.blocks)).toEqual(["h:前", "h:后"]);
    expect(said(parted([text("a", "前", "heading")], "a", "前", "").blocks)).toEqual(["h:前", "p:"]);
    expect(joined(heading.blocks, heading.id)).toEqual({ blocks: [text("a", "前后", "heading")], id: "a", caret: 1 });
    expect(joined(BODY, "a")).toBeNull();
    const { blocks } = inserted(BODY, "a", "item");
    expect(joined(blocks, "b")).toBeNull();
  });
  it("makes paragraphs of pasted lines", () => {
    const body = [text("a", "前后", "heading"), text("b", "尾", "quote")];
    const made = pasted(body, "a", "前", "一\r\n\r\n二\n三", "后");
    expect(said(made?.blocks ?? [])).toEqual(["h:前一", "p:二", "p:三后", "q:尾"]);
    expect(made?.blocks[2]?.id).toBe(made?.id);
    expect(pasted(body, "a", "前", "一行", "后")).toBeNull();
  });
});

describe("the way back", () => {
  it("takes back what was typed in one breath, then what was moved, and does both again", () => {
    const steps = new Steps();
    steps.note(BODY, "", 0);
    const second = [...moved(BODY, "a", 1)];
    for (const at of [2_000, 3_000, 4_000]) steps.note(second, "a", at);
    const third = second.with(1, text("a", "甲乙丙"));
    expect(steps.back(third)).toEqual(second);
    expect(steps.back(second)).toEqual(BODY);
    expect(steps.back(BODY)).toBeNull();
    expect(steps.again(BODY)).toEqual(second);
    expect(steps.again(second)).toEqual(third);
    expect(steps.again(third)).toBeNull();
  });
  it("begins a new step after a pause, in another block, and where something else is done", () => {
    const steps = new Steps();
    steps.note([text("a", "1")], "a", 0);
    steps.note([text("a", "2")], "a", 5_000);
    steps.note([text("a", "3")], "b", 5_100);
    steps.note([text("a", "4")], "", 5_200);
    expect(steps.past).toHaveLength(4);
    expect(steps.back([text("a", "4")])).toEqual([text("a", "3")]);
    steps.note([text("a", "3")], "a", 9_000);
    expect(steps.again([text("a", "5")])).toBeNull();
  });
  it("passes over what came to nothing, and does not grow without end", () => {
    const steps = new Steps();
    steps.note([text("a", "1")]);
    steps.note([text("a", "2")]);
    expect(steps.back([text("a", "2")])).toEqual([text("a", "1")]);
    for (let count = 0; count < 120; count += 1) steps.note([text("a", String(count))]);
    expect(steps.past).toHaveLength(50);
  });
});
