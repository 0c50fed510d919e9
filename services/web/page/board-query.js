// What the board is filtered by. It stands in the address, so that a filtered board can be shared.

/** @typedef {{ q: string, project: string, state: string, stage: string, archived: string }} BoardQuery */

const NAMES = /** @type {const} */ (['q', 'project', 'state', 'stage', 'archived']);

/** @returns {BoardQuery} */
export function queryOfAddress() {
  const given = new URLSearchParams(location.search);
  const entries = NAMES.map((name) => [name, given.get(name) ?? '']);
  return Object.fromEntries(entries);
}

/** Without what is not filtered by: `state=parked&q=cart`. @param {BoardQuery} query */
export function queryText(query) {
  const set = NAMES.filter((name) => query[name] !== '').map((name) => [name, query[name]]);
  return new URLSearchParams(set).toString();
}

/** What is typed replaces the last address; what is chosen can be gone back from. @param {BoardQuery} query @param {boolean} isTyped */
export function keepQuery(query, isTyped) {
  const text = queryText(query);
  const path = text === '' ? '/' : `/?${text}`;
  if (path === location.pathname + location.search) return;
  if (isTyped) history.replaceState(history.state, '', path);
  else history.pushState(null, '', path);
}

/** @param {BoardQuery} query */
export function isFiltered(query) {
  return NAMES.some((name) => name !== 'archived' && query[name] !== '');
}
