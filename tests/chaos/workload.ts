// The outside of the fleet: submits items at a steady rate, plays the publisher of external stages and the
// person who approves. It repeats itself as real publishers do, and never gives up before it was heard.
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { itemAddress } from '../../machines/address.ts';
import { itemContextOf, runContextOf } from '../../machines/typed-context.ts';
import type { Prng } from '../support/prng.ts';
import { type Behaviour, type ChaosItem, chaosItem } from './chaos-items.ts';
import type { RecordsWatch, SeenRecord } from './records-watch.ts';

export interface Workload {
  /** Submits until `untilMs` of `performance.now()` or until aborted; resolves once all are stored. */
  submit(options: { itemsPerSecond: number; untilMs: number; signal: AbortSignal }): Promise<void>;
  /** Everything whose submission was acknowledged. */
  submitted(): readonly ChaosItem[];
  /** Resolves once nothing is left that must still be published. */
  settled(): Promise<void>;
}

const PASS = { kind: 'pass', cause: 'published' };
const FAIL = { kind: 'product_fail', cause: 'published', summary: 'not good enough' };
const RETRY_AFTER_MS = 300;
const MAX_TRIES = 2_000;
const REPEAT_SHARE = 0.1;

export function createWorkload(nc: NatsConnection, watch: RecordsWatch, prng: Prng): Workload {
  const submitted: ChaosItem[] = [];
  const underWay = new Set<Promise<void>>();
  const answered = new Set<string>();
  const behaviours = new Map<string, Behaviour>();

  const publish = (suffix: string, data: object, id: string): Promise<void> => {
    const sent = publishUntilStored(nc, { suffix, data, id });
    underWay.add(sent);
    return sent.finally(() => underWay.delete(sent));
  };
  const submitOne = async (item: ChaosItem, isRepeated: boolean): Promise<void> => {
    const suffix = `${itemAddress(item.project.name, item.item)}.open`;
    behaviours.set(item.item, item.behaviour);
    await publish(suffix, { title: item.behaviour }, suffix);
    submitted.push(item);
    // A publisher that does not know of its first success: another id, the same item.
    if (isRepeated) await publish(suffix, { title: item.behaviour }, `${suffix}.again`);
  };

  watch.onRecord((seen) => {
    const reply = answerTo(seen, (item) => behaviours.get(item));
    if (reply === null || answered.has(reply.key)) return;
    answered.add(reply.key);
    // What fails for good is found by whoever waits for everything to be settled.
    sendAll(reply, publish).catch(() => {});
  });

  return {
    async submit({ itemsPerSecond, untilMs, signal }) {
      const sent: Promise<void>[] = [];
      for (let n = 1; performance.now() < untilMs && !signal.aborted; n += 1) {
        const one = submitOne(chaosItem(prng, n), prng.isLucky(REPEAT_SHARE));
        one.catch(() => {});
        sent.push(one);
        await delay(1_000 / itemsPerSecond, undefined, { signal }).catch(() => {});
      }
      if (!signal.aborted) await Promise.all(sent);
    },
    submitted: () => submitted,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

interface Answer {
  /** What is answered: one state of one actor. */
  key: string;
  events: { suffix: string; data: object }[];
  /** Each event twice, under different ids. */
  isDoubled: boolean;
}

async function sendAll(
  { events, isDoubled }: Answer,
  publish: (suffix: string, data: object, id: string) => Promise<void>,
): Promise<void> {
  for (const { suffix, data } of events) {
    await publish(suffix, data, suffix);
    if (isDoubled) await publish(suffix, data, `${suffix}.again`);
  }
}

function answerTo(seen: SeenRecord, behaviourOf: (item: string) => Behaviour | undefined) {
  if (seen.record.machine === 'run') {
    // A run does not carry its item's title.
    return answerToRun(seen, behaviourOf(runContextOf(seen.record).item));
  }
  if (seen.record.machine !== 'item' || seen.state !== 'awaitingApproval') return null;
  const { title, current } = itemContextOf(seen.record);
  const isRefused = title === 'slow';
  const data = isRefused ? { by: 'chaos', reason: 'too slow' } : { by: 'chaos' };
  const suffix = `${seen.address}.${isRefused ? 'reject' : 'approve'}`;
  const key = `${seen.address} ${current?.stage} ${current?.attempt}`;
  return { key, events: [{ suffix, data }], isDoubled: title === 'children' };
}

/** The publisher of an external stage. A slow one never claims: its run is taken over after the grace. */
function answerToRun(
  { address, record, state }: SeenRecord,
  behaviour: Behaviour | undefined,
): Answer | null {
  const { stage, attempt } = runContextOf(record);
  if (stage.kind !== 'external' || state !== 'running.queued') return null;
  const isGood = behaviour === 'flaky' ? attempt > 1 : behaviour !== 'hopeless';
  const exited = { suffix: `${address}.exited`, data: { code: isGood ? 0 : 1 } };
  const claim = {
    suffix: `${address}.claim`,
    data: { claimant: 'publisher', verdict: isGood ? PASS : FAIL },
  };
  const events = behaviour === 'slow' ? [exited] : [exited, claim];
  return { key: address, events, isDoubled: behaviour === 'children' };
}

/** Resolves once JetStream has stored the event; repeats under one id until it has. */
async function publishUntilStored(
  nc: NatsConnection,
  { suffix, data, id }: { suffix: string; data: object; id: string },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const options = { msgID: id, timeout: 2_000 };
      await jetstream(nc).publish(`onceward.event.${suffix}`, JSON.stringify(data), options);
      return;
    } catch (error) {
      // Closed by ourselves, because the chaos was interrupted: nothing is judged then.
      if (nc.isClosed()) return;
      if (attempt === MAX_TRIES) throw error;
      await delay(RETRY_AFTER_MS);
    }
  }
}
