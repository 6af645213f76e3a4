import { describe, expect, it } from "vitest";

import { copiesOf, listedPicture } from "./articles";

const picture = { picture: "a".repeat(32), width: 700, height: 500, alt: "路灯", widths: [480, 960], until: null as string | null };

describe("the picture of a list", () => {
  it("is shown until its right ends, also in an answer that was kept on the phone", () => {
    const until = "2026-11-28T00:00:00+08:00";
    const end = Date.parse(until);
    expect(listedPicture({ picture })).toBe(picture);
    expect(listedPicture({ picture: { ...picture, until } }, end - 1)).not.toBeNull();
    expect(listedPicture({ picture: { ...picture, until } }, end)).toBeNull();
  });
  it("may be missing, as in answers of before", () => {
    expect(listedPicture({ picture: null })).toBeNull();
    expect(listedPicture({})).toBeNull();
  });
  it("has copies that are never wider than itself", () => {
    expect(copiesOf(picture, "webp").split(", ").map((one) => one.split(" ")[1])).toEqual(["480w", "700w"]);
  });
});
