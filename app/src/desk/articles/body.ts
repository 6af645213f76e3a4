/** The blocks of a body while they are written: where they go, and the way back. A block is known by its id, wherever it stands. */
import type { ShownBlock } from "@/shared/articles";

import { begun, isText, type Block, type Kind } from "./writing";

const MOST_STEPS = 50;
const ONE_BREATH = 1_500; // milliseconds: what is typed without a longer pause is taken back at once

/** A new block behind this one; at the end where that has gone. */
export function inserted(blocks: readonly Block[], after: string, kind: Kind): { blocks: Block[]; id: string } {
  const block = begun(kind);
  const at = placeOf(blocks, after);
  return { blocks: blocks.toSpliced(at < 0 ? blocks.length : at + 1, 0, block), id: block.id };
}

/** Without this block, and the one to go on with; a body is never without any. */
export function removed(blocks: readonly Block[], id: string): { blocks: Block[]; id: string } {
  const at = placeOf(blocks, id);
  const left = blocks.filter((block) => block.id !== id);
  const kept = left.length ? left : [begun("paragraph")];
  return { blocks: kept, id: kept[Math.max(0, at - 1)]?.id ?? "" };
}

/** The block so many places further down; as they were where there is no such place. */
export function moved(blocks: readonly Block[], id: string, by: number): readonly Block[] {
  const at = placeOf(blocks, id);
  const block = blocks[at];
  if (!block || !blocks[at + by]) return blocks;
  return blocks.toSpliced(at, 1).toSpliced(at + by, 0, block);
}

/** Other content in this block, wherever it has come to stand; as they were where it has gone. */
export function filled(blocks: readonly Block[], id: string, content: ShownBlock): readonly Block[] {
  const at = placeOf(blocks, id);
  return at < 0 ? blocks : blocks.with(at, { ...content, id });
}

/** The text of a block parted in two. What is behind its end begins as a paragraph. */
export function parted(blocks: readonly Block[], id: string, before: string, after: string): { blocks: readonly Block[]; id: string } {
  const at = placeOf(blocks, id);
  const block = blocks[at];
  if (!isText(block)) return { blocks, id };
  const next = { ...block, id: begun(block.kind).id, kind: after ? block.kind : "paragraph", text: after };
  return { blocks: blocks.toSpliced(at, 1, { ...block, text: before }, next), id: next.id };
}

/** The text of a block at the end of the text before it, and where in that it begins; null where there is none before it. */
export function joined(blocks: readonly Block[], id: string): { blocks: Block[]; id: string; caret: number } | null {
  const at = placeOf(blocks, id);
  const [before, block] = [blocks[at - 1], blocks[at]];
  if (!isText(before) || !isText(block)) return null;
  return { blocks: blocks.toSpliced(at - 1, 2, { ...before, text: before.text + block.text }), id: before.id, caret: before.text.length };
}

/** The blocks after text was put in at a place: lines become paragraphs of their own. Null when it is one line. */
export function pasted(blocks: readonly Block[], id: string, before: string, text: string, after: string): { blocks: Block[]; id: string } | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const at = placeOf(blocks, id);
  const block = blocks[at];
  if (lines.length < 2 || !isText(block)) return null;
  const [first = "", ...others] = lines;
  const further = others.map((line, place): Block => ({ ...begun("paragraph"), kind: "paragraph", text: place === others.length - 1 ? line + after : line }));
  return { blocks: blocks.toSpliced(at, 1, { ...block, text: before + first }, ...further), id: further.at(-1)?.id ?? id };
}

/** What the body said before each change, as far back as one goes. */
export class Steps {
  past: string[] = [];
  future: string[] = [];
  private typing = "";
  private typedAt = 0;

  /** Called before a change; `typing` is the block that is typed into, empty for any other change. */
  note(blocks: readonly Block[], typing = "", now = Date.now()): void {
    const goesOn = typing !== "" && typing === this.typing && now - this.typedAt < ONE_BREATH;
    [this.typing, this.typedAt] = [typing, now];
    if (goesOn) return;
    const said = JSON.stringify(blocks);
    if (said !== this.past.at(-1)) this.past = [...this.past, said].slice(-MOST_STEPS);
    this.future = [];
  }
  /** As it was before the last change; null where nothing is left to take back. */
  back(blocks: readonly Block[]): Block[] | null {
    return this.go(this.past, this.future, blocks);
  }
  /** The last change that was taken back, again. */
  again(blocks: readonly Block[]): Block[] | null {
    return this.go(this.future, this.past, blocks);
  }
  private go(from: string[], to: string[], blocks: readonly Block[]): Block[] | null {
    const now = JSON.stringify(blocks);
    this.typing = "";
    for (let said = from.pop(); said !== undefined; said = from.pop()) {
      if (said === now) continue; // a change that came to nothing
      to.push(now);
      return JSON.parse(said) as Block[];
    }
    return null;
  }
}

function placeOf(blocks: readonly Block[], id: string): number {
  return blocks.findIndex((block) => block.id === id);
}
