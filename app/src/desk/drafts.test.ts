// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";

import { close, open } from "@/shared/session";

import { draft, drafts, drop, dropAll, forgetOld, keep } from "./drafts";

const DAY = 86_400_000;
const become = (id: string) =>
  open({ access_token: "t", expires_in: 900, account: { id, kind: "staff", roles: ["clerk"], departments: [], nickname: id } });

describe("drafts", () => {
  beforeEach(() => {
    localStorage.clear();
    become("s_one");
  });
  it("are there until they are dropped, also after the session has ended", async () => {
    keep("case CP1 note", { values: { text: "已联系" } });
    await close();
    expect(draft("case CP1 note")).toBeNull();
    become("s_one");
    expect(draft("case CP1 note")?.values).toEqual({ text: "已联系" });
    drop("case CP1 note");
    expect(draft("case CP1 note")).toBeNull();
  });
  it("belong to the person who typed them", () => {
    keep("case CP1 note", { values: { text: "甲" } });
    become("s_two");
    expect(drafts()).toEqual([]);
    keep("case CP1 note", { values: { text: "乙" } });
    dropAll();
    become("s_one");
    expect(draft("case CP1 note")?.values).toEqual({ text: "甲" });
  });
  it("are found by their beginning", () => {
    keep("case CP1 note", { values: {} });
    keep("case CP10 note", { values: {} });
    expect(drafts("case CP1 ")).toEqual(["case CP1 note"]);
  });
  it("that nobody came back for go after a month", () => {
    keep("old", { values: {} }, Date.now() - 31 * DAY);
    keep("new", { values: {} });
    forgetOld();
    expect(drafts()).toEqual(["new"]);
  });
  it("that cannot be read are none", () => {
    localStorage.setItem("draft s_one broken", "{");
    expect(draft("broken")).toBeNull();
  });
});
