// @vitest-environment jsdom
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { addressOf } from "./hits";
import { routes } from "./router";

const hit = (path: string) => ({ kind: "", id: "", path });

describe("findings", () => {
  it("lead to the app's own pages", () => {
    expect(addressOf(hit("/items/passport"))).toBe("/affairs/items/passport");
    expect(addressOf(hit("/cases/CP20261123-EV3ZWA"))).toBe("/affairs/cases/CP20261123-EV3ZWA");
    expect(addressOf(hit("/providers?trade=locksmith&area=x"))).toBe("/life/locksmiths");
    expect(addressOf(hit("/unheard/of"))).toBe("/");
  });
});

describe("places.json", () => {
  it("tells the gateway where the router's pages begin", () => {
    const told = JSON.parse(readFileSync("public/places.json", "utf8")) as Record<string, string[]>;
    const begin = routes.map(({ path }) => path.split("/")[1] ?? "").filter((segment) => !segment.startsWith(":"));
    expect(new Set(told["index.html"])).toEqual(new Set(begin));
  });
});
