// A list of records, such as the times somebody was insured: entries of one form, and whether they are all.

import { h, id } from "./dom.js";
import { field } from "./fields.js";
import { of, t } from "./words.js";
import { Wrong } from "./wrong.js";

export function records(spec) {
  const list = entries(spec);
  const name = id("complete");
  const all = h("input", { type: "radio", name, id: id("complete") });
  const some = h("input", { type: "radio", name, id: id("complete") });
  const choice = (input, words) => h("div", { class: "choice" }, input, h("label", { for: input.id }, words));
  const node = h("div", { class: "records" }, list.node,
    h("fieldset", { class: "complete" }, h("legend", {}, t("complete")),
      h("div", { class: "choices" }, choice(all, t("complete_all")), choice(some, t("complete_some")))));
  const read = () => {
    const told = list.read();
    if (!all.checked && !some.checked) {
      if (!told.length) return undefined;
      throw new Wrong(t("choose_one"), all);
    }
    return { records: told, complete_for: all.checked ? [{ provinces: "all" }] : [] };
  };
  return { node, read, first: list.button };
}

// The entries alone; a field of an entry may be such a list itself.
function entries(spec) {
  const here = [];
  const holder = h("div", { class: "entries-form" });
  const empty = h("p", { class: "hint" }, t("no_entries"));
  const button = h("button", { type: "button", class: "button add", id: id("add"), onclick: () => grow(true) });

  function grow(focus) {
    const made = form(spec, () => {
      here.splice(here.indexOf(made), 1);
      made.node.remove();
      name();
      button.focus();
    });
    here.push(made);
    holder.append(made.node);
    name();
    if (focus) made.fields[0].read.first.focus();
  }

  function name() {
    here.forEach((one, n) => one.called(n + 1));
    empty.hidden = here.length > 0;
    button.textContent = t(here.length ? "add_entry" : "add_first");
  }

  name();
  const read = () => here.map((one, n) => one.read(n + 1));
  return { node: h("div", {}, spec.many ? null : empty, holder, button), read, button };
}

function form(spec, remove) {
  const title = h("legend", {});
  const gone = h("button", { type: "button", class: "button remove", onclick: remove });
  const fields = spec.fields.map((one) => ({ spec: one, read: one.many ? nested(one) : field(one, labelled(one), true) }));
  const [rarer, usual] = [fields.filter((one) => isRarer(one.spec)), fields.filter((one) => !isRarer(one.spec))];
  const nodes = (some) => some.map((one) => one.read.node);
  const node = h("fieldset", { class: "entry-form" }, title, nodes(usual),
    rarer.length > 0 && h("details", { class: "rarer" }, h("summary", {}, t("rarer")), nodes(rarer)), gone);
  return {
    node,
    fields,
    called: (n) => {
      title.textContent = t("entry", { n });
      gone.textContent = t("remove_entry", { n });
    },
    read: (n) => Object.fromEntries(fields.map((one) => [one.spec.name, readOne(one, n)]).filter(([, told]) => told !== undefined)),
  };
}

// Shares, balances and lists inside an entry: hardly anybody has them at hand, and they need not be told.
const isRarer = (one) => !one.required && (one.many || ["rate", "money"].includes(one.kind));

const labelled = (one) => (one.required ? of(one.label) : t("optional", { label: of(one.label) }));

function nested(one) {
  const list = entries(one);
  const node = h("fieldset", { class: "field nested" }, h("legend", {}, labelled(one)), list.node);
  return { node, first: list.button, read: () => { const told = list.read(); return told.length ? told : undefined; } };
}

function readOne({ spec, read }, n) {
  const said = (words) => t("entry_wrong", { n, label: of(spec.label), said: words });
  try {
    const told = read.read();
    if (told === undefined && spec.required) throw new Wrong(t("fill_in"), read.first);
    return told;
  } catch (error) {
    throw error instanceof Wrong ? new Wrong(said(error.message), error.input) : error;
  }
}
