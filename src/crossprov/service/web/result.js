// The result as a 办事指南: can I, where, what to bring, by when, why, and by which law.

import { addressOf } from "./address.js";
import * as api from "./api.js";
import { answers, begun } from "./ask.js";
import { fill, h } from "./dom.js";
import { entry, laws, offices, papers, section, sectionOf, timeline } from "./guide.js";
import { link } from "./item.js";
import { erase, save, saved } from "./store.js";
import { of, report, t } from "./words.js";

export async function result(name, go) {
  if (!saved(name)) {  // a link that was shared: the answers are not in it
    location.replace(addressOf("item", name));
    return { title: t("site"), content: [] };
  }
  const here = await begun(name);
  const view = h("article", { class: "result" });
  const { guide } = await draw(view, here, name, go);
  return { title: guide.title, content: [crumbs(guide, name), view] };
}

const crumbs = (guide, name) => h("nav", { class: "crumbs", "aria-label": t("back_to_item") },
  h("a", { href: addressOf() }, t("home")), h("a", { href: addressOf("item", name) }, guide.title));

// `supposed` is a day on which the person might apply: days are reckoned from it, and the page says so.
async function draw(view, here, name, go, supposed = null) {
  const told = await api.guide(supposed ? { ...here.case, applied_on: supposed } : here.case);
  const { decision, guide } = told;
  const problem = h("div", { class: "error", role: "alert" });
  const tried = (task) => task().catch((error) => fill(problem, h("p", {}, error.message)));
  const change = (fact) => tried(async () => {
    const back = await api.interview({ state: here.state, back_to: fact });
    if (!saved(back.item)) return;  // erased while the service was asked
    save(back.item, back.state);
    go("ask", back.item);
  });
  const suppose = (day) => tried(async () => {
    await draw(view, here, name, go, day);
    view.querySelector(".part-steps h2").focus();
  });
  fill(view,
    h("header", { class: `verdict outcome-${decision.outcome}` },
      h("p", { class: "of" }, guide.title),
      h("h1", { tabindex: "-1" }, guide.lead[0]),
      guide.lead.slice(1).map((line) => h("p", { class: "lead" }, line))),
    problem,
    supposed && h("p", { class: "note" }, t("supposed", { day: supposed })),
    tools(here, name, go),
    glance(decision),
    section(sectionOf(guide, "missing")),
    reasons(guide),
    section(sectionOf(guide, "different")),
    offices(guide),
    papers(guide),
    timeline(guide, decision.steps, supposing(here, decision, supposed, suppose)),
    section(sectionOf(guide, "money")),
    section(sectionOf(guide, "conclusions")),
    section(sectionOf(guide, "notices"), undefined, t("unsure")),
    laws(guide),
    answers(here, change),
    h("section", { class: "made" }, h("h2", {}, t("made_how")), guide.footer.map((line) => h("p", {}, line))));
  return told;
}

// The clocks of most steps start with the application. Who has not applied may see what today would give.
function supposing(here, decision, supposed, suppose) {
  if (here.case.applied_on || supposed) return null;
  const today = decision.made_by.facts_on;
  return h("p", { class: "no-print" }, h("button", { class: "button", type: "button", onclick: () => suppose(today) }, t("suppose")));
}

function tools(here, name, go) {
  return h("p", { class: "actions no-print" },
    !here.finished && h("a", { class: "button primary", href: addressOf("ask", name) }, t("go_on")),
    h("button", { class: "button", type: "button", onclick: () => window.print() }, t("print")),
    link(name),
    h("button", { class: "button quiet", type: "button", onclick: () => { erase(name); go("ask", name); } }, t("start_again")));
}

const WAYS = 2;

// What people ask first.
function glance(decision) {
  if (!["eligible", "needs_information"].includes(decision.outcome)) return null;
  const all = new Set(decision.intake.filter((one) => one.certain).flatMap((one) => one.channels.map((channel) => of(channel.name))));
  const ways = [...all].slice(0, WAYS).join(report("comma"));
  const told = [
    ["decides", of(decision.competent?.name)],
    ["hand_in", all.size > WAYS ? t("ways", { ways, n: all.size }) : ways],
    ["by_when", lastLimit(decision.steps)],
    ["papers", decision.materials.length ? t("papers_count", { n: decision.materials.length }) : t("papers_none")],
    ["costs", cost(decision.fee)],
  ].filter(([, words]) => words);
  return h("section", { class: "glance", "aria-label": t("at_a_glance") },
    h("dl", {}, told.map(([key, words]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, words)))));
}

// What the law and what the office itself says of the last step that has a limit; days only as the decision has them.
function lastLimit(steps) {
  const last = steps.filter((step) => step.certain && !step.done_on && step.due.some((due) => due.day)).at(-1);
  const days = last?.due.filter((due) => due.day && due.certain) ?? [];
  return days.map((due) => t(due.expected ? "limit_expected" : "limit_on", { day: due.day, kind: t(due.kind) }))
    .join(report("separator"));
}

function cost(fee) {
  if (!fee?.yuan) return "";
  return /^[0.]+$/.test(fee.yuan) ? report("free") : `${fee.yuan} ${t("yuan")}`;
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
