// What a question or a field of a form is answered with. Each has a node, and reads its answer: undefined while it
// is empty; where what was typed is no answer, it throws what would be one.

import { checks, radios, select } from "./choices.js";
import { h, id } from "./dom.js";
import { place } from "./places.js";
import { records } from "./records.js";
import { of, t } from "./words.js";
import { Wrong } from "./wrong.js";

const GROUPS = new Set(["bool", "enum", "set", "date", "month", "place", "records"]);

// `title` stands as the legend of a group, or as the label of a single input; `small` is a field of an entry.
export function field(spec, title, small = false) {
  const made = kind(spec, small);
  const grouped = GROUPS.has(spec.kind) && !made.single;
  const inner = spec.may_be_none && !["enum", "set"].includes(spec.kind) ? orNone(spec, made) : made;
  const node = grouped
    ? h("fieldset", { class: "field" }, h("legend", {}, title), inner.node)
    : h("div", { class: "field" }, h("label", { for: inner.first.id }, title), inner.node);
  return { node, read: inner.read, first: inner.first };
}

function kind(spec, small) {
  switch (spec.kind) {
    case "bool":
    case "enum": return small ? select(spec) : radios(spec);
    case "set": return checks(spec);
    case "date": return parts(["year", "month", "day"], "date_wrong", small);
    case "month": return parts(["year", "month"], "month_wrong", small);
    case "place": return place(spec);
    case "records": return records(spec);
    case "int": return typed(spec, "numeric", wholeNumber, unit(spec));
    case "money": return typed(spec, "decimal", money, ["", t("yuan")]);
    case "rate": return typed(spec, "decimal", rate, ["", t("percent")]);
    default: return typed(spec, "text", (words) => words, ["", ""]);
  }
}

// The unit as the rules write it, such as "{n} months": what stands before and after the number.
const unit = (spec) => (spec.unit_label ? of(spec.unit_label).split("{n}") : ["", ""]);

function typed(spec, inputmode, parse, [before, after]) {
  const input = h("input", {
    id: id("answer"), type: "text", inputmode, autocomplete: "off", spellcheck: "false",
    class: inputmode === "text" ? "words" : "number", maxlength: "200",
  });
  const read = () => {
    const words = input.value.trim();
    return words === "" ? undefined : parse(words, spec, input);
  };
  return { node: h("div", { class: "typed" }, before.trim(), input, after.trim()), read, first: input };
}

const plain = (words) => words.replace(/[０-９．]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).replace(/[,，\s]/g, "");

function wholeNumber(words, spec, input) {
  const found = plain(words);
  if (!/^\d{1,15}$/.test(found)) throw new Wrong(t("number_wrong"), input);
  const n = Number(found);
  if (spec.low !== null && n < spec.low) throw new Wrong(t("too_low", { n: spec.low }), input);
  if (spec.high !== null && n > spec.high) throw new Wrong(t("too_high", { n: spec.high }), input);
  return n;
}

function money(words, _, input) {
  const found = plain(words);
  if (!/^(0|[1-9]\d{0,11})(\.\d{1,2})?$/.test(found)) throw new Wrong(t("money_wrong"), input);
  return found;
}

// Percent as people say it, a share as the rules want it; by moving the point, so that no digit changes.
function rate(words, _, input) {
  const found = /^(\d{1,3})(?:\.(\d{1,4}))?%?$/.exec(plain(words));
  if (!found) throw new Wrong(t("rate_wrong"), input);
  const digits = found[1].padStart(3, "0") + (found[2] ?? "");
  const [whole, rest] = [digits.slice(0, -2 - (found[2] ?? "").length), digits.slice(-2 - (found[2] ?? "").length)];
  const share = `${Number(whole)}.${rest}`.replace(/\.?0+$/, "") || "0";
  if (Number(share) > 1) throw new Wrong(t("rate_wrong"), input);
  return share;
}

// A day or a month in boxes of its own: quicker than a calendar for a day of birth, and the same in every browser.
function parts(names, wrong, small) {
  const boxes = names.map((name) => h("input", {
    id: id(name), type: "text", inputmode: "numeric", autocomplete: "off",
    class: name, maxlength: name === "year" ? "4" : "2",
  }));
  const read = () => {
    const found = boxes.map((box) => plain(box.value));
    if (found.every((one) => one === "")) return undefined;
    const [year, month, day = "1"] = found;
    const bad = boxes[found.findIndex((one) => !/^\d+$/.test(one))] ?? boxes[0];
    const stands = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    const real = /^\d{4}-\d\d-\d\d$/.test(stands) && !Number.isNaN(Date.parse(stands))
      && new Date(stands).toISOString().startsWith(stands);
    if (!real) throw new Wrong(t(wrong), bad);
    return names.length === 3 ? stands : stands.slice(0, 7);
  };
  const box = (one, n) => h("span", { class: "box" }, h("label", { for: one.id }, t(names[n])), one);
  const hint = !small && names.length === 3 && h("p", { class: "hint" }, t("date_hint"));
  return { node: h("div", {}, hint, h("div", { class: "boxes" }, boxes.map(box))), read, first: boxes[0] };
}

// Known to be none is an answer; it differs from not knowing.
function orNone(spec, made) {
  const box = h("input", { type: "checkbox", id: id("none") });
  const label = spec.none_label ? of(spec.none_label) : t("none");
  const node = h("div", {}, made.node, h("p", { class: "choice" }, box, h("label", { for: box.id }, label)));
  return { node, first: made.first, read: () => (box.checked ? "none" : made.read()) };
}
