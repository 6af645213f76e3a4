import "@/shared/tokens.css";
import "@/shared/base.css";

import { createApp } from "vue";

import { leavesNothing } from "@/shared/leaving";
import { appName } from "@/shared/naming";
import { announcePages, survivesUpdates } from "@/shared/navigation";
import { applyAppearance } from "@/shared/settings";

import Residents from "./Residents.vue";
import { router } from "./router";
import { installWorker } from "./worker";

applyAppearance();
leavesNothing();
survivesUpdates();
announcePages(router, appName);
createApp(Residents).use(router).mount("#app");
installWorker();
