// Asking: the same question under the same id until somebody answers, and two different kinds of silence.
import type { Msg, NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAsker } from '../../../transport/nats/asker.ts';
import type { AskRequest, Clock, Reply } from '../../../transport/ports.ts';
import { localClock } from '../../support/local-clock.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

const REQUEST = { address: 'run.shop.7.build.1', type: 'claim', data: { claimant: 'worker-1' } };
const APPLIED: Reply = { outcome: 'applied', revision: 7, state: 'claimed', isRepeat: false };
/** What one attempt may take where the test says so. */
const ATTEMPT_MS = 200;
let partitions = 0;

/** Stands still: an attempt then ends after the whole limit, and there is always time for one more. */
function createFrozenClock() {
  let nowMs = 0;
  const clock: Clock = { ...localClock, monotonicMs: () => nowMs };
  return {
    clock,
    expire() {
      nowMs = Number.MAX_SAFE_INTEGER;
    },
  };
}

/** A host that answers, or not, as the test says. Each test has a partition of its own. */
async function setup(clock: Clock = localClock) {
  const { close, connect, nc, server } = await openNats();
  partitions += 1;
  const partition = partitions;
  const asked: string[] = [];
  const asker = createAsker(nc, clock, (address) => {
    asked.push(address);
    return partition;
  });
  const host = await connect('host');
  return {
    ...{ asked, asker, close, connect, host, nc, partition, server },
    serve: (answer: (request: AskRequest, message: Msg) => void) => serve(host, partition, answer),
  };
}

/** Resolves once the server knows of the subscription. */
async function serve(
  nc: NatsConnection,
  partition: number,
  answer: (request: AskRequest, message: Msg) => void,
): Promise<AskRequest[]> {
  const heard: AskRequest[] = [];
  nc.subscribe(`onceward.ask.${partition}`, {
    callback: (_, message) => {
      const request = message.json<AskRequest>();
      heard.push(request);
      answer(request, message);
    },
  });
  await nc.flush();
  return heard;
}

test(
  'a question goes to the partition of its address and is answered with what the host says',
  within(10_000, async () => {
    const { asked, asker, close, serve } = await setup();
    const heard = await serve((_, message) => message.respond(JSON.stringify(APPLIED)));

    const reply = await asker.ask({ ...REQUEST, id: 'mine' });

    assert.equal(reply, APPLIED);
    assert.equal(asked, [REQUEST.address]);
    assert.equal(heard, [{ ...REQUEST, id: 'mine' }]);
    await close();
  }),
);

test(
  'a question without an id gets one of its own, different each time',
  within(10_000, async () => {
    const { asker, close, serve } = await setup();
    const heard = await serve((_, message) => message.respond(JSON.stringify(APPLIED)));

    await asker.ask(REQUEST);
    await asker.ask(REQUEST);

    const ids = heard.map(({ id }) => id);
    assert.ok(ids.every((id) => id.length >= 16));
    assert.is(new Set(ids).size, 2);
    await close();
  }),
);

test(
  'while no host listens the question is repeated, under one id, until one does',
  within(10_000, async () => {
    const { asker, close, serve } = await setup();
    const answered = asker.ask(REQUEST);
    const heard = await serve((_, message) => message.respond(JSON.stringify(APPLIED)));

    assert.equal(await answered, APPLIED);
    assert.is(heard.length, 1);
    await close();
  }),
);

test(
  'a question that is heard and not answered is repeated under the same id',
  within(20_000, async () => {
    const { asker, close, serve } = await setup(createFrozenClock().clock);
    let isFirst = true;
    const heard = await serve((_, message) => {
      if (!isFirst) message.respond(JSON.stringify(APPLIED));
      isFirst = false;
    });

    const reply = await asker.ask(REQUEST, { timeoutMs: ATTEMPT_MS });

    assert.equal(reply, APPLIED);
    assert.is(heard.length, 2);
    assert.is(new Set(heard.map(({ id }) => id)).size, 1);
    await close();
  }),
);

test(
  'an answer that is not readable is no answer: the question is repeated',
  within(10_000, async () => {
    const { asker, close, serve } = await setup();
    let isFirst = true;
    const heard = await serve((_, message) => {
      message.respond(isFirst ? 'not JSON' : JSON.stringify(APPLIED));
      isFirst = false;
    });

    assert.equal(await asker.ask(REQUEST), APPLIED);
    assert.is(heard.length, 2);
    await close();
  }),
);

test(
  'a question nobody has heard within the limit fails with BROKER_UNAVAILABLE',
  within(10_000, async () => {
    const { asker, close } = await setup();
    const startedMs = performance.now();

    const error = await rejects(asker.ask(REQUEST, { timeoutMs: 400 }), 'BROKER_UNAVAILABLE');

    assert.match(error.message, REQUEST.address);
    assert.ok(performance.now() - startedMs >= 390);
    await close();
  }),
);

test(
  'a question that was heard and never answered fails with OUTCOME_UNKNOWN',
  within(10_000, async () => {
    const { asker, close, serve } = await setup();
    await serve(() => {});

    await rejects(asker.ask(REQUEST, { timeoutMs: 400 }), 'OUTCOME_UNKNOWN');

    await close();
  }),
);

test(
  'a question that was heard once stays unknown, even when nobody listens afterwards',
  within(10_000, async () => {
    const { clock, expire } = createFrozenClock();
    const { asker, close, host, serve } = await setup(clock);
    const heard = await serve(() => {
      // Time runs out only after the attempts that find nobody.
      void host.close().then(() => clock.after(3 * ATTEMPT_MS, expire));
    });

    await rejects(asker.ask(REQUEST, { timeoutMs: ATTEMPT_MS }), 'OUTCOME_UNKNOWN');

    assert.is(heard.length, 1);
    await close();
  }),
);

test(
  'a refusal is an answer, and not repeated',
  within(10_000, async () => {
    const { asker, close, serve } = await setup();
    const refusal: Reply = { outcome: 'refused', reason: 'not-now', message: 'no', state: 'open' };
    const heard = await serve((_, message) => message.respond(JSON.stringify(refusal)));

    assert.equal(await asker.ask(REQUEST), refusal);
    assert.is(heard.length, 1);
    await close();
  }),
);

test(
  'on a connection that is closed a question fails at once',
  within(10_000, async () => {
    const { asker, close, nc } = await setup();
    await nc.close();
    const startedMs = performance.now();

    await rejects(asker.ask(REQUEST, { timeoutMs: 5_000 }), 'BROKER_UNAVAILABLE');

    assert.ok(performance.now() - startedMs < 2_000);
    await close();
  }),
);

test(
  'a question asked while the server is away is answered when it is back',
  within(30_000, async () => {
    const { asker, close, serve, server } = await setup(createFrozenClock().clock);
    await serve((_, message) => message.respond(JSON.stringify(APPLIED)));
    const restarted = server.restart({ kill9: true });

    const reply = await asker.ask(REQUEST, { timeoutMs: ATTEMPT_MS });

    assert.equal(reply, APPLIED);
    await restarted;
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
