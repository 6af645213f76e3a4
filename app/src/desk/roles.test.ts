import { describe, expect, it } from "vitest";

import { firstRoom, roomsOf, tabsOf, withoutRoom } from "./roles";

const queues = (...roles: string[]) => tabsOf(roles).map((tab) => tab.queue);

describe("who works where", () => {
  it("opens the queue with the role's own work first", () => {
    expect(queues("clerk")).toEqual(["intake", "waiting", "requests", "instructed", "press"]);
    expect(queues("handler")).toEqual(["handling", "tasks", "review", "answered", "promises", "instructed", "press"]);
    expect(queues("approver")).toEqual(["review", "handling", "answered", "instructed", "press"]);
    expect(queues("clerk", "handler")).toEqual(["intake", "waiting", "requests", "handling", "tasks", "review", "answered", "promises", "instructed", "press"]);
    expect(queues("supervisor").slice(0, 2)).toEqual(["", "watched"]);
    expect(queues("leader")).toEqual(["watched", "reported", "instructed", "covered", "press"]);
    expect(queues("handler")).not.toContain("watched");
  });
  it("leads to the rooms of the role alone", () => {
    const rooms = (...roles: string[]) => roomsOf(roles).map(({ to }) => to);
    expect(rooms("supervisor")).toEqual(["board", "cases", "exclusions", "bans", "partners"]);
    expect(rooms("leader")).toEqual(["board", "cases", "exclusions"]);
    expect(rooms("administrator")).toEqual(["exclusions", "partners"]);
    expect(rooms("handler")).toEqual(["cases", "comments"]);
    expect(rooms("editor")).toEqual(["articles", "media", "alerts", "front", "comments", "tips", "bundles", "investigations"]);
    expect(rooms("reporter")).toEqual(["articles", "media", "alerts", "investigations"]);
    expect(rooms("merchant")).toEqual([]);
  });
  it("begins the day where there is work, and says so where there is none yet", () => {
    expect(firstRoom(["editor"])).toBe("articles");
    expect(firstRoom(["leader"])).toBe("board");
    expect(firstRoom(["handler", "reporter"])).toBe("cases");
    expect(firstRoom(["administrator"])).toBe("account");
    expect(withoutRoom(["administrator", "clerk"])).toHaveLength(1);
  });
});
