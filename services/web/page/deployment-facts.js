// The small parts of a deployment's page: what is live, the operation and its stages, provenance, incidents, the lease.
import { h } from './element.js';
import { holderFacts } from './holder-facts.js';
import { ago, duration, since } from './moment.js';
import { pathOf } from './path.js';
import { progressMark } from './progress-mark.js';
import { facts, nothing, table } from './section.js';
import { badge } from './state-badge.js';

/**
 * @typedef {import('../../queries/deployment-page-view.ts').DeploymentPage} DeploymentPage
 * @typedef {import('../../queries/deployment-view.ts').OperationView} OperationView
 * @typedef {import('../../queries/deployment-view.ts').VersionView} VersionView
 * @typedef {import('./state-badge.js').Tone} Tone
 */

/** @type {Record<OperationView['stages'][number]['progress'], [sign: string, says: string]>} */
const SIGNS = {
  done: ['✓', 'done'],
  now: ['●', 'now'],
  stopped: ['▲', 'stopped here'],
  later: ['○', 'later'],
};

/** @type {Record<DeploymentPage['ended'][number]['outcome'], Tone>} */
const TONES = {
  healthy: 'good',
  'rolled-back': 'attention',
  degraded: 'bad',
  failed: 'bad',
  'not-applicable': 'dim',
  contained: 'good',
  withdrawn: 'dim',
  rejected: 'attention',
};

/** @type {Record<DeploymentPage['liveIs'], string>} */
export const LIVE_WORDS = {
  good: 'found good',
  bad: 'proved bad',
  unknown: 'not known to be good',
};

/** @param {DeploymentPage} deployment */
export function liveFacts({ live, liveIs, rollbackTo }) {
  if (live === null) return nothing('Nothing is known to be live.');
  return facts([
    ['Version', versionOf(live)],
    ['Image', h('code', { class: 'wrap' }, live.image)],
    ['Digest', h('code', { class: 'wrap' }, live.digest)],
    ['It was', LIVE_WORDS[liveIs]],
    ['Deployed', ago(live.atMs)],
    [
      'Rolls back to',
      rollbackTo === null ? 'nothing: none was good before' : versionOf(rollbackTo),
    ],
  ]);
}

/** @param {Pick<VersionView, 'item' | 'sha' | 'digest'>} version */
export function versionOf({ item, sha, digest }) {
  return h(
    'span',
    null,
    h('code', { title: sha }, sha.slice(0, 12)),
    ' ',
    h('code', { title: digest }, digest.slice(0, 19)),
    item === null ? '' : ' of ',
    item !== null && h('a', { href: pathOf(item) }, item),
  );
}

/** @param {DeploymentPage} deployment */
export function operationCard({ operation, release, waitsFor }) {
  if (operation === null) return [nothing('Nothing is under way.')];
  const { number, kind, step, startedAtMs, target, faults, reclaims, lastFault } = operation;
  const item = release?.item ?? target?.item ?? null;
  const override = release?.override ?? null;
  return [
    h(
      'p',
      { class: 'waits' },
      `${kind === 'rollback' ? 'Rollback' : 'Release'} ${number} ${step}, for `,
      since(startedAtMs),
    ),
    h(
      'ol',
      { class: 'steps', 'aria-label': `Stages of ${kind} ${number}` },
      ...operation.stages.map(({ name, progress }) =>
        progressMark(name, progress, SIGNS[progress]),
      ),
    ),
    facts([
      ['Item', item && h('a', { href: pathOf(item) }, item)],
      ['Title', release?.title],
      ['Version', target === null ? releaseVersion(release) : versionOf(target)],
      ['Asked by', release?.by],
      ['Passed in', release?.passes.join(', ')],
      ['Override', override && `${override.by} answers for it: ${override.reason}`],
      ['Withdrawn', release?.withdrawn],
      ['Waits for', waitsFor],
      ['Faults', faults === 0 ? null : `${faults}, last: ${lastFault}`],
      ['Holder lost', reclaims === 0 ? null : `${reclaims} times`],
    ]),
    stepTable(operation),
  ];
}

