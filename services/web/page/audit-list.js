// What happened, newest first: every event with what became of it.
import { h } from './element.js';
import { timeOfDay } from './moment.js';
import { runOf, typedAddress } from './path.js';
import { nothing } from './section.js';
import { badge } from './state-badge.js';

/** @typedef {import('../../queries/audit-entries.ts').AuditLine} AuditLine */

const MAX_LINES = 100;
const TONES = /** @type {const} */ ({
  applied: 'good',
  refused: 'bad',
  repeated: 'dim',
  alarm: 'attention',
});

/** @param {readonly AuditLine[]} audit oldest first @param {string} address of the page: what is of it need not say so */
export function auditList(audit, address) {
  if (audit.length === 0) return nothing('The audit knows nothing of it.');
  const newest = audit.slice(-MAX_LINES).reverse();
  return h(
    'ol',
    { class: 'audit', tabindex: '0', 'aria-label': 'Events' },
    ...newest.map((line) => lineOf(line, address)),
    audit.length > MAX_LINES && leftOut(address),
  );
}

/** @param {string} address */
function leftOut(address) {
  const command = h('code', null, `onceward events ${address}`);
  return h('li', { class: 'muted' }, `These are the newest ${MAX_LINES}; `, command, ' lists all.');
}

/** @param {AuditLine} line @param {string} address */
function lineOf(line, address) {
  const who = line.claimant ?? line.by;
  return h(
    'li',
    null,
    timeOfDay(line.atMs),
    h('code', null, `${prefixOf(line, address)}${line.type}`),
    outcomeOf(line.outcome),
    h('span', { class: 'wrap' }, wayOf(line)),
    h('span', { class: 'clip muted', title: who }, who),
  );
}

/** @param {string} outcome */
function outcomeOf(outcome) {
  return badge(TONES[/** @type {keyof typeof TONES} */ (outcome)] ?? 'waiting', [outcome]);
}

/** @param {AuditLine} line */
function wayOf({ from, to, revision, reason, message }) {
  if (reason !== null) return `${reason}${message === '' ? '' : `: ${message}`}`;
  const way = to === null ? '' : from === null || from === to ? to : `${from} → ${to}`;
  return [way, revision === null ? '' : `revision ${revision}`].filter(Boolean).join(', ');
}

/** @param {AuditLine} line @param {string} address */
function prefixOf(line, address) {
  const typed = typedAddress(line.address);
  return typed === address ? '' : `${runOf(typed)} `;
}
