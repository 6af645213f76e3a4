import { describe, expect, it } from "vitest";

import { placesOf, withMore, wordsAt } from "./masks";
import type { Case } from "./table";

const found = { title: "张三家门口", text: "😀张三说，请找张三，电话13812345678。", place: "" } as Case;

describe("places in the words", () => {
  it("count characters as the service does, also after one that takes two units", () => {
    expect(wordsAt(found, { field: "text", start: 12, end: 23 })).toBe("13812345678");
  });
  it("are all those where the words stand", () => {
    const places = placesOf(found, "张三");
    expect(places.map(({ field, start, end }) => [field, start, end])).toEqual([["title", 0, 2], ["text", 1, 3], ["text", 7, 9]]);
    expect(places.every((place) => wordsAt(found, place) === "张三")).toBe(true);
    expect(placesOf(found, "李四")).toEqual([]);
    expect(placesOf(found, " ")).toEqual([]);
  });
  it("are kept once each", () => {
    const places = placesOf(found, "张三");
    expect(withMore(places, places)).toEqual(places);
  });
});
