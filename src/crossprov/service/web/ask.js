// The interview: one question, why it is asked, what was answered so far.

import { addressOf } from "./address.js";
import * as api from "./api.js";
import { fill, h, id } from "./dom.js";
import { field } from "./fields.js";
import * as places from "./places.js";
import { erase, save, saved } from "./store.js";
import { of, report, t } from "./words.js";
import { Wrong } from "./wrong.js";

const MOST_ERRORS = 3;

export async function ask(name, go) {
  const [here, about] = await Promise.all([begun(name), api.item(name), places.ready()]);
  const view = h("article", { class: "ask" });
  draw(view, here, of(about.name), go);
  return { title: of(about.name), content: view };
}

// Where the interview stands; a state that the service does not take any more is let go.
export async function begun(name) {
  const state = saved(name);
  let here;
  try {
    here = await api.interview(state ? { state } : { item: name });
  } catch (error) {
    if (!state || error.problem?.status !== 422) throw error;
    erase(name);
    here = await api.interview({ item: name });
  }
  save(here.item, here.state);
  return here;
}

function draw(view, here, title, go) {
  const question = here.question;
  const problem = h("div", { class: "error", role: "alert", id: id("error") });

  async function move(told) {
    if (view.hasAttribute("aria-busy")) return;  // pressed twice
    view.setAttribute("aria-busy", "true");
    try {
      const next = await api.interview({ state: here.state, ...told });
      if (!saved(next.item) || !view.isConnected) return;  // erased, or left, while the service was asked
      save(next.item, next.state);
      if (next.finished) return go("result", next.item);
      draw(view, next, title, go);
      window.scrollTo({ top: 0, behavior: "instant" });
      view.querySelector("h1").focus({ preventScroll: true });
    } catch (error) {
      wrong(worded(error, question));
    } finally {
      view.removeAttribute("aria-busy");
    }
  }

  function wrong(words, input) {
    fill(problem, h("strong", {}, t("problem")), h("p", {}, words));
    view.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
    input?.setAttribute("aria-invalid", "true");
    input?.focus();
  }

  fill(view, crumbs(here, title), here.rules_changed && h("p", { class: "note" }, t("rules_changed")),
    here.settled && question && settled(here),
    question ? form(here, problem, move, wrong) : h("h1", { tabindex: "-1" }, title),
    !question && h("p", { class: "actions" }, h("a", { class: "button primary", href: addressOf("result", here.item) }, t("see_result"))),
    answers(here, (fact) => move({ back_to: fact })),
    here.answers.length > 0 && h("p", { class: "actions" }, h("button", {
      class: "button quiet", type: "button", onclick: () => { erase(here.item); go("item", here.item); },
    }, t("erase"))));
}

// What the service finds wrong with an entry names its place in the case; people know the entry and the field.
function worded(error, question) {
  const told = (error.problem?.errors ?? []).slice(0, MOST_ERRORS).map(({ path, detail }) => {
    const [, n, name] = /\.records\[(\d+)\](?:\.([a-z_]+))?/.exec(path) ?? [];
    if (n === undefined) return detail;
    const label = of(question?.fields?.find((one) => one.name === name)?.label ?? question.label);
    return t("entry_wrong", { n: Number(n) + 1, label, said: detail });
  });
  return told.length ? told.join(report("separator")) : error.message;
}

const crumbs = (here, title) => h("nav", { class: "crumbs", "aria-label": t("back_to_item") },
  h("a", { href: addressOf() }, t("home")), h("a", { href: addressOf("item", here.item) }, title));

const settled = (here) => h("div", { class: `note outcome-${here.outcome}` },
  h("p", {}, t("settled", { outcome: report(`outcome_${here.outcome}`) })),
  h("p", {}, h("a", { class: "button", href: addressOf("result", here.item) }, t("see_result"))));

function form(here, problem, move, wrong) {
  const question = here.question;
  const remaining = question.open - 1;
  const title = h("h1", { tabindex: "-1", class: "question" }, of(question.question));
  const answer = field(question, title);
  const hint = remaining > 0 ? t("may_remain", { n: remaining }) : t("last_one");

  function submit(event) {
    event.preventDefault();
    fill(problem);
    try {
      const told = answer.read();
      if (told === undefined) wrong(t(question.choices.length ? "choose_one" : "fill_in"), answer.first);
      else move({ answer: told });
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      wrong(error.message, error.input);
    }
  }

  return h("form", { class: "one-question", novalidate: true, onsubmit: submit },
    progress(here.answers.length, remaining, hint),
    problem,
    question.help && h("p", { class: "hint" }, of(question.help)),
    answer.node,
    why(question),
    h("p", { class: "actions" },
      h("button", { class: "primary", type: "submit" }, t("next")),
      h("button", { class: "button", type: "button", onclick: () => move({ dont_know: true }) }, t("dont_know")),
      here.answers.length > 0 && h("button", { class: "button quiet", type: "button", onclick: () => move({ back: true }) }, t("back"))));
}

// How far it may be: an answer can close several questions at once, so the bar may leap.
function progress(done, remaining, hint) {
  return h("div", { class: "progress" },
    h("p", {}, h("strong", {}, t("question_number", { n: done + 1 })), " ", h("span", {}, hint)),
    h("progress", { max: String(done + remaining + 1), value: String(done), "aria-hidden": "true" }));
}

function why(question) {
  const reasons = new Map(question.why.map((one) => [of(one.text), one]));
  return h("details", { class: "why" }, h("summary", {}, t("why_asked")),
    h("ul", {}, [...reasons].map(([words, one]) => h("li", {}, words,
      one.law.length > 0 && h("span", { class: "cited" }, one.law.filter((law) => law.title).map((law) => h("cite", {}, law.citation)))))),
    whose(question),
    h("p", { class: "hint" }, of(question.why_now.text)));
}

function whose(question) {
  if (question.everywhere) return h("p", {}, t("everywhere"));
  const names = question.places.map(places.nameOf).filter(Boolean);
  return names.length > 0 && h("p", {}, t("whose_records", { places: names.join(report("comma")) }));
}

export function answers(here, change) {
  if (!here.answers.length) return null;
  return h("details", { class: "answers" }, h("summary", {}, t("your_answers", { n: here.answers.length })),
    h("dl", {}, here.answers.map((one) => h("div", {},
      h("dt", {}, of(one.label)),
      h("dd", {}, one.value === null ? t("not_known") : of(one.shown)),
      h("dd", { class: "change" }, h("button", {
        class: "link", type: "button", "aria-label": t("change_label", { label: of(one.label) }), onclick: () => change(one.fact),
      }, t("change")))))));
}
