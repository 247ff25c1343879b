// Where an interview stands, in this tab alone. Where a browser keeps nothing, it lasts as long as the page.

const memory = new Map();
const key = (item) => `crossprov:${item}`;

export function saved(item) {
  try {
    const found = sessionStorage.getItem(key(item));
    return found === null ? memory.get(item) ?? null : JSON.parse(found);
  } catch {
    return memory.get(item) ?? null;
  }
}

export function save(item, state) {
  memory.set(item, state);
  try {
    sessionStorage.setItem(key(item), JSON.stringify(state));
  } catch { /* the memory has it */ }
}

export function erase(item) {
  memory.delete(item);
  try {
    sessionStorage.removeItem(key(item));
  } catch { /* nothing was kept */ }
}
