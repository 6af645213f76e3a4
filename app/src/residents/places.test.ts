import { describe, expect, it } from "vitest";

import { distanceOf, hoursOf } from "./places";

describe("places", () => {
  it("say when they are open", () => {
    const hours = [
      { days: [1, 2, 3, 4, 5], opens: "09:00", closes: "17:30" },
      { days: [6], opens: "09:00", closes: "13:00" },
    ];
    expect(hoursOf(hours)).toBe("周一至周五 09:00—17:30，周六 09:00—13:00");
    expect(hoursOf([{ days: [1, 3], opens: "08:00", closes: "12:00" }])).toBe("周一、周三 08:00—12:00");
  });
  it("say how far they are", () => {
    expect(distanceOf(238.3)).toBe("240米");
    expect(distanceOf(1234)).toBe("1.2公里");
  });
});
