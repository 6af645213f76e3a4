import "@/shared/tokens.css";
import "@/shared/base.css";

import { createApp } from "vue";

import { leavesNothing } from "@/shared/leaving";
import { announcePages, survivesUpdates } from "@/shared/navigation";
import { applyAppearance } from "@/shared/settings";

import Residents from "./Residents.vue";
import { router } from "./router";
import { installWorker } from "./worker";

applyAppearance();
leavesNothing();
survivesUpdates();
announcePages(router, "北京昌平");
createApp(Residents).use(router).mount("#app");
installWorker();
