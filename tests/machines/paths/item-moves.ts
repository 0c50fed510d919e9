// Everything that runs, people and the host could send to an item where it stands.
// It must never ask the machine what it would accept.
import type { ItemContext } from '../../../machines/item/context.ts';
import type { Verdict } from '../../../machines/verdict.ts';
import { ask, itemOpening, type Step, tell, verdictOf } from '../../support/machine-steps.ts';
import { deadlineMoves, inTime, type Move, type Situation } from './situation.ts';

const HEAD = 'a'.repeat(40);
const once = { product: 1, infra: 1, inconclusive: 1, unobserved: 1, continuations: 3, resumes: 2 };
const twice = { ...once, product: 2 };

/** Pipelines that begin, go back, run out and end in every way there is, each as small as can be. */
export const ITEM_OPENINGS: readonly Step[] = [
  itemOpening([{ budgets: { ...once, infra: 2 } }]),
  itemOpening([{ budgets: once }], {}, { caps: { tokens: 10 } }),
  itemOpening([{ budgets: once, onExhausted: 'fail' }]),
  itemOpening([
    { budgets: twice },
    { name: 'ok', kind: 'approval', onReject: 'build', budgets: once },
  ]),
  itemOpening([{ name: 'ok', kind: 'approval', budgets: { ...twice, infra: 2 } }]),
  itemOpening([{ name: 'ok', kind: 'approval', approve: 'auto', budgets: once }]),
  itemOpening([
    { name: 'ok', kind: 'approval', budgets: once },
    { budgets: once, kind: 'external' },
  ]),
];

const VERDICTS: readonly Verdict[] = [
  verdictOf('pass', { headSha: HEAD, isLanded: true }),
  verdictOf('pass', { headSha: HEAD }),
  verdictOf('pass'),
  verdictOf('not_applicable'),
  verdictOf('product_fail'),
  verdictOf('product_fail', { cause: 'rejected' }),
  verdictOf('infra_error', { cause: 'worker-lost' }),
  verdictOf('inconclusive'),
  verdictOf('unobserved'),
];

/** The same list of moves, in the same order, for the same situation. */
export function itemMoves({ context }: Situation<ItemContext>): Move[] {
  const { current, runs } = context;
  const run = current ?? { stage: 'build', attempt: 99 };
  const earlier = runs.at(-1) ?? { stage: 'build', attempt: 98 };
  const foreign = { ...run, attempt: run.attempt + 1 };
  const advance = ({ stage, attempt }: typeof run, verdict: Verdict) =>
    tell('advance', { stage, attempt, claimant: 'worker-1', verdict });
  const pass = verdictOf('pass');
  const uncharged = (kind: 'infra_error' | 'inconclusive', cause: string) => {
    const step = advance(run, verdictOf(kind, { cause }));
    return { ...step, data: { ...step.data, charge: null, usage: { outputTokens: 10 } } };
  };
  const steps: Step[] = [
    ...VERDICTS.map((verdict) => advance(run, verdict)),
    uncharged('infra_error', 'usage-limit'),
    uncharged('inconclusive', 'cap-reached'),
    advance({ stage: earlier.stage, attempt: earlier.attempt }, pass),
    advance(foreign, pass),
    { ...advance(run, pass), door: 'ask' },
    tell('run-cancelled', { ...run }),
    tell('run-cancelled', foreign),
    ...['approve', 'reject', 'pause', 'resume', 'retry', 'cancel'].map((type) =>
      ask(type, { by: 'ada' }),
    ),
    itemOpening([{}]),
  ];
  const atMs = inTime(context.deadlines);
  return [...steps.map((step) => ({ ...step, atMs })), ...deadlineMoves(context.deadlines)];
}
