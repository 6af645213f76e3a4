// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";

import { takeEmbedded } from "./embedded";

const PATH = "/api/v1/articles/CPN20261123-7K3F9Q";

function put(path: string): void {
  document.body.innerHTML = `<script type="application/json" id="told" data-path="${path}">{"title":"\\u003cb>路灯"}</script>`;
}

describe("what the page brought", () => {
  afterEach(() => (document.body.innerHTML = ""));

  it("is taken once", () => {
    put(PATH);
    expect(takeEmbedded(PATH)).toEqual({ title: "<b>路灯" });
    expect(takeEmbedded(PATH)).toBeNull();
  });

  it("is not another article", () => {
    put(PATH);
    expect(takeEmbedded(`${PATH}X`)).toBeNull();
    expect(takeEmbedded(PATH)).not.toBeNull();
  });
});
