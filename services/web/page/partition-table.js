// Who holds which partitions: a row for each holder, so that the sixteen of one host are one line.
import { h } from './element.js';
import { nothing, table } from './section.js';

/** @typedef {import('../../queries/fleet-view.ts').PartitionRow} PartitionRow */

/** The busiest; more of them say no more. */
const MAX_BUSY = 3;

/** @param {readonly PartitionRow[]} partitions in the order of their numbers */
export function partitionTable(partitions) {
  if (partitions.length === 0) return nothing('No partition is known.');
  const rows = [...byHolder(partitions).values()].map((held) => [
    holder(/** @type {PartitionRow} */ (held[0])),
    rangesOf(held.map(({ partition }) => partition)),
    waitingIn(held),
  ]);
  return table(['Held by', 'Partitions', 'Messages waiting'], rows, 'Partitions');
}

/** Those of nobody are apart by whether anything waits in them. @param {readonly PartitionRow[]} partitions */
function byHolder(partitions) {
  /** @type {Map<string | boolean, PartitionRow[]>} */
  const groups = new Map();
  for (const row of partitions) {
    const key = row.host ?? row.waiting > 0;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** A partition that nothing has come for yet is pinned to nobody, which harms nobody. @param {PartitionRow} row */
function holder({ host, waiting }) {
  if (host !== null) return h('code', { class: 'wrap' }, host);
  if (waiting === 0) return h('span', { class: 'muted' }, 'nobody yet');
  return h('strong', { class: 'warning' }, '▲ nobody');
}

/** `0–3, 7`. @param {readonly number[]} numbers in their order */
function rangesOf(numbers) {
  /** @type {[number, number][]} */
  const ranges = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, end]) => (first === end ? `${first}` : `${first}–${end}`)).join(', ');
}

/** `12 (7: 9, 2: 3)`. @param {readonly PartitionRow[]} held */
function waitingIn(held) {
  const busy = held.filter(({ waiting }) => waiting > 0);
  const sum = busy.reduce((total, { waiting }) => total + waiting, 0);
  if (held.length === 1 || sum === 0) return String(sum);
  const most = busy.toSorted((one, other) => other.waiting - one.waiting).slice(0, MAX_BUSY);
  const more = busy.length > MAX_BUSY ? ', …' : '';
  return `${sum} (${most.map(({ partition, waiting }) => `${partition}: ${waiting}`).join(', ')}${more})`;
}
