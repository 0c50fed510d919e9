// Time limit: 300 s
// Goal: no event from outside, through either door, crashes, hangs or changes what refuses it.
// Method: valid events for every state of every machine, with hostile changes; doors and decide, as a host runs them.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../machines/decide.ts';
import { type ActorEvent, REFUSAL_REASONS } from '../../machines/event.ts';
import { decodeRecord, encodeRecord, type Stored } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { type Admitted, admit, admitMessage } from '../../services/actors/doors.ts';
import { createHostWorld } from '../../transport/nats/host-world.ts';
import type { AskRequest } from '../../transport/ports.ts';
import { ITEM_OPENINGS } from '../machines/paths/item-moves.ts';
import type { Step } from '../support/machine-steps.ts';
import { within } from '../support/within.ts';
import { fuzz, fuzzAsync, type Judgement } from './campaign.ts';
import { hugeText, mutated, mutatedText, nastyBytes, nastyText } from './garbage.ts';
import { livesInEveryState } from './lives.ts';

const NOW_MS = 2_000_000;
const PARTITION_PREFIX = 'onceward.mailbox.3.';

const lives = livesInEveryState();

/** Events as valid as can be, and which life each is made for. What only our own actors send stands there, too. */
const events = lives.flatMap(({ address, moves, fitting }, life) => {
  const outside = fitting.filter(({ door }) => door === 'ask');
  return [...moves, ...Array(8).fill(outside).flat()].map(({ type, data }: Step) => ({
    ...{ life, address, type, data },
  }));
});
const openings = ITEM_OPENINGS.map(({ data }) => ({ address: 'item.shop.8', type: 'open', data }));
const bases = [...events, ...Array(10).fill(openings).flat()];

const mail = fc.record({
  event: mutated(bases),
  // Mostly left as it is: what is told apart by its subject never comes further.
  subject: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: nastyText },
  ),
  body: fc.oneof(
    { weight: 120, arbitrary: fc.constant(null) },
    { weight: 10, arbitrary: nastyBytes },
    { weight: 1, arbitrary: hugeText.map((text) => new TextEncoder().encode(text)) },
  ),
  messageId: fc.option(nastyText, { nil: undefined, freq: 2 }),
});

test('a message of the mailbox is applied or refused with a reason, whatever it holds', () => {
  const { acceptedShare, reasons } = fuzz({
    name: 'mailbox messages',
    cases: 32_500,
    inputs: mail,
    judge({ event, subject, body, messageId }) {
      const { life, address, type, data } = (event ?? {}) as Partial<AskRequest & { life: number }>;
      const message = {
        subject: `${PARTITION_PREFIX}${subject ?? `${text(address)}.${text(type)}`}`,
        body: body ?? new TextEncoder().encode(JSON.stringify(data ?? null)),
        ...{ messageId, sequence: 42, ack: () => {} },
      };
      return judged(admitMessage(message, NOW_MS), typeof life === 'number' ? life : -1);
    },
  });

  assert.ok(acceptedShare > 0.05, `accepted: ${acceptedShare}`);
  assert.equal(
    unseen(reasons, ['not-json', 'schema', 'unknown-actor', 'unknown-type', 'not-now']),
    [],
  );
});

const ask = fc.record({
  text: fc.oneof(
    {
      weight: 120,
      arbitrary: mutated(bases.map((event) => ({ id: 'ask-1', ...event }))).map(written),
    },
    { weight: 40, arbitrary: mutatedText(mutated(bases).map(written)) },
    { weight: 10, arbitrary: nastyText },
    { weight: 1, arbitrary: hugeText },
  ),
});

test(
  'an ask is answered with what came of it or with a reason, whatever it holds',
  within(300_000, async () => {
    const { send } = openAsks();

    const { acceptedShare, reasons } = await fuzzAsync({
      name: 'asks',
      cases: 10_000,
      inputs: ask,
      judge: async ({ text: sent }) => {
        const request = await send(sent);
        if ('refusal' in request) return { outcome: 'refused', ...request.refusal };
        const life = Number(/"life":(\d+)/.exec(sent)?.[1]);
        return judged(admit({ ...request.asked, atMs: NOW_MS, door: 'ask' }), life);
      },
    });

    assert.ok(acceptedShare > 0.05, `accepted: ${acceptedShare}`);
    assert.equal(unseen(reasons, ['not-json', 'schema', 'unknown-actor', 'unknown-type']), []);
  }),
);

test.run();

/** What a host makes of an event, on a record of that address or on none. */
function judged(admitted: Admitted, which: number): Judgement {
  if ('reason' in admitted) return known(admitted.reason, admitted.message);
  const { event } = admitted;
  const stored = recordAt(event.address, which);
  const decision = decide(stored, event);
  if (decision.outcome === 'refused') return known(decision.reason, decision.message);
  if (decision.outcome === 'applied') mustBeReadable(decision.record, event);
  return { outcome: 'accepted' };
}

/** The record an event was made for, or another one of that address; null when there is none. */
function recordAt(address: string, which: number): Stored | null {
  const own = lives[which];
  const life = own?.address === address ? own : lives.find((one) => one.address === address);
  return life?.stored ?? null;
}

function known(reason: string, message: string): Judgement {
  assert.ok((REFUSAL_REASONS as readonly string[]).includes(reason), `no such reason: ${reason}`);
  return { outcome: 'refused', reason, message };
}

/** What is applied can be stored and read again. */
function mustBeReadable(record: Parameters<typeof encodeRecord>[0], event: ActorEvent): void {
  const decoded = decodeRecord(encodeRecord(record), definitionOf);
  assert.is(decoded.outcome, 'ok', `${event.type} made a record that cannot be read`);
}

function unseen(reasons: ReadonlyMap<string, number>, wanted: readonly string[]): string[] {
  return wanted.filter((reason) => !reasons.has(reason));
}

/** A subject is text whatever was meant by it. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : 'no-text';
}

function written(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

type Sent = { asked: AskRequest } | { refusal: { reason: string; message: string } };

/** The ask door of a host on a connection that only keeps what is subscribed. */
function openAsks(): { send(text: string): Promise<Sent> } {
  type Delivered = { data: Uint8Array; json(): unknown; respond(text: string): void };
  let deliver: (error: null, message: Delivered) => void = () => {};
  let onAsked: (request: AskRequest) => void = () => {};
  const connection = {
    options: {},
    status: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
    subscribe(_: string, { callback }: { callback: typeof deliver }) {
      deliver = callback;
      return { drain: async () => {} };
    },
  };
  const world = createHostWorld(connection as never, {} as never);
  world.serveAsk(3, async (request) => {
    onAsked(request);
    return { outcome: 'applied', revision: 1, state: 'none', isRepeat: false };
  });
  return {
    send: (text) =>
      new Promise((resolve) => {
        let asked: AskRequest | null = null;
        onAsked = (request) => {
          asked = request;
        };
        const data = new TextEncoder().encode(text);
        const json = () => JSON.parse(new TextDecoder().decode(data));
        const respond = (reply: string) => {
          if (asked !== null) return resolve({ asked });
          resolve({ refusal: JSON.parse(reply) as { reason: string; message: string } });
        };
        deliver(null, { data, json, respond });
      }),
  };
}
