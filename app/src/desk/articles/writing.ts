/** The words of an article while they are written: blocks, what is missing, and what differs from what was saved. */
import type { Schemas } from "@/shared/api/client";

export type Block = Schemas["news.Block"];
export type Article = Schemas["news.DeskArticle"];

export interface Words {
  column: string;
  town: string | null;
  title: string;
  lead: string;
  desk: string;
  source: string;
  blocks: Block[];
}

export const KINDS: readonly { kind: Block["kind"]; name: string }[] = [
  { kind: "paragraph", name: "段落" },
  { kind: "heading", name: "小标题" },
  { kind: "quote", name: "引文" },
];
export const STATES: readonly { state: Schemas["news.State"]; name: string; tone: string }[] = [
  { state: "draft", name: "草稿", tone: "wait" },
  { state: "published", name: "已发布", tone: "good" },
  { state: "withdrawn", name: "已撤回", tone: "alert" },
];
const LONGEST_HEADING = 60;
const LONGEST_BLOCK = 3000;

export function empty(): Words {
  return { column: "", town: null, title: "", lead: "", desk: "", source: "", blocks: [{ kind: "paragraph", text: "" }] };
}

export function wordsOf(article: Article): Words {
  const { column, town, title, lead, desk, source, blocks } = article;
  return { column: column.code, town: town?.code ?? null, title, lead, desk, source, blocks: blocks.map((block) => ({ ...block })) };
}

/** As they are sent: without blocks in which nothing stands. */
export function trimmed(words: Words): Words {
  const blocks = words.blocks.map((block) => ({ ...block, text: block.text.trim() })).filter((block) => block.text);
  return { ...words, title: words.title.trim(), lead: words.lead.trim(), desk: words.desk.trim(), source: words.source.trim(), blocks };
}

export function same(one: Words, other: Words): boolean {
  return JSON.stringify(trimmed(one)) === JSON.stringify(trimmed(other));
}

/** What keeps it from being saved, by field; a block's by `blocks.N`, as the service counts what is sent. */
export function wanting(words: Words): Map<string, string> {
  const { column, title, lead, desk, source, blocks } = trimmed(words);
  const found = new Map<string, string>();
  if (!column) found.set("column", "请选择栏目");
  if (title.length < 4 || title.length > 60) found.set("title", "标题为4至60个字");
  if (lead.length > 200) found.set("lead", "导语最多200个字");
  if (desk.length < 2 || desk.length > 30) found.set("desk", "署名为2至30个字");
  if (source.length < 2 || source.length > 60) found.set("source", "来源为2至60个字");
  if (!blocks.length) found.set("blocks", "请填写正文");
  words.blocks.forEach((block, place) => {
    const longest = block.kind === "heading" ? LONGEST_HEADING : LONGEST_BLOCK;
    if (block.text.trim().length > longest) found.set(`block ${place}`, `这一段最多${longest}个字`);
  });
  return found;
}

/** The blocks after text was put in at a place: lines become paragraphs of their own. Null when it is one line. */
export function pasted(blocks: readonly Block[], at: number, before: string, text: string, after: string): Block[] | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const kind = blocks[at]?.kind;
  if (lines.length < 2 || !kind) return null;
  const texts = [before + lines[0], ...lines.slice(1, -1), lines.at(-1) + after];
  const made = texts.map((line, number): Block => ({ kind: number ? "paragraph" : kind, text: line }));
  return [...blocks.slice(0, at), ...made, ...blocks.slice(at + 1)];
}
