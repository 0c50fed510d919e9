// The filter of the board: text, project, states and stages with their counts.
// It must never filter by itself: the server does, over all items.

import { isFiltered } from './board-query.js';
import { h, patch } from './element.js';
import { stateBadge } from './state-badge.js';

/**
 * @typedef {import('./board-query.js').BoardQuery} BoardQuery
 * @typedef {import('./board-pages.js').Board} Board
 */

/** @param {(change: Partial<BoardQuery>, isTyped: boolean) => void} onChange */
export function createBoardFilter(onChange) {
  const field = h('input', {
    ...{ type: 'search', id: 'filter', placeholder: 'Filter by title or address' },
    ...{ 'aria-label': 'Filter items', autocomplete: 'off', spellcheck: 'false' },
    oninput: () => onChange({ q: field.value.trim() }, true),
  });
  const projects = h('select', {
    'aria-label': 'Project',
    onchange: () => onChange({ project: projects.value }, false),
  });
  const archived = h('input', {
    type: 'checkbox',
    onchange: () => onChange({ archived: archived.checked ? 'true' : '' }, false),
  });
  const clear = h('button', { class: 'quiet', onclick: () => onChange(NOTHING, false) }, 'Clear');
  const bar = h(
    'div',
    { class: 'filter' },
    h('div', { class: 'search' }, field, h('kbd', { 'aria-hidden': 'true' }, '/')),
    projects,
    h('label', { class: 'check' }, archived, 'archived'),
    clear,
  );
  const states = h('div', { class: 'chips', role: 'group', 'aria-label': 'States' });
  const stages = h('div', { class: 'chips', role: 'group', 'aria-label': 'Stages' });

  return {
    element: h('search', null, bar, states, stages),
    focus() {
      field.focus();
      field.select();
    },
    /** @param {Board | null} board @param {BoardQuery} query */
    render(board, query) {
      if (field.value.trim() !== query.q) field.value = query.q;
      archived.checked = query.archived !== '';
      clear.hidden = !isFiltered(query);
      const names = new Set([...(board?.projects ?? []), query.project].filter(Boolean));
      patch(projects, option('', 'All projects'), ...[...names].map((name) => option(name, name)));
      projects.value = query.project;
      patch(states, ...stateChips(board, query, onChange));
      patch(stages, ...stageChips(board, query, onChange));
    },
  };
}

const NOTHING = { q: '', project: '', state: '', stage: '' };

/** @param {string} value @param {string} text */
function option(value, text) {
  return h('option', { value, key: value }, text);
}

/** @param {Board | null} board @param {BoardQuery} query @param {(change: Partial<BoardQuery>, isTyped: boolean) => void} onChange */
function stateChips(board, query, onChange) {
  const found = withChosen(
    board?.states.map(({ state, count }) => ({ name: state, count })),
    query.state,
  );
  return found.map((one) =>
    chip(one, query.state, stateBadge(one.name), (state) => onChange({ state }, false)),
  );
}

/** @param {Board | null} board @param {BoardQuery} query @param {(change: Partial<BoardQuery>, isTyped: boolean) => void} onChange */
function stageChips(board, query, onChange) {
  const found = withChosen(
    board?.stages.map(({ stage, count }) => ({ name: stage, count })),
    query.stage,
  );
  return found.map((one) =>
    chip(one, query.stage, one.name, (stage) => onChange({ stage }, false)),
  );
}

/** What is filtered by must be there to be taken away, also when nothing matches it. @param {{ name: string, count: number }[]} [found] @param {string} [chosen] */
function withChosen(found = [], chosen = '') {
  const isThere = chosen === '' || found.some(({ name }) => name === chosen);
  return isThere ? found : [...found, { name: chosen, count: 0 }];
}

/**
 * @param {{ name: string, count: number }} one
 * @param {string} chosen
 * @param {import('./element.js').Child} content
 * @param {(name: string) => void} onChoose
 */
function chip({ name, count }, chosen, content, onChoose) {
  const isChosen = name === chosen;
  return h(
    'button',
    {
      ...{ class: 'chip', type: 'button', key: name, 'aria-pressed': String(isChosen) },
      onclick: () => onChoose(isChosen ? '' : name),
    },
    content,
    h('span', { class: 'count' }, count.toLocaleString('en')),
  );
}
