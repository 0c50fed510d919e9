// Time limit: 240 s
// Goal: a real host on a real server outlives what a publisher can send it, and answers afterwards.
// Method: a few thousand publications of kinds that `tests/e2e/publisher.test.ts` does not send: drawn subjects,
// headers, encodings and ids, on the event subjects, the ask subjects and the mailbox's own.
import fc from 'fast-check';
import { headers, type NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../transport/nats/connection.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { externalPipeline, startTestHost, type TestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';
import { hugeText, mutated, nastyBytes, nastyText } from './garbage.ts';

const PUBLICATIONS = Math.max(
  200,
  Math.round((3_000 * Number(process.env['FUZZ_CASES'] ?? 100_000)) / 100_000),
);
const SEED = Number(process.env['SEED'] ?? 20_261_123);
const RUN = 'run.shop.8.review.1';

interface Publication {
  subject: string;
  body: Uint8Array;
  header: [string, string][];
  /** Waits for an answer, as an ask does. */
  isAsk: boolean;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

// What a subject cannot hold at all is refused by the client, not by us.
const token = nastyText.map(
  (text) => text.replace(/[\p{Cc}\p{Cs}\s.*>]/gu, '_').slice(0, 60) || 'x',
);
const tail = fc.array(token, { minLength: 1, maxLength: 9 }).map((tokens) => tokens.join('.'));
const subject = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('exited', 'claim', 'open', 'advance')
      .map((type) => `onceward.event.${RUN}.${type}`),
  },
  { weight: 2, arbitrary: tail.map((tokens) => `onceward.event.${RUN}.${tokens}`) },
  { weight: 2, arbitrary: tail.map((tokens) => `onceward.event.${tokens}`) },
  { weight: 1, arbitrary: tail.map((tokens) => `onceward.mailbox.3.${tokens}`) },
  { weight: 4, arbitrary: fc.nat(15).map((partition) => `onceward.ask.${partition}`) },
);
const asked = { address: RUN, type: 'exited', id: 'ask-1', data: { code: 0, epoch: 9 } };
const body = fc.oneof(
  {
    weight: 40,
    arbitrary: mutated([asked, { epoch: 9 }]).map((value) => utf8(JSON.stringify(value) ?? '')),
  },
  { weight: 20, arbitrary: nastyBytes },
  { weight: 1, arbitrary: hugeText.map(utf8) },
);
const header = fc.array(
  fc.tuple(
    fc.constantFrom(
      'Nats-Msg-Id',
      'Nats-TTL',
      'X-Odd',
      'Nats-Expected-Last-Sequence',
      'Nats-Rollup',
    ),
    nastyText.map((text) => text.replace(/[\r\n\0]/g, ' ').slice(0, 80)),
  ),
  { maxLength: 3 },
);
const publications: fc.Arbitrary<Publication> = fc
  .record({ subject, body, header })
  .map((drawn) => ({ ...drawn, isAsk: drawn.subject.startsWith('onceward.ask.') }));

test(
  'whatever a publisher sends, every partition answers afterwards and what it does not name is left alone',
  within(200_000, async () => {
    const { started, nc, stop } = await setup();
    try {
      for (const item of ['8', '9']) await mustApply(started, `item.shop.${item}`, 'open');
      const before = await leftAlone(started);

      const drawn = fc.sample(publications, { seed: SEED, numRuns: PUBLICATIONS });
      const answers = await publishAll(nc, drawn);

      assert.equal(await leftAlone(started), before);
      assert.equal(
        answers.filter((answer) => !isAnswer(answer)),
        [],
      );
      assert.ok(answers.length > PUBLICATIONS / 10, `answered asks: ${answers.length}`);
      for (const item of ITEMS) await mustApply(started, `item.shop.${item}`, 'open');
      await mustApply(started, 'run.shop.9.review.1', 'started');
    } finally {
      await stop();
    }
  }),
);

test.after(() => stopNatsServer());
test.run();

/** Enough that every partition has at least one, most likely. */
const ITEMS = Array.from({ length: 64 }, (_, n) => `after-${n}`);

async function setup() {
  const { url } = await natsServer();
  const started = await startTestHost({ url, pipelines: { shop: externalPipeline('review') } });
  const nc = await connectNats({ url, name: 'fuzzer' });
  return { started, nc, stop: () => Promise.all([started.stop(), nc.close()]) };
}

/** Publishes in order, and returns what the asks among them were answered. */
async function publishAll(nc: NatsConnection, drawn: readonly Publication[]): Promise<string[]> {
  const answers: string[] = [];
  for (const { subject: to, body: payload, header: fields, isAsk } of drawn) {
    const made = headers();
    for (const [name, value] of fields) made.append(name, value);
    if (!isAsk) {
      nc.publish(to, payload, { headers: made });
      continue;
    }
    const reply = await nc.request(to, payload, { timeout: 20_000, headers: made });
    answers.push(reply.string());
  }
  await nc.flush();
  process.stdout.write(
    `publications: ${drawn.length}, asks answered: ${answers.length}, seed ${SEED}\n`,
  );
  return answers;
}

/** What came of it, or a reason; never silence, an error or something else. */
function isAnswer(text: string): boolean {
  const { outcome, reason, message, revision } = JSON.parse(text) as Record<string, unknown>;
  if (outcome === 'applied') return typeof revision === 'number';
  return outcome === 'refused' && typeof reason === 'string' && Boolean(message);
}

async function mustApply({ asker }: TestHost, address: string, type: string): Promise<void> {
  const data = type === 'open' ? { title: 'a defect' } : { epoch: 1 };
  const reply = await asker.ask({ address, type, data });
  assert.is(reply.outcome, 'applied', JSON.stringify(reply));
}

/** Of an item and a run that no publication names. */
async function leftAlone({ world }: TestHost) {
  const item = await world.bucket('onceward-items').read('shop.9');
  const run = await world.bucket('onceward-runs').read('shop.9.review.1');
  return { item: item?.value, run: run?.value };
}
