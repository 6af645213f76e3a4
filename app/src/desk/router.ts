import { createRouter, createWebHistory } from "vue-router";

import { begin, session } from "@/shared/session";

import { admitsPartners, editsArticles, firstRoom, leads, readsExclusions, supervises, worksOnArticles, worksOnCases, worksOnComments } from "./roles";
import { me } from "./me";

declare module "vue-router" {
  interface RouteMeta {
    /** Whether people with these roles work here. */
    works?: (roles: readonly string[]) => boolean;
  }
}

const cases = { signedIn: true, title: "诉求", works: worksOnCases };
const articles = { signedIn: true, title: "稿件", works: worksOnArticles };
const tips = { signedIn: true, title: "爆料", works: editsArticles };

export const router = createRouter({
  history: createWebHistory("/desk"),
  routes: [
    { path: "/", name: "door", component: () => import("./pages/DeskAccount.vue"), meta: { signedIn: true } }, // the guard leads on
    { path: "/sign-in", name: "sign-in", component: () => import("./pages/SignInPage.vue"), meta: { title: "登录" } },
    { path: "/cases/:no?", name: "cases", component: () => import("./pages/DeskCases.vue"), meta: cases },
    { path: "/articles", name: "articles", component: () => import("./pages/DeskArticles.vue"), meta: articles },
    { path: "/articles/:id", name: "article", component: () => import("./pages/DeskArticle.vue"), props: (to) => ({ article: to.params.id, investigation: to.query.investigation }), meta: articles },
    { path: "/media", name: "media", component: () => import("./pages/DeskMedia.vue"), meta: { signedIn: true, title: "媒体库", works: worksOnArticles } },
    { path: "/alerts", name: "alerts", component: () => import("./pages/DeskAlerts.vue"), meta: { signedIn: true, title: "预警", works: worksOnArticles } },
    { path: "/comments", name: "comments", component: () => import("./pages/DeskComments.vue"), meta: { signedIn: true, title: "评论", works: worksOnComments } },
    { path: "/front", name: "front", component: () => import("./pages/DeskFront.vue"), meta: { signedIn: true, title: "头条", works: editsArticles } },
    { path: "/investigations", name: "investigations", component: () => import("./pages/DeskInvestigations.vue"), meta: { signedIn: true, title: "调查", works: worksOnArticles } },
    { path: "/investigations/:id", name: "investigation", component: () => import("./pages/DeskInvestigation.vue"), props: (to) => ({ investigation: to.params.id }), meta: { signedIn: true, title: "调查", works: worksOnArticles } },
    { path: "/tips", name: "tips", component: () => import("./pages/DeskTips.vue"), meta: tips },
    { path: "/tips/:no", name: "desk-tip", component: () => import("./pages/DeskTip.vue"), props: true, meta: tips },
    { path: "/bundles", name: "bundles", component: () => import("./pages/DeskBundles.vue"), meta: { signedIn: true, title: "同一事项", works: editsArticles } },
    { path: "/board", name: "board", component: () => import("./pages/DeskBoard.vue"), meta: { signedIn: true, title: "看板", works: leads } },
    { path: "/clusters", name: "clusters", component: () => import("./pages/DeskClusters.vue"), meta: { signedIn: true, title: "集中反映", works: leads } },
    { path: "/exclusions", name: "exclusions", component: () => import("./pages/DeskExclusions.vue"), meta: { signedIn: true, title: "剔除", works: readsExclusions } },
    { path: "/bans", name: "bans", component: () => import("./pages/DeskBans.vue"), meta: { signedIn: true, title: "限制提交", works: supervises } },
    { path: "/partners", name: "partners", component: () => import("./pages/DeskPartners.vue"), meta: { signedIn: true, title: "接入方", works: admitsPartners } },
    { path: "/account", name: "account", component: () => import("./pages/DeskAccount.vue"), meta: { signedIn: true, title: "我的账号" } },
    { path: "/password", name: "password", component: () => import("./pages/DeskPassword.vue"), meta: { signedIn: true, title: "修改密码" } },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});

router.beforeEach(async (to) => {
  await begin();
  const account = session.account?.kind === "staff" ? session.account : null;
  if (!account) return to.meta.signedIn ? { name: "sign-in", query: { to: to.fullPath } } : to.name === "sign-in" || { name: "sign-in" };
  if (to.name === "sign-in") return { path: "/" };
  if (to.name !== "password" && (await me())?.password_change_needed) return { name: "password" };
  if (to.name === "door") return { name: firstRoom(account.roles) };
  return !to.meta.works || to.meta.works(account.roles) || { name: firstRoom(account.roles) };
});
