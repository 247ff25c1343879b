// The frame of the page, and the view that its address asks for.

import { addressOf, where } from "./address.js";
import * as api from "./api.js";
import { fill, h } from "./dom.js";
import { ask } from "./ask.js";
import { home } from "./home.js";
import { item } from "./item.js";
import { result } from "./result.js";
import { load, other, speak, t } from "./words.js";

const VIEWS = { "": home, item, ask, result };
const main = document.getElementById("main");
let turn = 0;

function frame({ view, name }) {
  const link = h("a", {
    class: "language", href: addressOf(view, name, other()), lang: other() === "zh" ? "zh-CN" : "en",
    "aria-label": t("language_label"),
  }, t("language"));
  fill(document.getElementById("top"),
    h("div", { class: "top-inner" },
      h("a", { class: "brand", href: addressOf() },
        h("img", { src: "/web/icon.svg", alt: "", width: "32", height: "32" }),
        h("span", {}, h("strong", {}, t("site")), h("small", {}, t("site_about")))),
      link));
  document.getElementById("skip").textContent = t("skip");
  fill(document.getElementById("foot"), h("p", {}, t("privacy")), h("p", {}, t("not_official")));
  api.rulebook().then((rules) => {
    const foot = document.getElementById("foot");
    foot.querySelector(".rules")?.remove();
    const said = t("rules", { id: rules.id, hash: rules.hash.slice(0, 12), version: rules.library });
    foot.append(h("p", { class: "rules" }, said));
  }).catch(() => {});
}

async function show() {
  const here = where();
  const mine = ++turn;
  speak(here.wanted);
  frame(here);
  const view = VIEWS[here.view];
  main.setAttribute("aria-busy", "true");
  try {
    if (!view || (here.view && !here.name)) throw new api.Refused({ title: t("not_here"), status: 404 });
    const { title, content, focus } = await view(here.name, go);
    if (mine !== turn) return;
    document.title = title === t("site") ? title : `${title} – ${t("site")}`;
    fill(main, content);
    main.className = `view-${here.view || "home"}`;
    window.scrollTo({ top: 0, behavior: "instant" });
    (focus ?? main.querySelector("h1") ?? main).focus({ preventScroll: true });
  } catch (error) {
    if (mine === turn) fill(main, wrong(error));
  } finally {
    if (mine === turn) main.removeAttribute("aria-busy");
  }
}

function wrong(error) {
  const words = error instanceof api.Refused ? error.message : t("offline");
  if (!(error instanceof api.Refused)) console.error(error);
  return h("div", { class: "plain", role: "alert" },
    h("h1", { tabindex: "-1" }, words),
    h("p", { class: "actions" },
      h("button", { class: "primary", type: "button", onclick: show }, t("try_again")),
      h("a", { class: "button", href: addressOf() }, t("home"))));
}

function go(view, name) {
  const next = addressOf(view, name);
  if (location.hash === next) show();
  else location.hash = next;
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();  // the address says which view is shown
  main.focus();
});
window.addEventListener("hashchange", show);
await load();
await show();
