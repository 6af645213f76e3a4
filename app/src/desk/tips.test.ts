import { describe, expect, it } from "vitest";

import { articlesIn, TIP_TABS } from "./tips";

describe("a tip at the desk", () => {
  it("finds article numbers in what was pasted, each once", () => {
    expect(articlesIn("cpn20261123-7k3f9q，https://x/news/CPN20261123-7K3F9Q CPN20261124-AAAAAA")).toEqual(["CPN20261123-7K3F9Q", "CPN20261124-AAAAAA"]);
    expect(articlesIn("没有编号")).toEqual([]);
  });

  it("is listed under addresses that differ", () => {
    expect(new Set(TIP_TABS.map((tab) => tab.at)).size).toBe(TIP_TABS.length);
  });
});
