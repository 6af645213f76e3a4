/** The words of an article while they are written: blocks, what is missing, and what differs from what was saved. */
import type { Schemas } from "@/shared/api/client";
import { bodyOf, type ShownBlock } from "@/shared/articles";

/** A block while it is written. Its id is this page's alone: it stays with the block wherever that goes. */
export type Block = ShownBlock & { id: string };
export type Kind = ShownBlock["kind"];
export type Article = Schemas["news.DeskArticle"];
type Sent = Schemas["news.ParagraphGiven"] | Schemas["news.HeadingGiven"] | Schemas["news.QuoteGiven"] | Schemas["news.PictureGiven"] | Schemas["news.CaseGiven"] | Schemas["news.ItemGiven"] | Schemas["news.FileGiven"];

export interface Words {
  column: string;
  town: string | null;
  title: string;
  lead: string;
  desk: string;
  source: string;
  topics: string[];
  blocks: Block[];
}

export const TEXTS: readonly { kind: "paragraph" | "heading" | "quote"; name: string }[] = [
  { kind: "paragraph", name: "段落" },
  { kind: "heading", name: "小标题" },
  { kind: "quote", name: "引文" },
];
export const NAMES: Readonly<Record<Kind, string>> = { paragraph: "段落", heading: "小标题", quote: "引文", picture: "图片", case: "诉求", item: "办事", file: "附件" };
export const STATES: readonly { state: Schemas["news.State"]; name: string; tone: string }[] = [
  { state: "draft", name: "草稿", tone: "wait" },
  { state: "published", name: "已发布", tone: "good" },
  { state: "withdrawn", name: "已撤回", tone: "alert" },
];
/** The lists of the desk, in the order in which an article passes through them. */
export const TABS: readonly { at: string; name: string; asks: { stage?: Schemas["news.Stage"]; state?: Schemas["news.State"]; returned?: boolean }; waits?: string }[] = [
  { at: "returned", name: "退回给我", asks: { returned: true }, waits: "returned" },
  { at: "writing", name: "撰写中", asks: { stage: "writing" } },
  { at: "first", name: "待一审", asks: { stage: "first_review" }, waits: "first_review" },
  { at: "second", name: "待二审", asks: { stage: "second_review" }, waits: "second_review" },
  { at: "final", name: "待三审", asks: { stage: "final_review" }, waits: "final_review" },
  { at: "approved", name: "待发布", asks: { stage: "approved" }, waits: "approved" },
  { at: "scheduled", name: "已定时", asks: { stage: "scheduled" } },
  { at: "later", name: "待补审", asks: { stage: "later_review" }, waits: "later_review" },
  { at: "published", name: "已发布", asks: { state: "published" } },
  { at: "withdrawn", name: "已撤回", asks: { state: "withdrawn" } },
];
export const MOST_TOPICS = 5;
const LONGEST_HEADING = 60;
const LONGEST_BLOCK = 3000;
const CASE_NO = /^[A-Z]{1,8}[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$/;
const ITEM_CODE = /^[a-z0-9_]{1,40}$/;

export function empty(): Words {
  return { column: "", town: null, title: "", lead: "", desk: "", source: "", topics: [], blocks: [begun("paragraph")] };
}

/** A new block in which nothing stands yet. */
export function begun(kind: Kind): Block {
  return { ...blank(kind), id: crypto.randomUUID() };
}

/** What a report of these cases begins with: each is in its body. */
export function withCases(words: Words, numbers: readonly string[]): Words {
  return { ...words, blocks: [...words.blocks, ...numbers.map((no): Block => ({ ...begun("case"), kind: "case", no, note: "" }))] };
}

/** Words that were kept on this machine; blocks of before had no ids. */
export function keptWords(words: Words): Words {
  return { ...words, blocks: words.blocks.map((block) => ({ ...block, id: block.id || crypto.randomUUID() })) };
}

export function wordsOf(article: Article): Words {
  const { column, town, title, lead, desk, source } = article;
  const topics = (article.topics ?? []).map((topic) => topic.code);
  const blocks = bodyOf(article).map((block) => ({ ...block, id: crypto.randomUUID() }));
  return { column: column.code, town: town?.code ?? null, title, lead, desk, source, topics, blocks };
}

/** As they are kept: without blocks in which nothing stands. */
export function trimmed(words: Words): Words {
  const blocks = words.blocks.map(plain).filter((block) => !isEmpty(block));
  return { ...words, title: words.title.trim(), lead: words.lead.trim(), desk: words.desk.trim(), source: words.source.trim(), blocks };
}

/** As they are sent. */
export function sentOf(words: Words): Omit<Words, "blocks"> & { body: Sent[] } {
  const { blocks, ...fields } = trimmed(words);
  return { ...fields, body: blocks.map(given) };
}

/** What the readers would see of it. */
export function shown(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => !isEmpty(plain(block)) && (block.kind !== "picture" || block.picture) && (block.kind !== "file" || block.file));
}

