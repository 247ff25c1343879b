// The result as a 办事指南: can I, where, what to bring, by when, why, and by which law.

import { addressOf } from "./address.js";
import * as api from "./api.js";
import { answers, begun } from "./ask.js";
import { h } from "./dom.js";
import { earliest, entry, laws, papers, section, sectionOf, timeline } from "./guide.js";
import { link } from "./item.js";
import { erase, save, saved } from "./store.js";
import { of, report, t } from "./words.js";

export async function result(name, go) {
  if (!saved(name)) {  // a link that was shared: the answers are not in it
    location.replace(addressOf("item", name));
    return { title: t("site"), content: [] };
  }
  const here = await begun(name);
  const { decision, guide } = await api.guide(here.case);
  const change = async (fact) => {
    const back = await api.interview({ state: here.state, back_to: fact });
    save(back.item, back.state);
    go("ask", back.item);
  };
  return {
    title: guide.title,
    content: [
      h("nav", { class: "crumbs", "aria-label": t("back_to_item") },
        h("a", { href: addressOf() }, t("home")), h("a", { href: addressOf("item", name) }, guide.title)),
      h("article", { class: "result" },
        h("header", { class: `verdict outcome-${decision.outcome}` },
          h("p", { class: "of" }, guide.title),
          h("h1", { tabindex: "-1" }, guide.lead[0]),
          guide.lead.slice(1).map((line) => h("p", { class: "lead" }, line))),
        tools(here, name, go),
        glance(decision),
        changes(decision),
        section(sectionOf(guide, "missing")),
        reasons(guide),
        section(sectionOf(guide, "where")),
        papers(guide),
        timeline(guide, decision.steps),
        section(sectionOf(guide, "money")),
        section(sectionOf(guide, "conclusions")),
        section(sectionOf(guide, "notices"), undefined, t("unsure")),
        laws(guide),
        answers(here, change),
        h("section", { class: "made" }, h("h2", {}, t("made_how")), guide.footer.map((line) => h("p", {}, line)), h("p", {}, t("not_official")))),
    ],
  };
}

function tools(here, name, go) {
  return h("p", { class: "actions no-print" },
    !here.finished && h("a", { class: "button primary", href: addressOf("ask", name) }, t("go_on")),
    h("button", { class: "button", type: "button", onclick: () => window.print() }, t("print")),
    link(name),
    h("button", { class: "button quiet", type: "button", onclick: () => { erase(name); go("ask", name); } }, t("start_again")));
}

// The four things that people ask first.
function glance(decision) {
  if (!["eligible", "needs_information"].includes(decision.outcome)) return null;
  const ways = decision.intake.flatMap((one) => one.channels.map((channel) => of(channel.name)));
  const told = [
    ["decides", of(decision.competent?.name)],
    ["hand_in", [...new Set(ways)].join(report("comma"))],
    ["by_when", lastDay(decision.steps)],
    ["papers", decision.materials.length ? t("papers_count", { n: decision.materials.length }) : t("papers_none")],
    ["costs", cost(decision.fee)],
  ].filter(([, words]) => words);
  return h("section", { class: "glance", "aria-label": t("at_a_glance") },
    h("dl", {}, told.map(([key, words]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, words)))));
}

// The last of the days by which the steps that surely come are due.
function lastDay(steps) {
  const days = steps.filter((step) => step.certain && !step.done_on).map(earliest).filter(Boolean);
  const last = days.sort((a, b) => a.day.localeCompare(b.day)).at(-1);
  if (!last) return "";
  return last.expected ? t("by_when_expected", { day: last.day }) : last.day;
}

function cost(fee) {
  if (!fee?.yuan) return "";
  return /^[0.]+$/.test(fee.yuan) ? report("free") : `${fee.yuan} ${t("yuan")}`;
}

// Sets of changes, each of which was decided again.
function changes(decision) {
  if (!decision.changes?.length) return null;
  const by = (one) => one.by && h("span", { class: "doubt" }, t(`by_${one.by}`));
  const told = (one) => t("changes_one", { label: of(one.fact.label), now: of(one.fact.shown), then: of(one.shown) });
  return h("section", { class: "part part-changes" }, h("h2", {}, t("changes")), h("p", { class: "hint" }, t("changes_about")),
    h("ul", { class: "entries" }, decision.changes.map((set) => h("li", { class: "entry" },
      set.facts.map((one) => h("p", {}, told(one), " ", by(one)))))));
}

// What does not hold or is open stands open; what holds is folded.
function reasons(guide) {
  const one = sectionOf(guide, "reasons");
  if (!one) return null;
  const held = one.entries.filter((each) => each.mark === "✓");
  const rest = one.entries.filter((each) => each.mark !== "✓");
  return h("section", { class: "part part-reasons" }, h("h2", {}, one.heading),
    rest.length > 0 && h("ul", { class: "entries" }, rest.map((each) => entry(each))),
    held.length > 0 && h("details", { class: "held" }, h("summary", {}, t("conditions_met", { n: held.length })),
      h("ul", { class: "entries" }, held.map((each) => entry(each)))));
}
