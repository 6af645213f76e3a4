/** What a resident is about to ask. It survives a closed app, pictures too, and is sent once however often it is tried. */
import { reactive, ref, toRaw, watch } from "vue";

import { api, ask, once } from "@/shared/api/client";
import { device } from "@/shared/device";
import { Problem } from "@/shared/problem";
import { onLeaving } from "@/shared/session";
import { megabytes } from "@/shared/naming";
import { drop, keep, kept } from "@/shared/store";

import { shrunk } from "@/shared/shrinking";
import { upload } from "@/shared/uploading";

export type Visibility = "public" | "private" | "anonymous";

export interface Picture {
  key: string; // of its upload
  blob: Blob;
  /** Its number once it has been uploaded. */
  id: string;
}

/** A PDF, which goes instead of pictures. */
export interface Paper extends Picture {
  name: string;
}

export interface Draft {
  key: string; // of the submission
  text: string;
  title: string;
  /** Whether the resident wrote the title himself; until then it follows the text. */
  titled: boolean;
  category: string;
  town: string;
  place: string;
  visibility: Visibility;
  pictures: Picture[];
  document: Paper | null;
}

export const MOST_PICTURES = 9;
const LARGEST_DOCUMENT = 20 * 1024 * 1024;
const NAME = "draft";
const LONGEST_TITLE = 60;
const SETTLED = 600;

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

export const draft = reactive<Draft>(blank());
/** When the draft was last put away; null while there is nothing to put away. */
export const savedAt = ref<Date | null>(null);
let opened: Promise<void> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Takes up what was left, once; from then on every change is put away. */
export function takeUp(): Promise<void> {
  opened ??= (async () => {
    const left = (await kept(NAME).catch(() => undefined)) as Draft | undefined;
    if (left) Object.assign(draft, left);
    watch(draft, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void putAway(), SETTLED);
    });
    onLeaving(discard);
    window.addEventListener("pagehide", () => void putAway());
  })();
  return opened;
}

/** A short title out of the first words. */
export function titleOf(text: string): string {
  const first = text.trim().split(/[。！？!?\n]/)[0] ?? "";
  return first.length <= 30 ? first : `${first.slice(0, 29)}…`;
}

export function isBlank(): boolean {
  return !draft.text.trim() && !draft.pictures.length && !draft.document;
}

async function putAway(): Promise<void> {
  clearTimeout(timer);
  if (isBlank()) return;
  const document = draft.document && { ...toRaw(draft.document) };
  const plain = { ...toRaw(draft), document, pictures: draft.pictures.map((picture) => ({ ...toRaw(picture) })) };
  await keep(NAME, plain).then(() => (savedAt.value = new Date())).catch(() => undefined);
}

/** Throws the draft away. */
export async function discard(): Promise<void> {
  Object.assign(draft, blank());
  clearTimeout(timer);
  savedAt.value = null;
  await drop(NAME).catch(() => undefined);
}

/** Adds pictures, made small enough for a phone's network. */
export async function addPictures(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    if (draft.pictures.length >= MOST_PICTURES) return;
    const blob = await shrunk(file);
    draft.pictures.push({ key: crypto.randomUUID(), blob, id: "" });
  }
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

export function removePicture(picture: Picture): void {
  draft.pictures.splice(draft.pictures.indexOf(picture), 1);
}

/** Uploads what is not there yet. Raises Problem. */
export async function uploadPictures(): Promise<void> {
  for (const picture of draft.pictures) {
    if (!picture.id) picture.id = await upload(toRaw(picture.blob), picture.key);
  }
  const paper = draft.document;
  if (paper && !paper.id) paper.id = await upload(toRaw(paper.blob), paper.key);
}

const MAY_HAVE_COME = new Set(["offline", "timeout", "unavailable", "internal", "rate_limited", "unauthenticated", "conflict"]);

/** Sends it; returns the case's number. Raises Problem, and then the draft is as it was. */
export async function submit(): Promise<string> {
  try {
    await uploadPictures();
    const { text, category, town, place, visibility } = draft;
    const title = (draft.titled ? draft.title : titleOf(text)).slice(0, LONGEST_TITLE);
    const body = { title, text, category, town, place, visibility, pictures: draft.pictures.map(({ id }) => id), document: draft.document?.id ?? null };
    const receipt = await ask(api.POST("/api/v1/cases", { params: { header: once(draft.key) }, headers: device(), body }));
    await discard();
    return receipt.no;
  } catch (error) {
    const problem = Problem.of(error);
    // What was refused for its content will be another request once it is corrected.
    if (!MAY_HAVE_COME.has(problem.code)) draft.key = crypto.randomUUID();
    await putAway();
    throw problem;
  }
}