/** Whether the same would be sent: what the service adds to a picture makes no difference. */
export function same(one: Words, other: Words): boolean {
  return JSON.stringify(sentOf(one)) === JSON.stringify(sentOf(other));
}

export function isText(block: Block | undefined): block is Schemas["news.TextView"] & Pick<Block, "id"> {
  return block?.kind === "paragraph" || block?.kind === "heading" || block?.kind === "quote";
}

/** What keeps it from being saved, by field; a block's by `block N`, as they stand in the page. */
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
    const lacks = isEmpty(plain(block)) ? "" : lacking(plain(block));
    if (lacks) found.set(`block ${place}`, lacks);
  });
  return found;
}

function plain(block: Block): Block {
  if (isText(block)) return { ...block, text: block.text.trim() };
  if (block.kind === "case") return { ...block, no: block.no.trim().toUpperCase(), note: block.note.trim() };
  if (block.kind === "item") return { ...block, code: block.code.trim(), note: block.note.trim() };
  if (block.kind === "file") return { ...block, title: block.title.trim() };
  if (block.kind === "picture") return { ...block, alt: block.alt.trim(), credit: block.credit.trim(), caption: block.caption.trim() };
  return block;
}

function isEmpty(block: Block): boolean {
  if (isText(block)) return !block.text;
  if (block.kind === "case") return !block.no && !block.note;
  if (block.kind === "item") return !block.code && !block.note;
  if (block.kind === "file") return !block.file && !block.title;
  return block.kind === "picture" && !block.picture && !block.alt && !block.credit && !block.caption;
}

function lacking(block: Block): string {
  if (block.kind === "picture") return !block.picture ? "请添加图片" : block.alt.length < 2 ? "请写明图片内容，供看不到图片的读者了解" : block.credit.length < 2 ? "请填写图片署名" : "";
  if (block.kind === "file") return !block.file ? "请选择 PDF 文件" : block.title.length < 2 ? "请填写附件名称" : "";
  if (block.kind === "case") return CASE_NO.test(block.no) ? "" : "诉求编号形如CP20261123-7K3F9Q";
  if (block.kind === "item") return ITEM_CODE.test(block.code) ? "" : "请选择办事事项";
  const longest = block.kind === "heading" ? LONGEST_HEADING : LONGEST_BLOCK;
  return isText(block) && block.text.length > longest ? `这一段最多${longest}个字` : "";
}

function given(block: Block): Sent {
  if (block.kind === "case") return { kind: block.kind, no: block.no, note: block.note };
  if (block.kind === "item") return { kind: block.kind, code: block.code, note: block.note };
  if (block.kind === "file") return { kind: block.kind, file: block.file, title: block.title };
  if (block.kind !== "picture") return { kind: block.kind, text: block.text } as Sent;
  const { kind, picture, alt, credit, caption } = block;
  return { kind, picture, alt, credit, caption };
}

function blank(kind: Kind): ShownBlock {
  if (kind === "picture") return { kind, picture: "", width: 4, height: 3, alt: "", credit: "", caption: "" };
  if (kind === "case") return { kind, no: "", note: "" };
  if (kind === "item") return { kind, code: "", note: "" };
  if (kind === "file") return { kind, file: "", title: "", pages: 0, size: 0 };
  return { kind, text: "" };
}
