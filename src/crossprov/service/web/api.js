// What the service is asked. The address never holds anything of a person: answers travel in bodies only.

import { language, t } from "./words.js";

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

async function ask(path, body) {
  const headers = { "Accept-Language": language() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const how = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, how);
  } catch {
    throw new Refused({ title: t("offline"), status: 0 });
  }
  const found = await answer.json().catch(() => ({ title: t("offline"), status: answer.status }));
  if (!answer.ok) throw new Refused(found);
  return found;
}

const kept = new Map();
async function once(path) {
  if (!kept.has(path)) kept.set(path, ask(path).catch((error) => { kept.delete(path); throw error; }));
  return kept.get(path);
}

export const items = () => once("/items");
export const item = (name) => once(`/items/${encodeURIComponent(name)}?lang=${language()}`);
export const places = () => once("/places");
export const rulebook = () => once("/rulebook");
export const interview = (move) => ask("/interview", move);
export const guide = (told) => ask(`/guide?lang=${language()}`, told);
