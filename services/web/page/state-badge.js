// A state as people see it everywhere: a mark, a colour and its name, so that none of them has to be guessed.
// It must never show a state by its colour alone.
import { h } from './element.js';

/** What a state means for who looks at it. @typedef {'busy' | 'waiting' | 'attention' | 'good' | 'bad' | 'dim'} Tone */

/** @type {Record<string, Tone>} */
const TONES = {
  'running.queued': 'waiting',
  running: 'busy',
  finalizing: 'busy',
  graceExpired: 'attention',
  claimed: 'busy',
  cancelling: 'dim',
  advanced: 'good',
  cancelled: 'dim',
  'running.held': 'attention',
  'running.overCap': 'attention',
  'running.stopping': 'dim',
  available: 'good',
  suspended: 'attention',
  idle: 'dim',
  preparing: 'busy',
  validating: 'busy',
  merging: 'busy',
  verifying: 'busy',
  frozen: 'attention',
  paused: 'attention',
  assessing: 'busy',
  building: 'busy',
  verifyingProvenance: 'busy',
  promoting: 'busy',
  deploying: 'busy',
  observing: 'busy',
  rollingBack: 'busy',
  observingRollback: 'busy',
  healthy: 'good',
  rolledBack: 'attention',
  held: 'attention',
  degraded: 'bad',
  rollbackFailed: 'bad',
  opening: 'busy',
  'active.backingOff': 'waiting',
  'active.cancelling': 'dim',
  active: 'busy',
  awaitingApproval: 'attention',
  parked: 'attention',
  done: 'good',
  failed: 'bad',
  newer: 'bad',
  corrupt: 'bad',
};

/** @type {Record<string, Tone>} */
const TONES_OF_VERDICTS = {
  pass: 'good',
  not_applicable: 'good',
  product_fail: 'bad',
  infra_error: 'attention',
  inconclusive: 'attention',
  unobserved: 'attention',
};

/** @type {Record<Tone, string>} */
const MARKS = { busy: '●', waiting: '○', attention: '▲', good: '✓', bad: '✕', dim: '–' };

/** @param {string} state @returns {Tone} */
export function toneOf(state) {
  return TONES[state] ?? TONES[state.split('.')[0] ?? ''] ?? 'waiting';
}

/** @param {string} kind @returns {Tone} */
function toneOfVerdict(kind) {
  return TONES_OF_VERDICTS[kind] ?? 'waiting';
}

/** The parent of a state is told, but quietly. @param {string} state */
export function stateBadge(state) {
  const cut = state.lastIndexOf('.') + 1;
  const parent = cut === 0 ? false : h('span', { class: 'parent' }, state.slice(0, cut));
  return badge(toneOf(state), [parent, state.slice(cut)]);
}

/** @param {{ kind: string, cause: string, summary: string }} verdict */
export function verdictBadge({ kind, cause, summary }) {
  return badge(toneOfVerdict(kind), [kind], `${cause}${summary === '' ? '' : `: ${summary}`}`);
}

/**
 * @param {Tone} tone
 * @param {import('./element.js').Child[]} content
 * @param {string} [title]
 */
export function badge(tone, content, title) {
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[tone]);
  return h('span', { class: 'badge', 'data-tone': tone, title }, mark, ' ', ...content);
}
