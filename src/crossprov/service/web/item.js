// One item: who decides, where to apply, which papers, which steps; and the way into its questions.

import * as api from "./api.js";
import { addressOf } from "./address.js";
import { h, say } from "./dom.js";
import { folded, laws, offices, papers, section, sectionOf, timeline } from "./guide.js";
import { erase, saved } from "./store.js";
import { t } from "./words.js";

const FOLDED = ["requirements", "tables", "results", "differences", "provenance", "about"];

export async function item(name, go) {
  const told = await api.item(name);
  const guide = told.guide;
  const part = (id) => section(sectionOf(guide, id));
  return {
    title: guide.title,
    content: [
      h("nav", { class: "crumbs", "aria-label": t("home") }, h("a", { href: addressOf() }, t("home"))),
      h("article", { class: "item" },
        h("h1", { tabindex: "-1" }, guide.title),
        guide.lead.map((line) => h("p", { class: "lead" }, line)),
        begin(told, go),
        offices(guide, true),
        papers(guide),
        timeline(guide),
        part("money"),
        section(sectionOf(guide, "notices"), undefined, t("unsure")),
        h("div", { class: "more" }, h("h2", {}, t("more_details")), FOLDED.map((id) => folded(sectionOf(guide, id)))),
        laws(guide),
        h("p", { class: "made" }, guide.footer.join(" "))),
    ],
  };
}

function begin(told, go) {
  const before = saved(told.item);
  const count = before?.answers.length ?? 0;
  const start = h("button", { class: "primary", type: "button", onclick: () => { erase(told.item); go("ask", told.item); } },
    t(count ? "start_again" : "start"));
  return h("div", { class: "begin" },
    h("p", { class: "actions" },
      count > 0 && h("a", { class: "button primary", href: addressOf("ask", told.item) }, t("go_on")),
      count > 0 ? plainly(start) : start,
      link(told.item)),
    h("p", { class: "hint" }, count ? t("saved", { n: count }) : t("start_about")));
}

function plainly(button) {
  button.className = "button";
  return button;
}

// The link names the item and the language, whatever has been answered.
export function link(name) {
  return h("button", {
    class: "button", type: "button",
    onclick: async (event) => {
      const address = new URL(addressOf("item", name), location.href).href;
      try {
        await navigator.clipboard.writeText(address);
        event.target.textContent = t("copied");
        say(t("copied"));
      } catch {  // browsers copy only on secure connections; elsewhere the link is shown, to be copied by hand
        event.target.replaceWith(h("span", { class: "address" }, t("not_copied", { address })));
        say(t("not_copied", { address }));
      }
    },
  }, t("copy_link"));
}
