// A guide (办事指南) as elements: sections of entries, with the numbers of laws as links to their citations.

import { h } from "./dom.js";
import { report, t } from "./words.js";

export const sectionOf = (guide, name) => guide.sections.find((one) => one.id === name);

const tags = () => ["no_law", "sure_inferred", "sure_recalled"].map((key) => report(key));

// "… [3][7]" becomes links; the marks of what is not sure become labels.
export function lawful(words) {
  const known = tags();
  const pattern = new RegExp(`(\\[\\d+\\]|${known.map(escaped).join("|")})`);
  return words.split(pattern).filter(Boolean).map((part) => {
    if (known.includes(part)) return h("span", { class: "doubt" }, part.slice(1, -1));
    const number = /^\[(\d+)\]$/.exec(part);
    return number ? law(number[1]) : part;
  });
}

const escaped = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// No plain link: the address after # says which view is shown.
function law(n) {
  return h("a", {
    class: "law", href: `#law-${n}`, "aria-label": t("law_link", { n }),
    onclick: (event) => {
      event.preventDefault();
      const there = document.getElementById(`law-${n}`);
      there?.closest("details")?.setAttribute("open", "");
      there?.scrollIntoView({ block: "center" });
      there?.focus({ preventScroll: true });
    },
  }, n);
}

const SHORT = 2;
const MARKS = { "✓": "mark-good", "✗": "mark-bad", "?": "mark-open", "!": "mark-note" };

export function entry(one, tag = "li") {
  return h(tag, { class: `entry ${MARKS[one.mark] ?? ""}` }, h("p", {}, lawful(one.words)), notes(one.notes));
}

const notes = (lines) => lines.length > 0 && h("ul", { class: "notes" }, lines.map((note) => h("li", {}, lawful(note))));

// Without a case, an office may hang on many conditions: whoever wants to read them opens them.
function briefly(one) {
  if (one.notes.length <= SHORT) return entry(one);
  const [first, ...rest] = one.notes;
  return h("li", { class: "entry" }, h("p", {}, lawful(one.words)), notes([first]),
    h("details", { class: "rest" }, h("summary", {}, t("by_case", { n: rest.length })), notes(rest)));
}

export function section(one, entries = one?.entries, heading = one?.heading) {
  if (!entries?.length) return null;
  return h("section", { class: `part part-${one.id}` }, h("h2", {}, heading),
    h("ul", { class: "entries" }, entries.map((each) => entry(each))));
}

export function folded(one) {
  if (!one) return null;
  return h("details", { class: `part folded part-${one.id}` }, h("summary", {}, h("h2", {}, one.heading)),
    h("ul", { class: "entries" }, one.entries.map((each) => entry(each))));
}

export function laws(guide) {
  const one = sectionOf(guide, "laws");
  if (!one) return null;
  return h("section", { class: "part part-laws" }, h("h2", {}, one.heading),
    one.entries.map((instrument) => h("div", { class: "instrument" }, h("p", {}, instrument.words),
      h("ul", {}, instrument.notes.map(citation)))));
}

function citation(note) {
  const [, n, words] = /^\[(\d+)\]\s*(.*)$/s.exec(note) ?? [null, "", note];
  return h("li", { id: n ? `law-${n}` : null, tabindex: "-1" }, n && h("span", { class: "law-number" }, n), words);
}

// Papers to bring beside papers that nobody may ask for.
export function papers(guide) {
  const one = sectionOf(guide, "materials");
  if (!one) return null;
  const [bring, never] = [one.entries.filter((each) => each.mark !== "✗"), one.entries.filter((each) => each.mark === "✗")];
  const column = (name, entries) => entries.length > 0 && h("div", { class: name },
    h("h3", {}, t(name === "bring" ? "bring" : "never_asked")),
    h("ul", { class: "entries" }, entries.map((each) => entry({ ...each, words: shortened(each.words) }))));
  return h("section", { class: "part part-materials" }, h("h2", {}, one.heading),
    h("div", { class: "columns" }, column("bring", bring), column("never", never)));
}

// Under the heading "nobody may ask for", an entry need not say so again.
function shortened(words) {
  const [before, after] = report("not_required").split("{name}");
  return words.startsWith(before) ? words.slice(before.length).replace(after, "") : words;
}

// Who decides, and apart from that the ways to apply: taking a case in never moves the power to decide it.
export function offices(guide, brief = false) {
  const one = sectionOf(guide, "where");
  if (!one) return null;
  const prefix = report("intake").split("{words}")[0];
  const ways = one.entries.filter((each) => each.words.startsWith(prefix));
  const bodies = one.entries.filter((each) => !each.words.startsWith(prefix));
  const list = (entries) => h("ul", { class: "entries" }, entries.map((each) => (brief ? briefly(each) : entry(each))));
  return h("section", { class: "part part-where" }, h("h2", {}, one.heading),
    bodies.length > 0 && list(bodies),
    ways.length > 0 && [h("h3", {}, t("hand_in")), list(ways.map((each) => ({ ...each, words: each.words.slice(prefix.length) })))]);
}

// The steps in their order, each with its day, if it has one.
export function timeline(guide, steps = [], remark = null) {
  const one = sectionOf(guide, "steps");
  if (!one) return null;
  return h("section", { class: "part part-steps" }, h("h2", { tabindex: "-1" }, one.heading),
    h("p", { class: "hint" }, t("steps_note")), remark,
    h("ol", { class: "timeline" }, one.entries.map((each, n) => stop(each, guide.plan.steps[n], steps[n]))));
}

function stop(each, planned, step) {
  const kind = [planned.own ? "own" : "office", planned.certain ? "" : "perhaps", planned.done ? "finished" : ""];
  return h("li", { class: `stop ${kind.join(" ")}` },
    h("span", { class: "dot", "aria-hidden": "true" }, planned.done ? "✓" : planned.number),
    h("div", { class: "stop-body" }, step && when(step), entry(without(each, step), "div")));
}

// The day on which a step was done stands above it already.
function without(each, step) {
  const said = step?.done_on ? report("step_done", { day: step.done_on }) : null;
  return { ...each, notes: each.notes.filter((note) => note !== said) };
}

function when(step) {
  if (step.done_on) return h("p", { class: "when done" }, t("done", { day: step.done_on }));
  const due = earliest(step);
  return due && h("p", { class: "when" }, t(due.expected ? "due_expected" : "due", { day: due.day }));
}

const earliest = (step) =>
  step.due.filter((due) => due.day).sort((a, b) => a.day.localeCompare(b.day))[0];
