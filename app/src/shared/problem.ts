import type { components } from "./api/schema";

type Told = components["schemas"]["Problem"];

/** Why something could not be done, in words for people; `code` for programs, `fields` by their names. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(told: Pick<Told, "code" | "detail" | "status"> & Partial<Told>) {
    super(told.detail);
    this.code = told.code;
    this.status = told.status;
    this.fields = new Map((told.errors ?? []).map((error) => [error.field, error.message]));
    this.extra = told.extra ?? {};
  }

  /** Nothing was heard from the other side: no network, or it was cut. */
  static offline(): Problem {
    return new Problem({ code: "offline", status: 0, detail: "网络不通，请检查网络后再试。" });
  }

  /** An answer that is no problem document: from something between us and the gateway. */
  static unknown(status: number): Problem {
    return new Problem({ code: "internal", status, detail: "系统暂时无法处理，请稍后再试。" });
  }

  static of(error: unknown): Problem {
    return error instanceof Problem ? error : Problem.unknown(0);
  }

  get isOffline(): boolean {
    return this.code === "offline";
  }

  /** What is wrong with the first field that is, else with the whole: for forms that say it in one place. */
  get first(): string {
    return [...this.fields.values()][0] ?? this.message;
  }
}

/** What an answer with an error status says. */
export function told(body: unknown, status: number): Problem {
  const known = typeof body === "object" && body !== null && "code" in body && "detail" in body;
  return known ? new Problem(body as Told) : Problem.unknown(status);
}
