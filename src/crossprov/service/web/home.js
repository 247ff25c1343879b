// Finding an item: by words, or by what happened.

import { items } from "./api.js";
import { addressOf } from "./address.js";
import { fill, h, say } from "./dom.js";
import { of, t } from "./words.js";

export async function home() {
  const told = await items();
  const list = h("div", { class: "found" });
  const search = h("input", {
    id: "search", type: "search", autocomplete: "off", enterkeyhint: "search", spellcheck: "false",
    placeholder: t("search_hint"), oninput: () => { event = ""; update(); },
  });
  let event = "";
  const buttons = told.life_events.map((one) => h("button", {
    class: "event", type: "button", "aria-pressed": "false",
    onclick: () => { event = event === one.id ? "" : one.id; search.value = ""; update(); },
  }, of(one.name)));

  function update() {
    buttons.forEach((button, n) => button.setAttribute("aria-pressed", String(told.life_events[n].id === event)));
    const words = search.value.trim().toLowerCase();
    const found = told.items.filter((one) => (event ? one.life_events.includes(event) : matches(one, words)));
    const asked = Boolean(event || words);
    fill(list, heading(found.length, asked), groups(found));
    if (asked) say(found.length ? t("found", { n: found.length }) : t("none_found"));
  }

  update();
  return {
    title: t("site"),
    content: [
      h("section", { class: "hero" },
        h("h1", { tabindex: "-1" }, t("find_title")),
        h("p", { class: "lead" }, t("find_about")),
        h("form", { class: "search", role: "search", onsubmit: (one) => one.preventDefault() },
          h("label", { for: "search" }, t("search")), search)),
      h("section", { class: "events", "aria-labelledby": "events" },
        h("h2", { id: "events" }, t("by_event")), h("div", { class: "event-list" }, buttons)),
      list,
    ],
  };
}

// Every word that was typed, and Chinese without spaces as it is.
function matches(one, words) {
  const said = [one.item, one.name.zh, one.name.en, one.summary?.zh, one.summary?.en, ...Object.values(one.codes)];
  const text = said.filter(Boolean).join(" ").toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

function heading(n, asked) {
  if (!asked) return h("h2", {}, t("all_items"));
  return n ? h("h2", {}, t("found", { n })) : h("p", { class: "plain" }, t("none_found"));
}

function groups(found) {
  return ["joint", "related"].map((kind) => {
    const here = found.filter((one) => one.catalogue === kind);
    if (!here.length) return null;
    return h("section", { class: "group" },
      h("h3", {}, t(kind)), h("ul", { class: "items" }, here.map(card)));
  });
}

function card(one) {
  const notes = [one.number ? t("item_number", { n: one.number }) : "", ...one.serves.map((who) => t(`serves_${who}`))];
  if (!one.in_force) notes.push(t("not_in_force"));
  return h("li", {},
    h("a", { class: "card", href: addressOf("item", one.item) },
      h("strong", {}, of(one.name)),
      one.summary && h("span", { class: "summary" }, of(one.summary)),
      h("span", { class: "tags" }, notes.filter(Boolean).map((note) => h("span", {}, note)))));
}
