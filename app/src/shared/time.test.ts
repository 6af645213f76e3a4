import { describe, expect, it } from "vitest";

import { ago, day, left, moment } from "./time";

const NOW = new Date("2026-11-24T02:00:00Z"); // 10:00 in Beijing

describe("times by the clock of Beijing", () => {
  it("names near days", () => {
    expect(moment("2026-11-24T18:00:00+08:00", NOW)).toBe("今天 18:00");
    expect(moment("2026-11-23T23:59:00+08:00", NOW)).toBe("昨天 23:59");
    expect(moment("2026-11-25T00:00:00+08:00", NOW)).toBe("明天 00:00");
    expect(moment("2026-11-23T16:00:00Z", NOW)).toBe("今天 00:00");
  });
  it("adds the year when it is another one", () => {
    expect(day("2026-11-03T09:00:00+08:00", NOW)).toBe("11月3日");
    expect(day("2025-12-31T09:00:00+08:00", NOW)).toBe("2025年12月31日");
  });
  it("tells how long ago and how long yet", () => {
    expect(ago("2026-11-24T01:59:30Z", NOW)).toBe("刚刚");
    expect(ago("2026-11-24T00:00:00Z", NOW)).toBe("2小时前");
    expect(left("2026-11-24T05:10:00Z", NOW)).toBe("还剩3小时");
    expect(left("2026-11-21T01:00:00Z", NOW)).toBe("已超3天");
  });
});
