// The small parts of a run's page: what is known of it, its claims, its finalization, its revisions.
import { candidateTable } from './candidate-table.js';
import { h } from './element.js';
import { costText } from './item-facts.js';
import { ago, timeOfDay } from './moment.js';
import { facts, nothing, table } from './section.js';
import { badge, stateBadge, verdictBadge } from './state-badge.js';

/**
 * @typedef {import('../../queries/run-view.ts').RunView} RunView
 * @typedef {import('../../../machines/run/context.ts').RunContext} RunContext
 */

/** @param {RunView} run */
export function contextOf(run) {
  return /** @type {RunContext} */ (/** @type {unknown} */ (run.record.context));
}

/** @param {RunView} run */
export function runFacts(run) {
  const { stage, worker, machine, epoch, exit, claim, headSha, feedback } = contextOf(run);
  const { hold, watermarkAtMs, workSha, outputBytes, checks } = contextOf(run);
  const wrap = (/** @type {string} */ text) => h('span', { class: 'wrap' }, text);
  return facts([
    ['Stage', `${stage.name} (${stage.kind})`],
    ['Agent', stage.agent && wrap(agentText(stage.agent))],
    ['Command', stage.command === undefined ? null : h('code', { class: 'wrap' }, stage.command)],
    ['Worker', worker === null ? null : wrap(worker)],
    ['Machine', machine === null || machine === '' ? null : wrap(machine)],
    ['Epoch', String(epoch)],
    ['Held for', hold && wrap(`${hold.account} (${hold.cause})`)],
    [
      'Checks',
      checks && [wrap(checks.summary || 'seen'), ', last change ', ago(checks.changedAtMs)],
    ],
    ['Output', outputBytes === 0 ? null : `${outputBytes.toLocaleString('en')} bytes`],
    // Of an ended run it says no more than the exit does.
    ['Last progress', watermarkAtMs && exit === null ? ago(watermarkAtMs) : null],
    ['Worktree at', workSha && h('code', { class: 'wrap' }, workSha.slice(0, 12))],
    ['Cost', run.cost.usage && costText(run.cost)],
    ['Exit', exit === null ? null : [exitText(exit), ' at ', timeOfDay(exit.atMs)]],
    ['Verdict', claim === null ? null : [verdictBadge(claim.verdict), reasonOf(claim.verdict)]],
    ['Claimed by', claim === null ? null : wrap(claim.claimant)],
    ['Began at', headSha === null ? null : h('code', { class: 'wrap' }, headSha.slice(0, 12))],
    ['Told', feedback === '' ? null : h('pre', { class: 'text' }, feedback)],
  ]);
}

/** @param {RunView['claims']} claims */
export function claimTable(claims) {
  if (claims.length === 0) return nothing('Nobody has claimed it yet.');
  const rows = claims.map((claim) => [
    claim.outcome === 'refused' ? badge('bad', ['lost']) : badge('good', ['won']),
    h('span', { class: 'wrap' }, claim.claimant ?? claim.by),
    timeOfDay(claim.atMs),
    claim.revision === null ? (claim.foundRevision ?? '–') : `became ${claim.revision}`,
    claim.reason === null
      ? ''
      : `${claim.reason}${claim.message === '' ? '' : `: ${claim.message}`}`,
  ]);
  return table(['Claim', 'By', 'At', 'Revision', 'Because'], rows, 'Claims');
}

/** @param {RunView['finalizeSteps']} steps */
export function finalizeTable(steps) {
  if (steps.length === 0) return nothing('No step of the finalization is recorded.');
  const rows = steps.map(({ step, atMs, result, key }) => [
    h('strong', null, step),
    timeOfDay(atMs),
    h('span', { class: 'wrap' }, result),
    h('code', { class: 'wrap' }, key),
  ]);
  return table(['Step', 'At', 'Result', 'Key'], rows, 'Finalization');
}

/** @param {RunView} run */
export function closedList({ closed, isFinished }) {
  if (isFinished) return nothing('Every one: it has ended.');
  if (closed.length === 0) return nothing('Every event that people may send would be accepted.');
  return h(
    'div',
    { class: 'closed' },
    ...closed.map(({ type, reason, message, candidates }) =>
      h(
        'details',
        { key: type },
        h('summary', null, h('code', null, type), ' ', h('span', { class: 'tag' }, reason)),
        message !== '' && h('p', null, message),
        candidates.length === 0
          ? nothing('The present state has no answer to it.')
          : candidateTable(candidates),
      ),
    ),
  );
}

/**
 * @param {RunView} run
 * @param {number} revision the one that is shown
 * @param {(revision: number) => void} onChoose
 */
export function revisionList({ steps, address }, revision, onChoose) {
  const rows = steps.toReversed().map((step) =>
    h(
      'li',
      { key: step.revision },
      h(
        'button',
        {
          ...{ class: 'revision', type: 'button', onclick: () => onChoose(step.revision) },
          'aria-current': step.revision === revision && 'step',
        },
        h('span', { class: 'number' }, step.revision),
        h('code', null, step.event.type),
        stateBadge(step.state),
        timeOfDay(step.event.atMs),
      ),
    ),
  );
  const [oldest] = steps;
  const note = `Older ones are not kept; \`onceward events ${address}\` lists what happened.`;
  return h(
    'ol',
    { class: 'revisions', 'aria-label': 'Revisions, newest first' },
    ...rows,
    oldest !== undefined && oldest.event.type !== 'open' && h('li', { class: 'muted' }, note),
  );
}

/** @param {NonNullable<RunContext['claim']>['verdict']} verdict */
function reasonOf({ cause, summary }) {
  return h('span', { class: 'under' }, cause, summary !== '' && `: ${summary}`);
}

/** @param {NonNullable<RunContext['stage']['agent']>} agent */
function agentText({ adapter, model, account }) {
  return [adapter, model ?? '', account ? `account ${account}` : ''].filter(Boolean).join(', ');
}

/** @param {NonNullable<RunContext['exit']>} exit */
function exitText({ code, signal, cause }) {
  if (signal !== null) return `${cause}, signal ${signal}`;
  return code === null ? cause : `${cause} ${code}`;
}
