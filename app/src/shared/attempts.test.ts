import { describe, expect, it } from "vitest";

import { useAttempts } from "./attempts";
import { Problem } from "./problem";

describe("an attempt", () => {
  it("is busy until its work has ended, and begins without the last one's problem", async () => {
    const { busy, problem, attempt } = useAttempts();
    problem.value = Problem.unknown(500);
    let end: () => void = () => undefined;
    const going = attempt(() => new Promise<void>((done) => (end = done)));
    expect([busy.value, problem.value]).toEqual([true, null]);
    end();
    expect(await going).toBe(true);
    expect(busy.value).toBe(false);
  });
  it("that fails says why, whatever was thrown", async () => {
    const { busy, problem, attempt } = useAttempts();
    expect(await attempt(() => Promise.reject(Problem.offline()))).toBe(false);
    expect([busy.value, problem.value?.isOffline]).toEqual([false, true]);
    expect(await attempt(() => Promise.reject(new TypeError("unforeseen")))).toBe(false);
    expect(problem.value?.code).toBe("internal");
  });
});
