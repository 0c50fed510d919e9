// The trial under way in a merge queue: how far it is, on what base, what it leads to, and whom a hunt suspects.
// It must never promise what only a green trial would bring.

import { h } from './element.js';
import { since } from './moment.js';
import { pathOf } from './path.js';
import { progressMark } from './progress-mark.js';
import { facts, nothing } from './section.js';

/**
 * @typedef {import('../../queries/queue-page-view.ts').QueuePage} QueuePage
 * @typedef {import('../../queries/queue-page-view.ts').Prospect} Prospect
 * @typedef {NonNullable<QueuePage['trial']>} Trial
 * @typedef {'done' | 'now' | 'later'} Progress
 */

/** @type {Record<Progress, [string, string]>} */
const SIGNS = { done: ['✓', 'done'], now: ['●', 'under way'], later: ['○', 'not yet'] };
const ORDER = ['preparing', 'validating', 'merging', 'verifying'];

/** @param {Pick<QueuePage, 'trial' | 'state' | 'outlook'>} queue */
export function trialCard({ trial, state, outlook }) {
  if (trial === null) return [nothing('Nothing is tried.')];
  const { number, step, startedAtMs, baseSha, candidateSha, seen, kind } = trial;
  const what = kind === 'control' ? 'Trial of the base alone' : 'Trial';
  return [
    h('p', { class: 'waits' }, `${what} ${number} ${step}, for `, since(startedAtMs)),
    h(
      'ol',
      { class: 'steps', 'aria-label': `Steps of trial ${number}` },
      ...stepsOf(trial, state).map(([name, progress]) =>
        progressMark(name, progress, SIGNS[progress]),
      ),
    ),
    facts([
      ['Base', shortSha(baseSha)],
      ['Candidate', shortSha(candidateSha)],
      ['Checks seen', seen?.summary],
      ['Begun again', troublesOf(trial)],
      ['If green', outlook && prospectOf(outlook.green, landingWords(trial))],
      ['If red', outlook && prospectOf(outlook.red, '')],
    ]),
  ];
}

/** @param {Trial} trial */
function landingWords({ kind, members }) {
  if (kind === 'control') return '';
  return members.length === 1 ? 'it lands; ' : 'they land; ';
}

/** @param {Trial} trial @param {string} state @returns {[string, Progress][]} */
function stepsOf({ gates, checks, kind }, state) {
  const at = ORDER.indexOf(state);
  /** @type {(place: number) => Progress} */
  const progress = (place) => (at === place ? 'now' : at > place ? 'done' : 'later');
  /** @type {(said: string) => Progress} */
  const tested = (said) => (said === 'passed' ? 'done' : progress(1));
  /** @type {[string, Progress][]} */
  const steps = [['prepare', progress(0)]];
  if (gates !== 'none') steps.push(['gates', tested(gates)]);
  if (checks !== 'none') steps.push(['checks', tested(checks)]);
  if (kind !== 'control') steps.push(['merge', progress(2)], ['verify', progress(3)]);
  return steps;
}

/** @param {Trial} trial */
function troublesOf({ baseMoves, reclaims, faults }) {
  return [
    baseMoves > 0 && `the base moved ${times(baseMoves)}`,
    reclaims > 0 && `its holder was lost ${times(reclaims)}`,
    faults > 0 && `something around it failed ${times(faults)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** @param {number} count */
function times(count) {
  return count === 1 ? 'once' : `${count} times`;
}

/** @param {Prospect} prospect @param {string} before */
function prospectOf({ sentBack, members, isControl, isFrozen }, before) {
  if (isFrozen) return 'the queue is frozen, and nobody is blamed';
  const back = sentBack === null ? [] : [itemLink(sentBack), ' is sent back; '];
  if (isControl) return [before, ...back, 'then the base alone is tried'];
  if (members.length === 0) return [before, ...back, 'then nobody is left to be tried'];
  return [before, ...back, 'then ', ...itemLinks(members), members.length > 1 && ' together'];
}

/** `a, b and 3 more`. @param {readonly string[]} items @param {number} [most] */
export function itemLinks(items, most = 8) {
  const shown = items.slice(0, most).flatMap((item, index) => [index > 0 && ', ', itemLink(item)]);
  const more = items.length - most;
  return more > 0 ? [...shown, ` and ${more} more`] : shown;
}

/** @param {string} item */
function itemLink(item) {
  return h('a', { href: pathOf(item) }, item);
}

/** @param {string | null} sha */
export function shortSha(sha) {
  return sha && h('code', { title: sha }, sha.slice(0, 12));
}

/** @param {QueuePage['hunt']} hunt */
export function huntCard(hunt) {
  if (hunt === null) return [];
  return [
    h('p', { class: 'waits' }, hunt.words),
    facts([
      ['Suspects', itemLinks(hunt.suspects, 32)],
      ['Trials left', String(hunt.trialsLeft)],
    ]),
  ];
}
