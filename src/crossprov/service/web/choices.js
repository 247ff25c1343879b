// Choosing one answer, or several.

import { h, id } from "./dom.js";
import { of, t } from "./words.js";

export function radios(spec) {
  const name = id("choice");
  const offered = [...spec.choices, ...(spec.may_be_none ? [{ value: "none", label: spec.none_label }] : [])];
  const inputs = offered.map((one, n) => h("input", { type: "radio", name, id: id("choice"), value: String(n) }));
  const read = () => {
    const chosen = inputs.findIndex((one) => one.checked);
    return chosen < 0 ? undefined : offered[chosen].value;
  };
  return { node: options(offered, inputs), read, first: inputs[0] };
}

export function checks(spec) {
  const inputs = spec.choices.map(() => h("input", { type: "checkbox", id: id("choice"), onchange: () => { none.checked = false; } }));
  const none = h("input", {
    type: "checkbox", id: id("choice"),
    onchange: () => inputs.forEach((one) => { one.checked = false; }),
  });
  const read = () => {
    const chosen = spec.choices.filter((_, n) => inputs[n].checked).map((one) => one.value);
    return chosen.length || none.checked ? chosen : undefined;
  };
  const offered = [...spec.choices, { label: null }];
  return { node: options(offered, [...inputs, none]), read, first: inputs[0] };
}

const options = (offered, inputs) => h("div", { class: "choices" }, offered.map((one, n) =>
  h("div", { class: "choice" }, inputs[n], h("label", { for: inputs[n].id }, one.label ? of(one.label) : t("none_of_these")))));

export function select(spec) {
  const list = h("select", { id: id("choice") }, h("option", { value: "" }, t("choose")),
    spec.choices.map((one, n) => h("option", { value: String(n) }, of(one.label))));
  const read = () => (list.value === "" ? undefined : spec.choices[Number(list.value)].value);
  return { node: list, read, first: list, single: true };
}
