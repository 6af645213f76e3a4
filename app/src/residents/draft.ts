/** What a resident is about to ask. */
import { toRaw } from "vue";

import { api, ask, once } from "@/shared/api/client";
import { device } from "@/shared/device";
import { megabytes } from "@/shared/naming";
import { upload } from "@/shared/uploading";

import { drafting, uploadPictures, type Picture, type Written } from "./drafting";

export type Visibility = "public" | "private" | "anonymous";

/** A PDF, which goes instead of pictures. */
export interface Paper extends Picture {
  name: string;
}

export interface Draft extends Written {
  text: string;
  title: string;
  /** Whether the resident wrote the title himself; until then it follows the text. */
  titled: boolean;
  category: string;
  town: string;
  place: string;
  visibility: Visibility;
  document: Paper | null;
}

const LARGEST_DOCUMENT = 20 * 1024 * 1024;
const LONGEST_TITLE = 60;

function blank(): Draft {
  return {
    key: crypto.randomUUID(),
    text: "",
    title: "",
    titled: false,
    category: "",
    town: "",
    place: "",
    visibility: "public",
    pictures: [],
    document: null,
  };
}

const plain = (given: Draft) => ({ ...toRaw(given), document: given.document && { ...toRaw(given.document) } });
const empty = (given: Draft) => !given.text.trim() && !given.pictures.length && !given.document;
export const { draft, savedAt, takeUp, discard, sending } = drafting("draft", blank, empty, plain);
export const isBlank = () => empty(draft);

/** A short title out of the first words. */
export function titleOf(text: string): string {
  const first = text.trim().split(/[。！？!?\n]/)[0] ?? "";
  return first.length <= 30 ? first : `${first.slice(0, 29)}…`;
}

/** Takes a PDF in; what is wrong with it, or nothing. */
export function addDocument(file: File): string {
  if (file.type !== "application/pdf") return "请选择 PDF 文件";
  if (file.size > LARGEST_DOCUMENT) return `PDF 最大 ${megabytes(LARGEST_DOCUMENT)}，请压缩后再添加`;
  draft.document = { key: crypto.randomUUID(), blob: file, id: "", name: file.name };
  return "";
}

export function removeDocument(): void {
  draft.document = null;
}

/** Uploads the pictures and the PDF that are not there yet. Raises Problem. */
export async function uploadFiles(): Promise<void> {
  await uploadPictures(draft.pictures, upload);
  if (draft.document) await uploadPictures([draft.document], upload);
}

/** Sends it; returns the case's number. Raises Problem, and then the draft is as it was. */
export function submit(): Promise<string> {
  return sending(async () => {
    await uploadFiles();
    const { text, category, town, place, visibility } = draft;
    const title = (draft.titled ? draft.title : titleOf(text)).slice(0, LONGEST_TITLE);
    const body = { title, text, category, town, place, visibility, pictures: draft.pictures.map(({ id }) => id), document: draft.document?.id ?? null };
    const receipt = await ask(api.POST("/api/v1/cases", { params: { header: once(draft.key) }, headers: device(), body }));
    return receipt.no;
  });
}
