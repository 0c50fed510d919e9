// A run is held by the accounts it would draw on, and by nothing else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../../machines/decide.ts';
import { type ActorRecord, encodeRecord } from '../../../machines/record.ts';
import { holdOf } from '../../../services/workers/hold.ts';
import { within } from '../../support/within.ts';
import { createRemote } from '../../transport/git/remote-fixture.ts';
import { jobOf } from './worker-fixture.ts';

const DAY_MS = 86_400_000;

function event(address: string, type: string, data: unknown) {
  return { address, type, id: `${address}:${type}`, atMs: DAY_MS, data, door: 'tell' } as const;
}

/** The record of an account after these events, each applied. */
function recordAfter(address: string, ...events: [type: string, data: unknown][]): string {
  let record: ActorRecord | null = null;
  for (const [type, data] of [['open', {}], ...events] as [string, unknown][]) {
    const stored = record === null ? null : { record, revision: 1 };
    const decision = decide(stored, event(address, type, data));
    if (decision.outcome !== 'applied') throw new Error(JSON.stringify(decision));
    record = decision.record;
  }
  if (record === null) throw new Error('nothing was applied');
  return encodeRecord({ ...record, by: 'host-1' });
}

async function setup(records: Record<string, string> = {}) {
  const remote = await createRemote();
  const job = jobOf(remote, { command: undefined, agent: { adapter: 'claude', account: 'team' } });
  const read = async (key: string) => {
    const value = records[key];
    return value === undefined ? null : { key, value, revision: 1 };
  };
  return { job, remote, accounts: { read } as Parameters<typeof holdOf>[1] };
}

const suspended = recordAfter('account.provider.team', [
  'suspend',
  { cause: 'usage-limit', resetAtMs: DAY_MS + 5_000 },
]);
const spent = recordAfter('account.project.shop', [
  'draw',
  { usage: { usd: 6 }, caps: { usd: 5 } },
]);

test(
  'an account that has never been drawn on holds nothing',
  within(20_000, async () => {
    const { job, accounts } = await setup();

    assert.is(await holdOf(job, accounts), null);
  }),
);

test(
  'a suspended provider holds every run of its account',
  within(20_000, async () => {
    const { job, accounts } = await setup({ 'provider.team': suspended });

    assert.equal(await holdOf(job, accounts), {
      account: 'account.provider.team',
      cause: 'usage-limit',
      untilMs: DAY_MS + 5_000,
    });
  }),
);

test(
  'of two suspensions the longer one holds',
  within(20_000, async () => {
    const { job, accounts } = await setup({ 'provider.team': suspended, 'project.shop': spent });

    assert.equal(await holdOf(job, accounts), {
      account: 'account.project.shop',
      cause: 'cap-reached',
      untilMs: 2 * DAY_MS,
    });
  }),
);

test(
  'an account that was resumed holds nothing',
  within(20_000, async () => {
    const resumed = recordAfter(
      'account.provider.team',
      ['suspend', { cause: 'usage-limit', resetAtMs: DAY_MS + 5_000 }],
      ['resume', {}],
    );
    const { job, accounts } = await setup({ 'provider.team': resumed });

    assert.is(await holdOf(job, accounts), null);
  }),
);

test(
  'a plain command draws on nothing and is never held',
  within(20_000, async () => {
    const { remote, accounts } = await setup({ 'project.shop': spent });

    assert.is(await holdOf(jobOf(remote, {}), accounts), null);
  }),
);

test.run();
