// Webhooks through the command line: the list of them, and one that is told to every host again.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deliveries } from '../../../services/inspect/commands/deliveries.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { deliveryHint } from '../../../services/intake/delivery-hint.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createDeliveries } from '../../../transport/nats/deliveries.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { linkOf } from '../../transport/nats/feed-fixture.ts';
import { startFleet, type TestContextOptions } from './command-fixture.ts';

const LIMIT_MS = 20_000;
const fleet = await startFleet();

async function store(id: string, number: number, hint?: string): Promise<void> {
  const nc = await connectNats({ url: fleet.url, name: 'test' });
  const payload = { issue: { number }, repository: { full_name: 'acme/shop' } };
  const read = JSON.stringify(deliveryHint('github', 'issues', payload));
  const about = { id, source: 'github', event: 'issues', connection: 'github-main' };
  await createDeliveries(linkOf(nc)).store({
    ...{ ...about, hint: hint ?? read, payload: JSON.stringify(payload) },
  });
  await nc.close();
}

async function printed(input: object, options: TestContextOptions = {}) {
  const { context, out, documents } = fleet.at(options);
  const code = await deliveries(context, { limit: 20, ...input });
  return { code, out: out(), documents };
}

test(
  'webhooks are listed newest first, with what each made hosts look at',
  within(LIMIT_MS, async () => {
    await store('first', 11);
    await store('second', 12);
    const { code, out } = await printed({ limit: 2 });
    const { documents } = await printed({ limit: 1 }, { output: 'json' });
    const [document] = documents();

    assert.is(code, 0);
    assert.match(out, /^RECEIVED\s+SOURCE\s+EVENT\s+ABOUT\s+LOOK AT\s+DELIVERY/);
    assert.match(out, /github +issues +acme\/shop +issue 12 +second +-\n.* issue 11 +first +-\n$/);
    DOCUMENTS.deliveries.parse(document);
    assert.is(document.deliveries.length, 1);
  }),
);

test(
  'they are chosen by source and event',
  within(LIMIT_MS, async () => {
    await store('chosen', 13);
    const names = async (input: object) => (await printed(input, { output: 'name' })).out;

    assert.match(await names({ source: 'github', event: 'issues', limit: 1 }), 'chosen');
    assert.is(await names({ source: 'plane' }), '');
    assert.is(await names({ event: 'push' }), '');
  }),
);

test(
  'a replay stores a webhook once more, in the name of whoever asked, each time under a new id',
  within(LIMIT_MS, async () => {
    await store('replayed', 14);
    const once = await printed({ replay: 'replayed' });
    const twice = await printed({ replay: 'replayed' }, { output: 'json' });
    const [document] = twice.documents();
    const listed = await printed({ limit: 2 }, { output: 'jsonl' });

    assert.is(once.out, 'replayed: github issues replayed, for the 1st time\n');
    DOCUMENTS.replayedDelivery.parse(document);
    assert.is(document.messageId, 'github:replayed:replay:2');
    assert.equal(
      listed.documents().map(({ id, replay, by, subject }) => [id, replay, by, subject.ref]),
      [2, 1].map((replay) => ['replayed', replay, 'operator:tester', '14']),
    );
  }),
);

test(
  'a replay is read anew: a hint of another version becomes one of this version',
  within(LIMIT_MS, async () => {
    await store('unread', 15, '{"later":true}');
    const before = await printed({ limit: 1 });
    await printed({ replay: 'unread' });
    const after = await printed({ limit: 1 });

    assert.match(before.out, /unreadable +- +unread/);
    assert.match(after.out, /issue 15 +unread +1/);
  }),
);

test(
  'what is not kept, and what is asked in a wrong way, is said',
  within(LIMIT_MS, async () => {
    const asked = (input: object) => deliveries(fleet.at().context, { limit: 20, ...input });

    await rejects(asked({ replay: 'nothing' }), 'DELIVERY_NOT_FOUND');
    await rejects(asked({ replay: 'x', event: 'issues' }), 'USAGE');
    await rejects(asked({ event: 'a b' }), 'USAGE');
    await rejects(asked({ limit: 10_001 }), 'USAGE');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
