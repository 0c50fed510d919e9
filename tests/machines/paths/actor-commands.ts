// Commands for fast-check: moves in and out of turn, repeats, fenced and garbled events. Each foretells from
// the model alone what a record may answer, and checks that what is not applied has changed nothing.
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Decision } from '../../../machines/decide.ts';
import { encodeRecord, type Stored, stateName } from '../../../machines/record.ts';
import type { Step } from '../../support/machine-steps.ts';
import { type ActorModel, brokenLaws, type Laws, remembered } from './actor-model.ts';
import type { WalkedActor } from './path-walk.ts';

/** The actor under test, with what is checked after each command. */
export interface Real {
  walked: WalkedActor<never>;
  laws: Laws;
  /** Outcomes of all commands so far, by name. */
  outcomes: Map<string, number>;
}

type ActorCommand = fc.Command<ActorModel, Real>;

/** Any move that is possible to send, whether it fits or not. */
const move = fc
  .nat(999)
  .map((choice) => command(`move ${choice}`, (_, { walked }) => moveAt(walked, choice)));

/** A move that the machine answers to, so that late states are reached. */
const fitting = fc.nat(999).map((choice) =>
  command(`fitting ${choice}`, (_, { walked }) => {
    const possible = walked.fitting();
    return possible[choice % Math.max(1, possible.length)] ?? moveAt(walked, choice);
  }),
);

/** A move that says which revision it expects, rightly or not. */
const fenced = fc
  .record({ choice: fc.nat(999), offset: fc.integer({ min: -1, max: 1 }) })
  .map(({ choice, offset }) =>
    command(`fenced ${choice} by ${offset}`, (_, { walked }) => {
      const found = moveAt(walked, choice);
      const ifRevision = walked.actor.stored().revision + offset;
      return { ...found, data: { ...found.data, ifRevision } };
    }),
  );

/** An event that was applied before comes again, with other content. */
const repeat = fc.record({ back: fc.nat(40), choice: fc.nat(999) }).map(({ back, choice }) =>
  command(`repeat ${back} as ${choice}`, (model, { walked }) => {
    const known = remembered(model);
    const { id } = known[known.length - 1 - (back % known.length)] ?? { id: '' };
    return { ...moveAt(walked, choice), id };
  }),
);

/** A mailbox message in turn, or one that was read before under an id nobody remembers. */
const mail = fc
  .record({ choice: fc.nat(999), ahead: fc.integer({ min: -3, max: 2 }) })
  .map(({ choice, ahead }) =>
    command(`mail ${choice} ahead ${ahead}`, (model, { walked }) => {
      const sequence = Math.max(1, model.mailboxSequence + ahead);
      return { ...moveAt(walked, choice), door: 'mailbox', sequence };
    }),
  );

/** What no machine understands. */
const garbled = fc.record({ choice: fc.nat(999), value: fc.jsonValue() }).map(({ choice, value }) =>
  command(`garbled ${choice}`, (_, { walked }) => {
    const found = moveAt(walked, choice);
    const data = { stage: 7, claimant: '', epoch: 'one', step: value, pipeline: value };
    if (choice % 2 === 0) return { ...found, type: `${found.type}?` };
    return { ...found, type: 'open', door: 'tell', data };
  }),
);

/** Sequences of up to 60 commands, half of them such that the machine answers. */
export const actorCommands = fc.commands<ActorModel, Real>(
  [fitting, fitting, fitting, move, fenced, repeat, mail, garbled],
  {
    maxCommands: 60,
    size: 'max',
  },
);

function command(name: string, stepFor: (model: ActorModel, real: Real) => Step): ActorCommand {
  return {
    check: () => true,
    toString: () => name,
    run(model, real) {
      const { walked, laws } = real;
      const before = walked.actor.stored();
      const text = encodeRecord(before.record);
      const step = stepFor(model, real);
      const foretold = foretell({ model, laws, step, stored: before });
      const decision = walked.send(step);
      const answer = nameOf(decision);
      real.outcomes.set(answer, (real.outcomes.get(answer) ?? 0) + 1);
      if (foretold !== null) assert.is(answer, foretold, `${name}: ${step.type}, not ${foretold}`);
      checkAfter({ decision, before, after: walked.actor.stored(), text, model, laws });
      learn(model, laws, { decision, step, after: walked.actor.stored() });
    },
  };
}

interface Question {
  model: ActorModel;
  laws: Laws;
  step: Step;
  stored: Stored;
}

/** The fences that hold whatever the state is, in the order in which they are asked; null is the machine's. */
function foretell({ model, laws, step, stored }: Question): string | null {
  const { type, data, door, id, sequence = Number.POSITIVE_INFINITY } = step;
  if (type.endsWith('?')) return 'unknown-type';
  if (door !== 'tell' && laws.oursAlone.includes(type)) return 'not-now';
  if (type === 'open' && !laws.isOpenedWithNothing && !('title' in data)) return 'schema';
  const isKnown = remembered(model).some((known) => known.id === id);
  if (isKnown || sequence <= model.mailboxSequence) return 'repeated';
  if (model.isFinished) return 'finished';
  const { ifRevision = stored.revision, epoch } = data;
  if (ifRevision !== stored.revision) return 'revision';
  if (door === 'mailbox' && laws.seenByHosts?.includes(type)) return 'not-now';
  const { context } = stored.record;
  const isFenced = 'epoch' in context && epoch !== undefined;
  if (isFenced && epoch !== context['epoch']) return 'stale-epoch';
  if (type === 'open') return 'not-now';
  const dueAtMs = context.deadlines[type] ?? Number.POSITIVE_INFINITY;
  return door === 'deadline' && (step.atMs ?? 0) < dueAtMs ? 'not-now' : null;
}

interface Checked {
  decision: Decision;
  before: Stored;
  after: Stored;
  /** The record before, as it was stored. */
  text: string;
  model: ActorModel;
  laws: Laws;
}

function checkAfter({ decision, before, after, text, model, laws }: Checked): void {
  if (decision.outcome === 'applied') {
    const broken = brokenLaws(laws, before, after);
    assert.is(broken.length, 0, broken.join('; '));
    return;
  }
  assert.is(after, before);
  assert.is(encodeRecord(after.record), text, 'the record that was refused something has changed');
  if (decision.outcome === 'refused') {
    assert.ok(decision.message.length > 0, `no message with ${decision.reason}`);
    return;
  }
  const known = remembered(model).map(({ revision }) => revision);
  assert.ok(decision.revision === null || known.includes(decision.revision), 'an unknown revision');
}

function learn(
  model: ActorModel,
  laws: Laws,
  { decision, step, after }: { decision: Decision; step: Step; after: Stored },
): void {
  if (decision.outcome !== 'applied') return;
  const id = after.record.recent.at(-1)?.id ?? '';
  model.applied.push({ id, revision: after.revision });
  model.mailboxSequence = Math.max(model.mailboxSequence, step.sequence ?? 0);
  model.isFinished = laws.finals.includes(stateName(after.record.state));
}

function moveAt({ moves }: WalkedActor<never>, choice: number): Step {
  const possible = moves();
  return possible[choice % possible.length] as Step;
}

function nameOf(decision: Decision): string {
  return decision.outcome === 'refused' ? decision.reason : decision.outcome;
}
