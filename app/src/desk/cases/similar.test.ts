import { describe, expect, it } from "vitest";

import { likes, type Like } from "./similar";

const like = (no: string) => ({ no }) as Like;

describe("cases beside one", () => {
  it("leaves out the case itself, and shows each once, the open ones first", () => {
    const found = likes({ no: "a" }, { open: [like("a"), like("b")], replied: [like("c"), like("b")] });
    expect(found.map(({ no }) => no)).toEqual(["b", "c"]);
  });
});
