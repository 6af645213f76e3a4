/** Something that is being written: it survives a closed app, pictures too, and is sent once however often it is tried. */
import { reactive, ref, toRaw, watch, type Ref } from "vue";

import { Problem } from "@/shared/problem";
import { onLeaving } from "@/shared/session";
import { shrunk } from "@/shared/shrinking";
import { drop, keep, kept } from "@/shared/store";

export interface Picture {
  key: string; // of its upload
  blob: Blob;
  /** Its number once it has been uploaded. */
  id: string;
}

/** What every draft has. */
export interface Written {
  key: string; // of the submission
  pictures: Picture[];
}

export interface Drafting<T> {
  draft: T;
  /** When the draft was last put away; null while there is nothing to put away. */
  savedAt: Ref<Date | null>;
  /** Takes up what was left, once; from then on every change is put away. */
  takeUp: () => Promise<void>;
  /** Throws the draft away. */
  discard: () => Promise<void>;
  /** Does what sends it, and throws it away when that went well. Raises Problem, and then the draft is as it was. */
  sending: <A>(work: () => Promise<A>) => Promise<A>;
}

export const MOST_PICTURES = 9;
const SETTLED = 600;
const MAY_HAVE_COME = new Set(["offline", "timeout", "unavailable", "internal", "rate_limited", "unauthenticated", "conflict"]);

/** A draft kept under this name; `plain` is the draft without Vue's wrapping, where that is not on its surface. */
export function drafting<T extends Written>(name: string, blank: () => T, isBlank: (draft: T) => boolean, plain: (draft: T) => object = toRaw): Drafting<T> {
  const draft = reactive(blank()) as T;
  const savedAt = ref<Date | null>(null);
  let opened: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function takeUp(): Promise<void> {
    opened ??= (async () => {
      const left = (await kept(name).catch(() => undefined)) as T | undefined;
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

  async function putAway(): Promise<void> {
    clearTimeout(timer);
    if (isBlank(draft)) return;
    const pictures = draft.pictures.map((picture) => ({ ...toRaw(picture) }));
    await keep(name, { ...plain(draft), pictures }).then(() => (savedAt.value = new Date())).catch(() => undefined);
  }

  async function discard(): Promise<void> {
    Object.assign(draft, blank());
    clearTimeout(timer);
    savedAt.value = null;
    await drop(name).catch(() => undefined);
  }

  async function sending<A>(work: () => Promise<A>): Promise<A> {
    try {
      const answer = await work();
      await discard();
      return answer;
    } catch (error) {
      const problem = Problem.of(error);
      // What was refused for its content will be another request once it is corrected.
      if (!MAY_HAVE_COME.has(problem.code)) draft.key = crypto.randomUUID();
      await putAway();
      throw problem;
    }
  }
  return { draft, savedAt, takeUp, discard, sending };
}

/** Adds pictures, made small enough for a phone's network. */
export async function addPictures(pictures: Picture[], files: Iterable<File>): Promise<void> {
  for (const file of files) {
    if (pictures.length >= MOST_PICTURES) return;
    const blob = await shrunk(file);
    pictures.push({ key: crypto.randomUUID(), blob, id: "" });
  }
}

/** Uploads what is not there yet. Raises Problem. */
export async function uploadPictures(pictures: Iterable<Picture>, upload: (blob: Blob, key: string) => Promise<string>): Promise<void> {
  for (const picture of pictures) {
    if (!picture.id) picture.id = await upload(toRaw(picture.blob), picture.key);
  }
}
