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
const app = createApp(Residents).use(router);
// What the gateway has put there stays in sight until the page is there that takes its place.
void router.isReady().finally(() => app.mount("#app"));
installWorker();
