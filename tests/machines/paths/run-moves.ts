// Everything that workers, publishers, reapers, the item and the host could send to a run where it stands.
// It must never ask the machine what it would accept.
import type { RunContext } from '../../../machines/run/context.ts';
import { ask, runOpening, type Step, tell, verdictOf } from '../../support/machine-steps.ts';
import { deadlineMoves, inTime, type Move, type Situation } from './situation.ts';

const HEAD = 'a'.repeat(40);
const budgets = {
  product: 1,
  infra: 2,
  inconclusive: 1,
  unobserved: 1,
  continuations: 3,
  resumes: 2,
};
const GROUP = { pid: 9, startTicks: 1 };

/** A run of every kind of stage, and of those whose gates make a difference. */
export const RUN_OPENINGS: readonly Step[] = [
  runOpening({ budgets }),
  runOpening({ kind: 'external', budgets }),
  runOpening({ kind: 'external', budgets, gates: [{ kind: 'artifact', path: 'a.md' }] }),
  runOpening({ kind: 'approval' }),
];

/** The same list of moves, in the same order, for the same situation. */
export function runMoves({ context, revision }: Situation<RunContext>): Move[] {
  const { epoch } = context;
  const worker = context.worker ?? 'worker-1';
  const lost = (name: string) => ask('worker-lost', { epoch, worker: name });
  const steps: Step[] = [
    ask('started', { epoch, worker: 'worker-1', machine: 'm1' }),
    ask('started', { epoch: epoch + 1, worker: 'worker-2', machine: 'm2' }),
    ask('progress', { epoch, processGroup: GROUP }),
    ask('progress', { epoch }),
    ask('exited', { epoch, code: 0 }),
    ask('exited', { epoch, code: 1 }),
    ask('exited', { epoch: epoch + 1, code: 0 }),
    ask('finalize-step', { epoch, step: 'push', key: worker }),
    ...claims({ epoch, worker, revision }),
    tell('advance-confirmed'),
    ask('advance-confirmed'),
    lost(worker),
    lost('worker-9'),
    tell('cancel'),
    ask('cancel'),
    ask('gone', { epoch }),
    tell('open', {}),
  ];
  const atMs = inTime(context.deadlines);
  return [...steps.map((step) => ({ ...step, atMs })), ...deadlineMoves(context.deadlines)];
}

function claims(now: { epoch: number; worker: string; revision: number }): Step[] {
  const { epoch, worker, revision } = now;
  const verdict = verdictOf('pass', { headSha: HEAD });
  const claim = (claimant: string, more: Record<string, unknown>) =>
    ask('claim', { epoch, claimant, verdict, ...more });
  return [
    claim(worker, { evaluatedRevision: revision }),
    claim('reaper-1', { evaluatedRevision: revision }),
    claim(worker, { evaluatedRevision: revision + 1 }),
    claim(worker, {}),
    { ...claim('ada', {}), door: 'tell' },
  ];
}
