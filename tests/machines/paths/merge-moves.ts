// Everything that items, workers, hosts and people could send to a merge queue where it stands.
// It must never ask the machine what it would accept.
import type { MergeContext } from '../../../machines/merge/context.ts';
import { ask, OPENED_AT_MS, type Step, tell } from '../../support/machine-steps.ts';
import { mergeStage, QUEUE, shaOf } from '../../support/merge-driver.ts';
import { deadlineMoves, inTime, type Move, type Opening, type Situation } from './situation.ts';

export const MERGE = QUEUE;
const BASE = shaOf('base');
const ITEMS = ['a', 'b'];

const now = (context: MergeContext, step: Step): Move => ({
  ...step,
  atMs: inTime(context.deadlines),
});

function enqueue(item: string, more: Record<string, unknown> = {}, checks = true): Step {
  const merge = { batchSize: 2, admission: 'none', ...(checks ? { checks: {} } : {}) };
  const settings = {
    ...{ stage: mergeStage(merge), repository: '/shop.git', baseBranch: 'main' },
    ...{ digest: 'd', sinceMs: 1, reminderMs: 86_400_000 },
  };
  const run = { item, stage: 'land', attempt: 1, headSha: shaOf(item) };
  return tell('enqueue', { ...run, settings, ...more });
}

const lease = ({ holder, trial }: MergeContext) => ({
  token: holder?.token ?? 1,
  trial: trial?.number ?? 1,
});

function prepared(context: MergeContext, fate: 'merged' | 'conflict' = 'merged'): Step {
  const { entries, trial } = context;
  const members = entries
    .filter(({ item }) => trial?.members.includes(item))
    .map(({ item, headSha }) => ({ item, headSha }));
  const merged = members.map((one) => ({ ...one, landsAs: one.headSha }));
  const made = { sha: shaOf('c'), treeSha: shaOf('t'), members: merged };
  const candidate = fate === 'merged' && members.length > 0 ? made : null;
  const conflicts = members.map((one) => ({ ...one, with: 'base', paths: ['a'], count: 1 }));
  const found = fate === 'merged' ? { candidate } : { candidate, conflicts };
  return ask('prepared', { ...lease(context), baseSha: BASE, baseTreeSha: BASE, ...found });
}

const validated = (context: MergeContext, kind: string): Step =>
  ask('validated', { ...lease(context), kind, cause: 'tests' });

function judged({ trial }: MergeContext, kind: string): Step {
  const sha = trial?.candidate?.sha ?? BASE;
  return ask('checks-judged', { trial: trial?.number ?? 1, sha, kind, cause: 'checks' });
}

function fromWorkers(context: MergeContext): Step[] {
  const { candidate } = context.trial ?? {};
  const read = { baseSha: BASE, isHeld: true, treeSha: candidate?.treeSha ?? null };
  const worker = context.holder?.worker ?? 'w';
  return [
    ask('take', { worker: 'w' }),
    ask('progress', { ...lease(context), watermark: 1 }),
    prepared(context),
    prepared(context, 'conflict'),
    ...['pass', 'product_fail', 'infra_error'].map((kind) => validated(context, kind)),
    ask('landed', lease(context)),
    ask('base-moved', { ...lease(context), baseSha: shaOf('moved') }),
    ask('verified', { ...lease(context), ...read }),
    ask('verified', { ...lease(context), ...read, isHeld: false }),
    ask('failed', { ...lease(context), cause: 'remote-away' }),
    ask('holder-lost', { token: context.holder?.token ?? 1, worker, evidence: 'gone' }),
  ];
}

function fromHosts(context: MergeContext): Step[] {
  const { trial } = context;
  const seen = { sha: trial?.candidate?.sha ?? BASE, digest: 'one', summary: '', reruns: 0 };
  const admission = (item: string, outcome: string) =>
    ask('admission', { item, headSha: shaOf(item), outcome, reason: '' });
  return [
    ...['pass', 'product_fail', 'infra_error'].map((kind) => judged(context, kind)),
    ask('checks-seen', { ...seen, trial: trial?.number ?? 1 }),
    ask('base-seen', { sha: shaOf('moved') }),
    ...ITEMS.flatMap((item) => [admission(item, 'waiting'), admission(item, 'refused')]),
  ];
}

function fromItemsAndPeople(): Step[] {
  return [
    ...ITEMS.flatMap((item) => [
      enqueue(item),
      tell('withdraw', { item, attempt: 1, reason: '' }),
      ask('eject', { item }),
      ask('move', { item, to: 'first' }),
    ]),
    enqueue('a', { attempt: 2 }),
    ask('freeze', { by: 'ada' }),
    ask('resume', { by: 'ada' }),
  ];
}

/** The same list of moves, in the same order, for the same situation. */
export function mergeMoves({ context }: Situation<MergeContext>): Move[] {
  const steps = [...fromWorkers(context), ...fromHosts(context), ...fromItemsAndPeople()];
  return [...steps.map((step) => now(context, step)), ...deadlineMoves(context.deadlines)];
}

type Prelude = (context: MergeContext) => Move;

const soon =
  (make: (context: MergeContext) => Step): Prelude =>
  (context) =>
    now(context, make(context));
const times = (count: number, sends: readonly Prelude[]): Prelude[] =>
  Array.from({ length: count }, () => sends).flat();

const take = soon(() => ask('take', { worker: 'w' }));
const lose = soon(({ holder }) => ask('holder-lost', { token: holder?.token ?? 1, worker: 'w' }));
const move = soon((context) => ask('base-moved', { ...lease(context), baseSha: BASE }));
const pass = soon((context) => validated(context, 'pass'));
/** On another base each time: nothing is known to pass. */
const merge = soon((context) => {
  const step = prepared(context);
  return { ...step, data: { ...step.data, baseSha: shaOf(`base ${context.trial?.baseMoves}`) } };
});
const fail = soon((context) => ask('failed', { ...lease(context), cause: 'remote-away' }));
/** The next trial of a queue that had to wait. */
const look: Prelude = ({ deadlines }) => ({
  ...{ type: 'look-due', data: {}, door: 'deadline' },
  atMs: deadlines['look-due'] ?? OPENED_AT_MS,
});
const bring = (item: string, checks: boolean) => soon(() => enqueue(item, {}, checks));

/** Every fault but one that a trial may have. */
const WORN: readonly Prelude[] = [
  ...[bring('a', false), take],
  ...times(3, [merge, pass, move]),
  ...times(5, [lose, take]),
  ...times(3, [fail, take]),
];
/** Without any delay: all ten of them must be within an hour. */
const atOnce =
  (make: (context: MergeContext) => Step): Prelude =>
  (context) => ({
    ...make(context),
    atMs: context.trial?.startedAtMs ?? OPENED_AT_MS,
  });
/** A trial that ends without a landing, of which the tenth opens the breaker. */
const FRUITLESS: readonly Prelude[] = times(9, [
  atOnce(() => ask('take', { worker: 'w' })),
  atOnce((context) => prepared(context)),
  atOnce((context) => judged(context, 'infra_error')),
  look,
]);

export const MERGE_OPENINGS: readonly Opening<MergeContext>[] = [
  { ...tell('open'), prelude: [bring('a', true)] },
  { ...tell('open'), prelude: WORN },
  { ...tell('open'), prelude: [bring('a', true), ...FRUITLESS] },
];
