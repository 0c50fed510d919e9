// The small parts of a merge queue's page: the lease, past trials, what became of items, and how trials are made.
import { h } from './element.js';
import { holderFacts } from './holder-facts.js';
import { ago, duration } from './moment.js';
import { pathOf, runOf } from './path.js';
import { itemLinks, shortSha } from './queue-trial.js';
import { facts, nothing, table } from './section.js';
import { badge } from './state-badge.js';

/**
 * @typedef {import('../../queries/queue-page-view.ts').QueuePage} QueuePage
 * @typedef {import('./state-badge.js').Tone} Tone
 */

/** @type {Record<QueuePage['ended'][number]['outcome'], Tone>} */
const TONES = {
  landed: 'good',
  red: 'bad',
  'green-base': 'good',
  'red-base': 'attention',
  conflict: 'bad',
  infrastructure: 'attention',
  'base-moved': 'attention',
  dissolved: 'dim',
};

/** @param {Pick<QueuePage, 'holder' | 'leaseUntilMs' | 'trial'>} queue */
export function leaseFacts({ holder, leaseUntilMs, trial }) {
  const isForge = trial?.gates === 'passed' && trial.checks === 'pending';
  const why = isForge ? ': only the checks of the forge are waited for' : '';
  return holderFacts(holder, leaseUntilMs, trial === null ? ': nothing is tried' : why);
}

/** @param {QueuePage['ended']} ended newest first */
export function trialTable(ended) {
  if (ended.length === 0) return nothing('No trial has ended yet.');
  const rows = ended.map(({ number, members, outcome, reason, sha, startedAtMs, endedAtMs }) => [
    String(number),
    badge(TONES[outcome], [outcome]),
    members.length === 0 ? 'the base alone' : h('span', null, itemLinks(members)),
    duration(endedAtMs - startedAtMs),
    ago(endedAtMs),
    h('div', null, shortSha(sha), longText(reason)),
  ]);
  return table(['Trial', 'Outcome', 'Items', 'Took', 'Ended', 'Result'], rows, 'Trials');
}

/** @param {QueuePage['decided']} decided newest first */
export function decidedTable(decided) {
  if (decided.length === 0) return nothing('Nothing has left the queue yet.');
  const rows = decided.map(({ item, run, headSha, outcome, cause, summary, sha, atMs }) => [
    h(
      'span',
      null,
      h('a', { href: pathOf(item) }, item),
      h('span', { class: 'under' }, h('a', { href: pathOf(run) }, runOf(run))),
    ),
    badge(outcome === 'landed' ? 'good' : 'bad', [outcome]),
    shortSha(headSha),
    ago(atMs),
    outcome === 'landed'
      ? h('span', null, 'as ', shortSha(sha))
      : h('div', null, h('strong', null, cause), longText(summary)),
  ]);
  return table(['Item', 'Outcome', 'Commit', 'When', 'Why'], rows, 'Landings and returns');
}

const MAX_CHARACTERS = 160;

/** Its first line; the rest when it is asked for. @param {string} text */
function longText(text) {
  const [first = ''] = text.split('\n');
  const head = first.slice(0, MAX_CHARACTERS);
  if (head === text) return h('span', { class: 'under wrap' }, text);
  return h(
    'details',
    { class: 'long' },
    h('summary', { class: 'wrap' }, `${head} …`),
    h('pre', { class: 'text' }, text),
  );
}

/** @param {Pick<QueuePage, 'rules' | 'breaker'>} queue */
export function ruleFacts({ rules, breaker }) {
  if (rules === null) return nothing('No item has come yet that says how.');
  const { stage, method, batchSize, window, admission, redTrials } = rules;
  const isNarrowed = window < batchSize && method !== 'rebase';
  return facts([
    ['Stage', stage],
    ['Method', method],
    ['Together', `${batchSize} at most${isNarrowed ? `, ${window} now` : ''}`],
    ['Admission', admission === 'forge' ? 'as the forge says' : 'whoever comes'],
    ['Sent back', `after ${redTrials} red ${redTrials === 1 ? 'trial' : 'trials'}`],
    ['Breaker', `${breaker.fruitless} of ${breaker.limit} trials without a landing in an hour`],
  ]);
}
