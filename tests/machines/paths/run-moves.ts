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

const TOKENS = 10;

/** A run of every kind of stage, and of those whose gates, caps or accounts make a difference. */
export const RUN_OPENINGS: readonly Step[] = [
  runOpening({ budgets }),
  runOpening({ budgets, agent: { adapter: 'claude' }, caps: { tokens: TOKENS } }),
  runOpening({ kind: 'external', budgets, caps: { tokens: TOKENS } }),
  runOpening({ kind: 'external', budgets }),
  runOpening({ kind: 'external', budgets, gates: [{ kind: 'artifact', path: 'a.md' }] }),
  runOpening({ kind: 'approval' }),
  runOpening({ kind: 'checks' }),
];

/** The same list of moves, in the same order, for the same situation. */
export function runMoves({ context, revision }: Situation<RunContext>): Move[] {
  const { epoch } = context;
  const worker = context.worker ?? 'worker-1';
  const lost = (name: string) => ask('worker-lost', { epoch, worker: name });
  const steps: Step[] = [
    ask('started', { epoch, worker: 'worker-1', machine: 'm1' }),
    ask('started', { epoch: epoch + 1, worker: 'worker-2', machine: 'm2' }),
    ask('hold', { epoch, account: 'account.provider.claude', cause: 'usage-limit' }),
    tell('allow'),
    ask('progress', { epoch, processGroup: GROUP }),
    ask('progress', { epoch }),
    ...used(context),
    ask('exited', { epoch, code: 0 }),
    ask('exited', { epoch, code: 1 }),
    ask('exited', { epoch: epoch + 1, code: 0 }),
    ask('finalize-step', { epoch, step: 'push', key: worker }),
    ...checksSeen(context),
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

/** What an agent says it has used; a stage without caps has no such worker. */
function used({ epoch, stage }: RunContext): Step[] {
  if (stage.caps.tokens === undefined) return [];
  const usage = { outputTokens: TOKENS };
  return [
    ask('progress', { epoch, usage: { outputTokens: 1 } }),
    ask('progress', { epoch, usage }),
    ask('exited', { epoch, cause: 'usage-limit', usage }),
    ask('gone', { epoch, usage }),
  ];
}

/** What is seen of the checks of its commit: news, and what is known already. */
function checksSeen({ epoch, stage }: RunContext): Step[] {
  if (stage.kind !== 'checks') return [];
  return ['pending', 'failed'].map((digest) => ask('checks-seen', { epoch, sha: HEAD, digest }));
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
