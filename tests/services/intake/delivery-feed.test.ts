// How a host hears of webhooks: in order, and none holds up the others.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Log } from '../../../services/actors/log.ts';
import { startDeliveryFeed } from '../../../services/intake/delivery-feed.ts';
import type { Hint } from '../../../services/intake/delivery-hint.ts';
import type { StoredDelivery } from '../../../transport/nats/stored-delivery.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

function issue(ref: string): Hint {
  return { source: 'github', repository: 'acme/shop', subject: { kind: 'issue', ref } };
}

function stored(id: string, hint = JSON.stringify(issue(id))): StoredDelivery {
  return {
    ...{ id, hint, source: 'github', event: 'issues', connection: 'main', sequence: 1 },
    ...{ storedAtMs: 0, payloadBytes: 2, isPayloadKept: true, replay: 0, by: null },
  };
}

/** A stream that holds these, and then goes on without another. */
function setup(deliveries: readonly StoredDelivery[]) {
  const warnings: string[] = [];
  const warn = (_: object, message: string) => void warnings.push(message);
  const log: Log = { info: warn, warn, error: warn };
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  async function* all() {
    yield* deliveries;
    await closed;
  }
  const follow = async () => ({ close, deliveries: all });
  return { clock: createVirtualClock(), log, warnings, deliveries: { follow } };
}

/** What was told, until so many were. */
function hearing(count: number, act: (ref: string) => Promise<void> | void = () => {}) {
  const heard: string[] = [];
  let give = () => {};
  const all = new Promise<void>((resolve) => {
    give = resolve;
  });
  const onHint = ({ subject }: Hint) => {
    const ref = 'ref' in subject ? subject.ref : subject.kind;
    heard.push(ref);
    if (heard.length === count) give();
    return act(ref);
  };
  return { heard, all, onHint };
}

test(
  'hints are told in their order, each after the one before has been dealt with',
  within(5_000, async () => {
    const { warnings, ...world } = setup([stored('1'), stored('2'), stored('3')]);
    const order: string[] = [];
    const { all, onHint } = hearing(3, async (ref) => {
      order.push(`begin ${ref}`);
      await Promise.resolve();
      order.push(`end ${ref}`);
    });
    const feed = await startDeliveryFeed({ ...world, onHint });
    await all;
    await feed.stop();

    assert.equal(order, ['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
    assert.equal(warnings, []);
  }),
);

test(
  'a hint that fails, and one that cannot be read, leave those behind them as they are',
  within(5_000, async () => {
    const broken = [stored('2', '{'), stored('3', '{"source":"gitlab"}')];
    const { warnings, ...world } = setup([stored('1'), ...broken, stored('4')]);
    const { heard, all, onHint } = hearing(2, (ref) => {
      if (ref === '1') throw new Error('poison');
    });
    const feed = await startDeliveryFeed({ ...world, onHint });
    await all;
    await feed.stop();

    assert.equal(heard, ['1', '4']);
    assert.is(warnings.length, 3);
  }),
);

test(
  'a hint that is never dealt with is given up after ten seconds',
  within(5_000, async () => {
    const { clock, warnings, ...world } = setup([stored('1'), stored('2')]);
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { heard, all, onHint } = hearing(2, (ref) => {
      begin();
      return ref === '1' ? new Promise<void>(() => {}) : undefined;
    });
    const feed = await startDeliveryFeed({ ...world, clock, onHint });
    await begun;
    await clock.advance(9_999);
    const before = [...heard];
    await clock.advance(1);
    await all;
    await feed.stop();

    assert.equal(before, ['1']);
    assert.equal(heard, ['1', '2']);
    assert.is(warnings.length, 1);
  }),
);

test.run();
