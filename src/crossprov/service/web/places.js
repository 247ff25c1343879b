// Choosing a place, from the province down as far as the divisions of the rules go.

import * as api from "./api.js";
import { fill, h, id } from "./dom.js";
import { of, t } from "./words.js";
import { Wrong } from "./wrong.js";

let provinces = [];

export async function ready() {
  provinces = (await api.places()).provinces;
}

const LEVELS = ["province", "prefecture", "county"];

export function place(spec) {
  const deepest = LEVELS.includes(spec.level) ? LEVELS.indexOf(spec.level) : LEVELS.length - 1;
  const below = h("div", { class: "below" });
  const first = level(provinces, below, deepest);
  return { node: h("div", { class: "place" }, first.node, below), first: first.list, read: first.read };
}

function level(offered, below, deepest) {
  const name = offered[0].level;
  let next = null;
  const list = h("select", {
    id: id("place"),
    onchange: () => {
      const parts = chosen()?.parts.filter((one) => LEVELS.indexOf(one.level) <= deepest) ?? [];
      const further = h("div", { class: "below" });
      next = parts.length ? level(parts, further, deepest) : null;
      fill(below, next && [next.node, further]);
    },
  }, h("option", { value: "" }, t("choose")), offered.map((one) => h("option", { value: one.code }, of(one.name))));
  const chosen = () => offered.find((one) => one.code === list.value);
  const read = () => {
    const here = chosen();
    if (!here || !next) return here?.code;
    const found = next.read();
    if (found === undefined) throw new Wrong(t("place_wrong"), next.list);
    return found;
  };
  const node = h("p", { class: "level" }, h("label", { for: list.id }, t(name)), list);
  return { node, list, read };
}

export const nameOf = (code) => of(provinces.find((one) => one.code === code)?.name);
