/** Where a search's finding is shown. */
import type { Schemas } from "@/shared/api/client";

type Hit = Pick<Schemas["local.Hit"], "kind" | "id" | "path">;

export type Part = "services" | "petition" | "news" | "local";
export const PARTS: Record<Part, string> = { services: "办事", petition: "问政", news: "新闻", local: "生活" };

/** The app's own address for what the API names by `path`. */
export function addressOf(hit: Hit): string {
  const [, head = "", id = ""] = hit.path.split("?")[0]?.split("/") ?? [];
  const own: Record<string, string> = {
    items: `/affairs/items/${id}`,
    offices: "/affairs/offices",
    hospitals: "/affairs/hospitals",
    cases: `/affairs/cases/${id}`,
    articles: `/news/${id}`,
    guides: id === "outings" ? "/life/plays" : id === "locksmith" ? "/life/locksmiths" : `/life/guides/${id}`,
    plays: `/life/plays/${id}`,
    providers: "/life/locksmiths",
  };
  return own[head] ?? "/";
}
