import { describe, expect, it } from "vitest";

import { given, matterOf, numbers } from "./investigating";

describe("an investigation's form", () => {
  it("takes numbers however they are typed, each once", () => {
    expect(numbers(" cp20261118-7k3f9q，CP20261118-7K3F9Q\nCP20261119-000000、")).toEqual(["CP20261118-7K3F9Q", "CP20261119-000000"]);
    expect(numbers("")).toEqual([]);
  });
  it("begins empty and sends what is there", () => {
    const matter = { ...matterOf(null), title: " 路灯 ", question: "为何不亮", lead: "s_a", tips: "CPT20261118-7K3F9Q" };
    expect(given(matter)).toMatchObject({ title: "路灯", cases: [], tips: ["CPT20261118-7K3F9Q"], members: [] });
  });
});
