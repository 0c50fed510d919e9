// One merge queue as a page: what it tries, who has the lease, what holds it up, its train, and how the last trials went.
import type { HuntView, QueueHold, QueueView, TrialView } from '../queries/queue-view.ts';
import { leaseWords } from './lease-words.ts';
import { trainColumns } from './queue-listing.ts';
import type { Pair, Sections } from './sections.ts';
import type { Times } from './times.ts';

const SHOWN_TRIALS = 8;
const SHOWN_DECIDED = 8;

/** Without address, state and revision: those are the head of every page. */
export function queuePairs(view: QueueView, times: Times): Pair[] {
  const { branch, waitsFor, hold, trial, hunt, breaker, train } = view;
  const { fruitless, limit } = breaker;
  return [
    ['branch', branch],
    ['rules', rulesWords(view)],
    ['items', String(train.length)],
    ['waits for', waitsFor],
    ...(hold === null ? [] : holdPairs(hold, times)),
    ...(trial === null ? [] : trialPairs(trial, times)),
    ['lease', leaseWords(view, times)],
    ['suspects', hunt === null ? null : huntWords(hunt)],
    ['breaker', `${fruitless} of ${limit} trials within an hour without a landing`],
  ];
}

export function addQueueTables(sections: Sections, view: QueueView, times: Times): void {
  sections.table('Train', view.train, trainColumns(times));
  sections.table('Last trials', view.ended.slice(0, SHOWN_TRIALS), [
    { header: 'trial', cell: ({ number }) => String(number) },
    { header: 'outcome', cell: ({ outcome }) => outcome, style: (one) => styleOf(one.outcome) },
    { header: 'ended', cell: ({ endedAtMs }) => times.past(endedAtMs) },
    { header: 'items', cell: ({ members }) => members.join(', ') || 'the base alone' },
    { header: 'reason', isProse: true, cell: ({ reason }) => reason },
  ]);
  sections.table('Landed and sent back', view.decided.slice(0, SHOWN_DECIDED), [
    { header: 'item', cell: ({ item }) => item },
    { header: 'outcome', cell: ({ outcome }) => outcome, style: (one) => styleOf(one.outcome) },
    { header: 'cause', cell: ({ cause }) => cause },
    { header: 'at', cell: ({ atMs }) => times.past(atMs) },
    { header: 'summary', isProse: true, cell: ({ summary }) => summary },
  ]);
}

function styleOf(outcome: string): 'green' | 'yellow' {
  return outcome === 'landed' || outcome === 'green-base' ? 'green' : 'yellow';
}

function rulesWords({ rules }: QueueView): string | null {
  if (rules === null) return null;
  const { stage, method, batchSize, window, admission, redTrials } = rules;
  const now = window < batchSize && method !== 'rebase' ? ` (${window} now)` : '';
  const most = method === 'rebase' ? 'one at a time' : `up to ${batchSize} together${now}`;
  const asked = admission === 'forge' ? 'once the forge lets it in' : 'whatever comes';
  return `of stage ${stage}: ${method}, ${most}, ${asked}, sent back after ${redTrials} red trials`;
}

function holdPairs({ kind, by, reason, sinceMs, untilMs, release }: QueueHold, times: Times) {
  const since = sinceMs === null ? '' : ` ${times.since(sinceMs)}`;
  const until = untilMs === null ? '' : `, until ${times.both(untilMs)}`;
  return [
    [kind, `by ${by}${since}${until}${reason && `: ${reason}`}`],
    ['release', release],
  ] satisfies Pair[];
}

function trialPairs(trial: TrialView, times: Times): Pair[] {
  const { number, kind, members, step, startedAtMs, baseSha, candidateSha } = trial;
  const who = kind === 'control' ? 'the base alone' : members.join(', ');
  const what = candidateSha === null ? null : `${candidateSha} on ${baseSha?.slice(0, 12)}`;
  const seen = trial.seen?.summary ? ` (${trial.seen.summary})` : '';
  return [
    ['trial', `${number}: ${who}; it ${step}, begun ${times.at(startedAtMs)}`],
    ['candidate', what],
    ['gates', trial.gates],
    ['checks', `${trial.checks}${seen}`],
    ['begun again', againWords(trial)],
  ];
}

function againWords({ baseMoves, reclaims, faults }: TrialView): string | null {
  const said = [
    baseMoves > 0 ? `the base moved ${baseMoves} times` : '',
    reclaims > 0 ? `its holder was lost ${reclaims} times` : '',
    faults > 0 ? `something around it failed ${faults} times` : '',
  ].filter(Boolean);
  return said.join(', ') || null;
}

function huntWords({ words, needsControl, trialsLeft }: HuntView): string {
  return needsControl || trialsLeft > 0 ? words : `${words}; the trials for it are spent`;
}
