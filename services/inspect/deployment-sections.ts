// One deployment as a page: what is live, what holds it up, what is done, how it is watched, and how the last ones ended.
import type {
  DeploymentHold,
  DeploymentView,
  OperationView,
  VersionView,
} from '../queries/deployment-view.ts';
import {
  heldWords,
  LIVE_WORDS,
  shortDigest,
  shortSha,
  versionWords,
} from '../queries/deployment-words.ts';
import { formatDuration } from '../queries/duration.ts';
import { addIncidents, addProbes } from './deployment-watch-sections.ts';
import { leaseWords } from './lease-words.ts';
import type { Pair, Sections } from './sections.ts';
import type { Times } from './times.ts';

const SHOWN_ENDED = 8;
const SHOWN_GOOD = 6;

/** Without address, state and revision: those are the head of every page. */
export function deploymentPairs(view: DeploymentView, times: Times): Pair[] {
  const { waitsFor, hold, operation, rollbackTo, live } = view;
  return [
    ['rules', rulesWords(view)],
    ['live', live === null ? 'nothing is known to be live' : liveWords(view, live, times)],
    [
      'rolls back to',
      rollbackTo === null ? 'nothing: none was good before' : versionOf(rollbackTo),
    ],
    ['waits for', waitsFor],
    ...(hold === null ? [] : holdPairs(hold, times)),
    ...view.asked.map(({ what, by, reason, atMs }): Pair => {
      return [`asked`, `${what} by ${by} ${times.at(atMs)}${reason && `: ${reason}`}`];
    }),
    ...(operation === null ? [] : operationPairs(view, operation, times)),
    ['lease', leaseWords(view, times)],
  ];
}

export function addDeploymentTables(sections: Sections, view: DeploymentView, times: Times): void {
  sections.table('Waiting', view.queue, [
    { header: '#', cell: ({ position }) => String(position) },
    { header: 'item', cell: ({ item, by }) => item ?? `by ${by}` },
    { header: 'commit', cell: ({ sha }) => shortSha(sha) },
    { header: 'image', cell: ({ digest }) => (digest === null ? '' : shortDigest(digest)) },
    { header: 'passed', cell: ({ passes }) => passes.join(', ') },
    { header: 'for', cell: ({ requestedAtMs }) => times.lasting(requestedAtMs) },
    { header: 'waits for', isProse: true, cell: ({ waitsFor }) => waitsFor },
    { header: 'title', isProse: true, cell: ({ title }) => title },
  ]);
  sections.table('Provenance', view.operation?.findings ?? [], [
    { header: 'asked', cell: ({ check }) => check },
    {
      header: 'answer',
      cell: ({ isMet }) => (isMet ? 'agrees' : 'differs'),
      style: ({ isMet }) => (isMet ? 'green' : 'red'),
    },
    { header: 'detail', isProse: true, cell: ({ detail }) => detail },
  ]);
  sections.table('Steps', view.operation?.steps ?? [], [
    { header: 'step', cell: ({ step }) => step },
    { header: 'at', cell: ({ atMs }) => times.past(atMs) },
    { header: 'took', cell: ({ durationMs }) => formatDuration(durationMs) },
    { header: 'result', isProse: true, cell: ({ result }) => result },
  ]);
  addProbes(sections, view.watch, times);
  addIncidents(sections, view.incidents, times);
  addVersions(sections, view, times);
}

function addVersions(sections: Sections, view: DeploymentView, times: Times): void {
  sections.table('Good before', view.good.slice(0, SHOWN_GOOD), [
    { header: 'item', cell: ({ item }) => item ?? '' },
    { header: 'commit', cell: ({ sha }) => shortSha(sha) },
    { header: 'image', cell: ({ digest }) => shortDigest(digest) },
    { header: 'deployed', cell: ({ atMs }) => times.past(atMs) },
  ]);
  sections.table('Ended', view.ended.slice(0, SHOWN_ENDED), [
    { header: '#', cell: ({ number }) => String(number) },
    { header: 'kind', cell: ({ kind }) => kind },
    { header: 'outcome', cell: ({ outcome }) => outcome, style: (one) => styleOf(one.outcome) },
    { header: 'item', cell: ({ item, by }) => item ?? `by ${by}` },
    { header: 'commit', cell: ({ sha }) => shortSha(sha) },
    { header: 'ended', cell: ({ endedAtMs }) => times.past(endedAtMs) },
    { header: 'reason', isProse: true, cell: ({ reason }) => reason },
  ]);
}

function styleOf(outcome: string): 'green' | 'yellow' | 'red' {
  if (outcome === 'degraded' || outcome === 'failed') return 'red';
  return outcome === 'healthy' || outcome === 'contained' ? 'green' : 'yellow';
}

function rulesWords({ rules }: DeploymentView): string | null {
  if (rules === null) return null;
  const { stage, pool, image, tag, requires, rollback, probes, isSelf } = rules;
  const needed = requires === null ? '' : `, tested in ${requires} before`;
  const watched = probes === 0 ? 'watched by nothing' : `watched by ${probes} probes`;
  const self = isSelf ? ', and replaces this service' : '';
  return `of stage ${stage} in pool ${pool}: ${image}:${tag}${needed}, ${watched}, rollback ${rollback}${self}`;
}

function liveWords(view: DeploymentView, live: VersionView, times: Times): string {
  return `${versionOf(live)}, ${LIVE_WORDS[view.liveIs]}, deployed ${times.both(live.atMs)}`;
}

function versionOf(version: VersionView): string {
  return `${versionWords(version)}${version.item === null ? '' : ` of ${version.item}`}`;
}

function holdPairs(hold: DeploymentHold, times: Times): Pair[] {
  const decisions = hold.decisions.map(
    ({ command, does }): Pair => ['decide', `${command}   (${does})`],
  );
  return [['held', `${heldWords(hold)}, ${times.since(hold.sinceMs)}`], ...decisions];
}

function operationPairs(view: DeploymentView, operation: OperationView, times: Times): Pair[] {
  const { number, kind, step, startedAtMs, stages, faults, reclaims, lastFault } = operation;
  const { release } = view;
  const version = operation.target ?? release;
  const what = version === null ? '' : `, ${shortSha(version.sha)}`;
  const who = release?.item ?? operation.target?.item ?? release?.by ?? '';
  const trouble = [
    faults > 0 ? `infrastructure failed ${faults} times, last with ${lastFault}` : '',
    reclaims > 0 ? `its holder was lost ${reclaims} times` : '',
  ];
  const override = release?.override ?? null;
  return [
    [kind, `${number} of ${who}${what}; it ${step}, begun ${times.at(startedAtMs)}`],
    ['stages', stages.map(({ name, progress }) => `${SIGNS[progress]} ${name}`).join('  ')],
    ['override', override && `${override.by} answers for it: ${override.reason}`],
    ['withdrawn', release?.withdrawn ?? null],
    ['trouble', trouble.filter(Boolean).join('; ') || null],
  ];
}

const SIGNS = { done: '✓', now: '●', stopped: '▲', later: '○' } as const;