/** @param {DeploymentPage['release']} release */
function releaseVersion(release) {
  if (release === null) return null;
  const { sha, digest, item } = release;
  if (digest === null) return h('code', { title: sha }, `${sha.slice(0, 12)}, not built yet`);
  return versionOf({ item: item === null ? null : item, sha, digest });
}

/** @param {OperationView} operation */
function stepTable({ steps }) {
  if (steps.length === 0) return nothing('No step has been taken yet.');
  const rows = steps.map(({ step, result, durationMs, atMs }) => [
    step,
    duration(durationMs),
    ago(atMs),
    h('span', { class: 'wrap' }, result),
  ]);
  return table(['Step', 'Took', 'Ended', 'Result'], rows, 'Steps that were taken');
}

/** @param {OperationView['findings']} findings */
export function findingTable(findings) {
  const rows = findings.map(({ check, isMet, detail }) => [
    check,
    badge(isMet ? 'good' : 'bad', [isMet ? 'agrees' : 'differs']),
    h('span', { class: 'wrap' }, detail),
  ]);
  return table(['Asked', 'Answer', 'Detail'], rows, 'Provenance');
}

/** @param {DeploymentPage['incidents']} incidents newest first */
export function incidentTable(incidents) {
  if (incidents.length === 0) return nothing('No version has proved bad here.');
  const rows = incidents.map(({ item, sha, cause, summary, atMs, openedItem, isItemWanted }) => [
    h(
      'span',
      null,
      item === null ? 'by hand' : h('a', { href: pathOf(item) }, item),
      h('span', { class: 'under' }, h('code', { title: sha }, sha.slice(0, 12))),
    ),
    ago(atMs),
    h('div', null, h('strong', null, cause), h('pre', { class: 'text' }, summary)),
    openedItem === null
      ? isItemWanted && 'to be opened'
      : h('a', { href: pathOf(openedItem) }, openedItem),
  ]);
  return table(['Version', 'When', 'Evidence', 'Opened'], rows, 'Incidents');
}

/** @param {DeploymentPage['ended']} ended newest first */
export function endedTable(ended) {
  if (ended.length === 0) return nothing('No operation has ended yet.');
  const rows = ended.map(
    ({ number, kind, item, sha, outcome, reason, by, startedAtMs, endedAtMs }) => [
      h('span', null, `${number}`, h('span', { class: 'under' }, kind)),
      badge(TONES[outcome], [outcome]),
      h(
        'span',
        null,
        item === null ? by : h('a', { href: pathOf(item) }, item),
        h('span', { class: 'under' }, h('code', { title: sha }, sha.slice(0, 12))),
      ),
      duration(endedAtMs - startedAtMs),
      ago(endedAtMs),
      h('span', { class: 'wrap' }, reason),
    ],
  );
  return table(['#', 'Outcome', 'Version', 'Took', 'Ended', 'Reason'], rows, 'Operations');
}

/** @param {Pick<DeploymentPage, 'holder' | 'leaseUntilMs' | 'operation'>} deployment */
export function leaseFacts({ holder, leaseUntilMs, operation }) {
  return holderFacts(holder, leaseUntilMs, operation === null ? ': nothing is under way' : '');
}

/** @param {Pick<DeploymentPage, 'rules'>} deployment */
export function ruleFacts({ rules }) {
  if (rules === null) return nothing('No item has come yet that says how.');
  const { stage, pool, image, tag, requires, rollback, isSelf, probes } = rules;
  return facts([
    ['Stage', stage],
    ['Pool', pool],
    ['Image', h('code', { class: 'wrap' }, `${image}:${tag}`)],
    ['Tested in', requires ?? 'nothing is required'],
    ['Rollback', rollback],
    ['Probes', String(probes)],
    ['Replaces', isSelf ? 'this very service' : null],
  ]);
}
