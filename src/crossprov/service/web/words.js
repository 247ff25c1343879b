// Texts of the page and of guides, in the language of the page; placeholders are filled and nothing is joined.

let texts = { web: {}, report: {} };
let current = "zh";

export async function load() {
  texts = await (await fetch("/web/texts.json")).json();
}

export function speak(language) {
  current = language;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

export const language = () => current;
export const other = () => (current === "zh" ? "en" : "zh");

const filled = (words, values) =>
  words.replace(/\{([a-z_]+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

export const t = (key, values = {}) => filled(texts.web[key][current], values);
export const report = (key, values = {}) => filled(texts.report[key][current], values);

// A text of the rules, which comes in both languages.
export const of = (text) => (text ? text[current] : "");
