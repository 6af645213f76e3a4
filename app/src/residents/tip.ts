/** 爆料: what somebody is about to tell the newsroom, and the receipt of what was sent. */
import { reactive, ref, toRaw } from "vue";

import { api, ask, once, type Schemas } from "@/shared/api/client";
import { device } from "@/shared/device";
import { signedIn } from "@/shared/session";
import { drop, keep, kept } from "@/shared/store";
import { uploadForTip } from "@/shared/uploading";

import { drafting, uploadPictures, type Written } from "./drafting";

export type Receipt = Schemas["news.TipReceipt"];

export interface TipDraft extends Written {
  text: string;
  town: string;
  place: string;
  point: { lon: number; lat: number } | null;
  /** Whether it is kept with the account of who has signed in. */
  mine: boolean;
}

const RECEIPT = "tip receipt";

function blank(): TipDraft {
  return { key: crypto.randomUUID(), text: "", town: "", place: "", point: null, mine: true, pictures: [] };
}

const empty = (given: TipDraft) => !given.text.trim() && !given.pictures.length;
export const { draft, savedAt, takeUp, discard, sending } = drafting("tip", blank, empty);
export const isBlank = () => empty(draft) && !contact.phone;

/** How the editor reaches the author: it is not put away with the draft, others may use this phone too. */
export const contact = reactive({ name: "", phone: "" });
/** What was sent last, until its author says that he has its code: it is told once. */
export const receipt = ref<Receipt | null>(null);

/** Takes up the receipt that nobody has said to have. */
export async function takeUpReceipt(): Promise<void> {
  receipt.value = ((await kept(RECEIPT).catch(() => undefined)) as Receipt | undefined) ?? null;
}

/** The receipt is written down elsewhere: this device forgets it. */
export async function forgetReceipt(): Promise<void> {
  receipt.value = null;
  await drop(RECEIPT).catch(() => undefined);
}

export function clearContact(): void {
  Object.assign(contact, { name: "", phone: "" });
}

export const uploadAhead = () => uploadPictures(draft.pictures, uploadForTip);

/** Sends it; its receipt stands in `receipt` then. Raises Problem, and then the draft is as it was. */
export async function submit(): Promise<void> {
  const sent = await sending(async () => {
    await uploadAhead();
    const { text, town, place, mine } = draft;
    const body = {
      text,
      place,
      town: town || null,
      point: draft.point && { ...toRaw(draft.point) },
      pictures: draft.pictures.map(({ id }) => id),
      contact: contact.phone.trim() ? { ...contact } : null,
      mine: mine && signedIn.value,
    };
    const told = await ask(api.POST("/api/v1/tips", { params: { header: once(draft.key) }, headers: device(), body }));
    await keep(RECEIPT, told).catch(() => undefined);
    return told;
  });
  clearContact();
  receipt.value = sent;
}

/** How the states are coloured. */
export const TONES: Readonly<Record<Schemas["news.Standing"], string>> = { received: "", checking: "wait", adopted: "good", declined: "" };
