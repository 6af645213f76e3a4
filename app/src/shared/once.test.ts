import { describe, expect, it } from "vitest";

import { once } from "./once";

describe("once", () => {
  it("asks once for all who want to know", async () => {
    let asked = 0;
    const read = once(() => Promise.resolve((asked += 1)));
    expect(asked).toBe(0);
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    expect(await read()).toBe(1);
  });
  it("asks again for what has failed", async () => {
    let asked = 0;
    const read = once(() => ((asked += 1) === 1 ? Promise.reject(new Error("away")) : Promise.resolve(asked)));
    await expect(read()).rejects.toThrow("away");
    expect(await read()).toBe(2);
  });
});
