// Everything that runs, people, providers and the host could send to an account where it stands.
// It must never ask the machine what it would accept.
import { type AccountContext, DAY_MS } from '../../../machines/account/context.ts';
import { ask, tell } from '../../support/machine-steps.ts';
import { deadlineMoves, inTime, type Move, type Situation } from './situation.ts';

const TOKENS = 10;
const caps = { tokens: TOKENS };
const draw = (outputTokens: number) => tell('draw', { usage: { outputTokens }, caps });
const limit = (resetAtMs: number) =>
  tell('suspend', { cause: 'usage-limit', by: 'a run', resetAtMs });

/** The same list of moves, in the same order, for the same situation. */
export function accountMoves({ context }: Situation<AccountContext>): Move[] {
  const atMs = inTime(context.deadlines);
  const steps = [
    draw(0),
    draw(TOKENS / 2),
    draw(TOKENS),
    limit(atMs + DAY_MS),
    limit(atMs - 1),
    tell('suspend', { cause: 'provider-outage', by: 'a run' }),
    ask('suspend', { by: 'ada' }),
    ask('resume', { by: 'ada' }),
    tell('open'),
  ];
  const tomorrow = { ...draw(TOKENS / 2), atMs: context.dayMs + DAY_MS };
  return [
    ...steps.map((step) => ({ ...step, atMs })),
    tomorrow,
    ...deadlineMoves(context.deadlines),
  ];
}
