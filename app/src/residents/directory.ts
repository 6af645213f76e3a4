/** Towns and categories, read once for all forms and filters. */
import { computed, shallowRef, type ComputedRef } from "vue";

import { api, ask, type Schemas } from "@/shared/api/client";
import { Problem } from "@/shared/problem";

type Directory = Schemas["petition.Directory"];
type Subject = Schemas["petition.SubjectView"];

const found = shallowRef<Directory | null>(null);
const problem = shallowRef<Problem | null>(null);
let reading: Promise<void> | null = null;

async function read(): Promise<void> {
  try {
    [found.value, problem.value] = [await ask(api.GET("/api/v1/directory")), null];
  } catch (error) {
    problem.value = Problem.of(error);
    reading = null;
  }
}

export interface DirectoryInUse {
  data: typeof found;
  problem: typeof problem;
  reload: () => void;
  town: (code: string) => Directory["towns"][number] | undefined;
  subject: (code: string) => Subject | undefined;
  department: ComputedRef<(code: string) => Directory["departments"][number] | undefined>;
}

export function useDirectory(): DirectoryInUse {
  reading ??= read();
  return {
    data: found,
    problem,
    reload: () => void (reading = read()),
    town: (code) => found.value?.towns.find((town) => town.code === code),
    subject: (code) => found.value?.categories.flatMap(({ items }) => items).find((item) => item.code === code),
    department: computed(() => (code) => found.value?.departments.find((department) => department.code === code)),
  };
}
