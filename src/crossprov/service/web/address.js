// Addresses inside the page: #/zh, #/zh/item/ID, #/zh/ask/ID, #/zh/result/ID. They name the language and the item
// and nothing else, so every one of them can be shared.

import { language } from "./words.js";

export function addressOf(view = "", name = "", inLanguage = language()) {
  return "#/" + [inLanguage, view, name].filter(Boolean).join("/");
}

export function where() {
  const [, asked = "", view = "", name = ""] = location.hash.split("/").map(readable);
  const known = asked === "zh" || asked === "en";
  const wanted = known ? asked : navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  return { wanted, view, name };
}

function readable(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
