import "@/shared/tokens.css";
import "@/shared/base.css";
import "./desk.css";

import { createApp } from "vue";

import { leavesNothing } from "@/shared/leaving";
import { announcePages, survivesUpdates } from "@/shared/navigation";
import { applyAppearance } from "@/shared/settings";

import Desk from "./Desk.vue";
import { router } from "./router";

applyAppearance();
leavesNothing();
survivesUpdates();
announcePages(router, "工作台");
createApp(Desk).use(router).mount("#app");
