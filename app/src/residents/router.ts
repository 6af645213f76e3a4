import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { begin, signedIn } from "@/shared/session";

import HomePage from "./pages/HomePage.vue";

export const routes: RouteRecordRaw[] = [
  { path: "/", name: "home", component: HomePage, meta: { tab: true } },
  { path: "/news", name: "news", component: () => import("./pages/NewsPage.vue"), meta: { tab: true, title: "新闻" } },
  { path: "/news/echoes", name: "echoes", component: () => import("./pages/EchoesPage.vue"), meta: { title: "回音壁" } },
  { path: "/news/topics/:code", name: "topic", component: () => import("./pages/TopicPage.vue"), props: true, meta: { title: "话题" } },
  { path: "/news/:id", name: "article", component: () => import("./pages/ArticlePage.vue"), props: true, meta: { title: "新闻" } },
  { path: "/tips", name: "tips", component: () => import("./pages/TipsPage.vue"), meta: { title: "爆料" } },
  { path: "/tips/new", name: "tip", component: () => import("./pages/TipPage.vue"), meta: { title: "我要爆料" } },
  { path: "/tips/mine", name: "my-tips", component: () => import("./pages/MyTipsPage.vue"), meta: { title: "我的爆料", signedIn: true } },
  { path: "/affairs", name: "cases", component: () => import("./pages/CasesPage.vue"), meta: { tab: true, title: "我要问政" } },
  { path: "/affairs/ask", name: "ask", component: () => import("./pages/AskPage.vue"), meta: { title: "我要问政" } },
  { path: "/affairs/mine", name: "my-cases", component: () => import("./pages/MyCasesPage.vue"), meta: { title: "我的问政", signedIn: true } },
  { path: "/affairs/figures", name: "figures", component: () => import("./pages/FiguresPage.vue"), meta: { title: "办理情况" } },
  { path: "/affairs/cases/:no", name: "case", component: () => import("./pages/CasePage.vue"), props: true, meta: { title: "问政详情" } },
  { path: "/affairs/items", name: "catalogue", component: () => import("./pages/CataloguePage.vue"), meta: { tab: true, title: "我要办事" } },
  { path: "/affairs/items/list", name: "items", component: () => import("./pages/ItemsPage.vue"), meta: { title: "办事事项" } },
  { path: "/affairs/items/:code", name: "item", component: () => import("./pages/ItemPage.vue"), props: true, meta: { title: "办事指南" } },
  { path: "/affairs/offices", name: "offices", component: () => import("./pages/OfficesPage.vue"), meta: { title: "办事大厅" } },
  { path: "/affairs/hospitals", name: "hospitals", component: () => import("./pages/HospitalsPage.vue"), meta: { title: "医院" } },
  { path: "/life", name: "life", component: () => import("./pages/LifePage.vue"), meta: { tab: true, title: "生活" } },
  { path: "/life/guides/:slug", name: "guide", component: () => import("./pages/GuidePage.vue"), props: true, meta: { title: "生活指南" } },
  { path: "/life/plays", name: "plays", component: () => import("./pages/PlaysPage.vue"), meta: { title: "去哪玩" } },
  { path: "/life/plays/:id", name: "play", component: () => import("./pages/PlayPage.vue"), props: true, meta: { title: "去哪玩" } },
  { path: "/life/locksmiths", name: "locksmiths", component: () => import("./pages/LocksmithsPage.vue"), meta: { title: "会开锁" } },
  { path: "/life/nearby", name: "nearby", component: () => import("./pages/NearbyPage.vue"), meta: { title: "附近" } },
  { path: "/alerts", name: "alerts", component: () => import("./pages/AlertsPage.vue"), meta: { title: "预警" } },
  { path: "/search", name: "search", component: () => import("./pages/SearchPage.vue"), meta: { title: "搜索" } },
  { path: "/me", name: "me", component: () => import("./pages/MePage.vue"), meta: { tab: true, title: "我的" } },
  { path: "/me/sign-in", name: "sign-in", component: () => import("./pages/SignInPage.vue"), meta: { title: "登录" } },
  { path: "/me/inbox", name: "inbox", component: () => import("./pages/InboxPage.vue"), meta: { title: "消息", signedIn: true } },
  { path: "/me/kept", name: "kept", component: () => import("./pages/KeptPage.vue"), meta: { title: "收藏和关注", signedIn: true } },
  { path: "/me/comments", name: "my-comments", component: () => import("./pages/MyCommentsPage.vue"), meta: { title: "我的评论", signedIn: true } },
  { path: "/me/privacy", name: "privacy", component: () => import("./pages/PrivacyPage.vue"), meta: { title: "隐私政策" } },
  { path: "/me/closing", name: "closing", component: () => import("./pages/ClosingPage.vue"), meta: { title: "注销账户", signedIn: true } },
  { path: "/:rest(.*)*", name: "lost", component: () => import("./pages/LostPage.vue"), meta: { title: "没有找到" } },
];

export const router = createRouter({
  history: createWebHistory("/"),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.beforeEach(async (to) => {
  if (!to.meta.signedIn) return true;
  await begin();
  return signedIn.value || { name: "sign-in", query: { to: to.fullPath }, replace: true };
});
