// One revision of a run: the event that made it, what it changed, and the record as it stood then.
// It must never offer to change anything: what is past is only looked at.
import { h } from './element.js';
import { jsonLine, jsonTree } from './json-tree.js';
import { timeOfDay } from './moment.js';
import { facts, nothing, table } from './section.js';
import { stateBadge } from './state-badge.js';

/** @typedef {import('../../queries/run-view.ts').Step} Step */

/** @param {Step | null} step */
export function stepCard(step) {
  if (step === null) return [nothing('No revision is known.')];
  const { event, state, by, record, changes, effects } = step;
  const changed = new Set((changes ?? []).map(({ path }) => path));
  return [
    h('h3', null, 'Event'),
    facts([
      ['Type', h('code', null, event.type)],
      ['At', timeOfDay(event.atMs)],
      ['Came by', event.door || null],
      ['Id', event.id === null ? null : h('code', { class: 'wrap' }, event.id)],
      ['Written by', h('span', { class: 'wrap' }, by)],
      ['State', stateBadge(state)],
    ]),
    dataOf(event.data),
    h('h3', null, 'Changes'),
    changeTable(changes, event.type),
    effects !== null && effects.length > 0 && h('h3', null, 'Ordered'),
    effects !== null && h('ul', null, ...effects.map((effect) => h('li', null, effect))),
    h('h3', null, 'Record'),
    step.isRemade && nothing('Made again from the first record and the events since.'),
    record === null
      ? nothing('Only its outline is kept.')
      : jsonTree(record, { changed, label: 'Record' }),
  ];
}

/** @param {Record<string, unknown> | null} data */
function dataOf(data) {
  if (data === null) return nothing('Its data is not kept apart: the record repeats it.');
  if (Object.keys(data).length === 0) return nothing('It carries no data.');
  return jsonTree(data, { label: 'Data of the event' });
}

/** @param {Step['changes']} changes @param {string} type of the event */
function changeTable(changes, type) {
  if (changes === null) return nothing('Not known: the record before is not kept.');
  if (changes.length === 0)
    return nothing(type === 'open' ? 'Nothing: it began here.' : 'Nothing.');
  const rows = changes.map(({ path, before, after }) => [
    h('code', null, path),
    jsonLine(before),
    jsonLine(after),
  ]);
  return table(['What', 'Before', 'After'], rows, 'Changes');
}
