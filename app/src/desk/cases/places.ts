import type { Schemas } from "@/shared/api/client";

import type { Queue } from "../roles";

/** The queue in which a case of this state waits; a closed one waits in none. */
export const QUEUE_OF: Readonly<Record<Schemas["petition.State"], Queue | null>> = {
  submitted: "intake",
  accepted: "intake",
  questioned: "waiting",
  dispatched: "handling",
  in_review: "review",
  approved: "review",
  answered: "answered",
  closed: null,
};
