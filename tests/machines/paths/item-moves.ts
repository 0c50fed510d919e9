// Everything that runs, people and the host could send to an item where it stands.
// It must never ask the machine what it would accept.
import { deployRulesSchema } from '../../../machines/deployment/rules.ts';
import type { ItemContext } from '../../../machines/item/context.ts';
import type { Verdict } from '../../../machines/verdict.ts';
import { ask, itemOpening, type Step, tell, verdictOf } from '../../support/machine-steps.ts';
import { deadlineMoves, inTime, type Move, type Situation } from './situation.ts';

const HEAD = 'a'.repeat(40);
const once = { product: 1, infra: 1, inconclusive: 1, unobserved: 1, continuations: 3, resumes: 2 };
const twice = { ...once, product: 2 };

const SHIP = {
  ...{ name: 'ship', kind: 'deploy' as const },
  deploy: deployRulesSchema.parse({
    ...{ environment: 'production', image: { name: 'registry.test/acme/shop' } },
    ...{ build: { command: 'true' }, deploy: { command: 'true' } },
  }),
};

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
  fromTracker(itemOpening([{ budgets: { ...once, infra: 2 } }])),
  fromTracker(
    itemOpening([
      { name: 'ok', kind: 'approval', approve: 'reviews', reviews: { rounds: 1 }, onReject: 'ok' },
    ]),
  ),
  fromTracker(
    itemOpening([
      { name: 'land', kind: 'merge', gates: [{ kind: 'command', command: 'true' }], budgets: once },
    ]),
  ),
  fromTracker(itemOpening([{ budgets: once }, { ...SHIP, budgets: once }])),
];

/** Only an item with an issue is talked about, and has a pull request. */
function fromTracker(opening: Step): Step {
  return { ...opening, data: { ...opening.data, origin: { tracker: 'github', ref: '7' } } };
}

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
  // What can be sent to any item is tried on those without an issue: the search must end.
  const isWalked = ({ type }: Step) => context.origin === null || walkedIn(context).includes(type);
  const steps = sentToAny(context).filter(isWalked);
  return inTimeOf(context, [...steps, ...seenOutside(context)]);
}

/** As many again for an item with an issue, for random lives. */
export function everyItemMove({ context }: Situation<ItemContext>): Move[] {
  return inTimeOf(context, [...sentToAny(context), ...seenOutside(context)]);
}

/** In an environment an item does nothing that it does not do at any other stage. */
function walkedIn({ current, next }: ItemContext): readonly string[] {
  return [current?.stage, next].includes(SHIP.name) ? ['cancel'] : WALKED_WITH_ISSUE;
}

const WALKED_WITH_ISSUE = ['run-cancelled', 'cancel', 'retry', 'advance'];

function inTimeOf({ deadlines }: ItemContext, steps: readonly Step[]): Move[] {
  const atMs = inTime(deadlines);
  return [...steps.map((step) => ({ ...step, atMs })), ...deadlineMoves(deadlines)];
}

function sentToAny({ current, runs }: ItemContext): Step[] {
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
  return [
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
}

/** What hosts see of its issue and of its pull request: news, what is known, and what is older. */
function seenOutside({ origin, heard, pullRequest }: ItemContext): Step[] {
  if (origin === null) return [];
  const known = heard?.mark ?? markOf(0);
  const number = pullRequest?.number ?? 7;
  const said = (mark: string) => ask('heard', { by: 'ada', verb: 'pause', mark });
  const seen = (state: string, of = number) =>
    ask('pull-request', { number: of, state, headSha: HEAD });
  return [
    said(markOf(Number(known.slice(0, 15)) + 1)),
    said(known),
    ...['open', 'merged', 'closed'].map((state) => seen(state)),
    seen('merged', number - 1),
    seen('open', number + 1),
  ];
}

function markOf(n: number): string {
  return `${String(n).padStart(15, '0')}/1`;
}
