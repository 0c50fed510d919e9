// Time limit: 120 s
// Goal: after everything was killed in the middle of 200 active items, all of them go on and every deadline
// still fires. Method: items waiting in four different ways, then SIGKILL for the host and for nats-server,
// then a new host on the same store; the audit must show each deadline applied after the restart.
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FrozenPipeline, frozenPipelineSchema } from '../../machines/item/events.ts';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import type { Asker } from '../../transport/ports.ts';
import { readAudit } from '../support/audit-log.ts';
import { startChild } from '../support/child-process.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

const ITEMS_PER_KIND = 50;
/** Long enough to set everything up and kill it before the first deadline is due. */
const DEADLINE_MS = 9_000;
const PASS = { kind: 'pass', cause: 'published' };
const FAULT = { kind: 'infra_error', cause: 'worker-lost' };

/** What an item of each kind waits for, and the event that its deadline fires. */
const KINDS = [
  { kind: 'finishing', deadline: 'grace-elapsed', about: 'run' },
  { kind: 'queued', deadline: 'queue-stalled', about: 'run' },
  { kind: 'deciding', deadline: 'reminder', about: 'item' },
  { kind: 'retrying', deadline: 'retry-due', about: 'item' },
] as const;

test(
  'two hundred items in the middle of their pipelines go on after host and nats-server were killed',
  within(110_000, async () => {
    const server = await natsServer();
    const host = startChild('host-process.ts', { url: server.url, pipelines: pipelines() });
    await host.message();
    const observer = await startTestHost({ url: server.url, members: ['nobody'] });
    await Promise.all(names().map((name) => bringIntoState(observer.asker, name)));
    const killedAtMs = observer.world.clock.nowMs();

    await host.kill('SIGKILL');
    await server.restart({ kill9: true });
    const successor = startChild('host-process.ts', { url: server.url, pipelines: pipelines() });
    await successor.message();

    const nc = await connectNats({ url: server.url, name: 'auditor' });
    await firedAfter(nc, killedAtMs);
    await Promise.all(names().map((name) => finish(observer.asker, name)));
    await Promise.all([observer.stop(), nc.close(), successor.kill('SIGKILL')]);
  }),
);

test.after(() => stopNatsServer());
test.run();

function names(): string[] {
  const numbers = Array.from({ length: ITEMS_PER_KIND }, (_, n) => n);
  return KINDS.flatMap(({ kind }) => numbers.map((n) => `${kind}.i${n}`));
}

function pipelines(): Record<string, FrozenPipeline> {
  const make = (first: string) =>
    frozenPipelineSchema.parse({
      name: first,
      digest: 'test',
      stages: [
        { name: 'first', kind: first, graceMs: DEADLINE_MS },
        { name: 'second', kind: 'external' },
      ],
      limits: {
        approvalReminderMs: DEADLINE_MS,
        retryBackoffMs: DEADLINE_MS,
        retryBackoffCapMs: DEADLINE_MS,
      },
    });
  return {
    finishing: make('external'),
    queued: make('external'),
    deciding: make('approval'),
    retrying: make('external'),
  };
}

async function bringIntoState(asker: Asker, name: string): Promise<void> {
  await must(asker, `item.${name}`, 'open', { title: name });
  const run = `run.${name}.first.1`;
  if (name.startsWith('finishing') || name.startsWith('retrying')) {
    await must(asker, run, 'exited', { code: 0 });
  }
  if (name.startsWith('retrying'))
    await must(asker, run, 'claim', { claimant: 'ci', verdict: FAULT });
}

/** What is left to do, after the deadline has done its part. */
async function finish(asker: Asker, name: string): Promise<void> {
  if (name.startsWith('deciding')) await must(asker, `item.${name}`, 'approve', {});
  const attempt = name.startsWith('retrying') ? 2 : 1;
  if (name.startsWith('queued') || name.startsWith('retrying')) {
    await complete(asker, `run.${name}.first.${attempt}`);
  }
  await complete(asker, `run.${name}.second.1`);
}

async function complete(asker: Asker, run: string): Promise<void> {
  await must(asker, run, 'exited', { code: 0 });
  await must(asker, run, 'claim', { claimant: 'ci', verdict: PASS });
}

async function must(asker: Asker, address: string, type: string, data: object): Promise<void> {
  const request = { address, type, data: data as Record<string, unknown> };
  const reply = await asker.ask(request, { timeoutMs: 60_000 });
  assert.is(reply.outcome, 'applied', `${type} for ${address}: ${JSON.stringify(reply)}`);
}

/** Resolves once every item's deadline has been applied, and the second stage of finishing ones has been opened. */
async function firedAfter(nc: NatsConnection, sinceMs: number): Promise<void> {
  const awaited = new Set(
    KINDS.flatMap(({ kind, deadline, about }) =>
      names()
        .filter((name) => name.startsWith(`${kind}.`))
        .map((name) => `${about === 'run' ? `run.${name}.first.1` : `item.${name}`} ${deadline}`),
    ),
  );
  for (const name of names().filter((one) => one.startsWith('finishing.'))) {
    awaited.add(`run.${name}.second.1 open`);
  }
  const strike = (entries: AuditEntry[]) => {
    for (const { outcome, atMs, address, type } of entries) {
      if (outcome === 'applied' && atMs >= sinceMs) awaited.delete(`${address} ${type}`);
    }
  };
  const live = nc.subscribe('onceward.audit.>');
  strike(await readAudit(nc));
  for await (const message of awaited.size === 0 ? [] : live) {
    strike(message.json<{ entries: AuditEntry[] }>().entries);
    if (awaited.size === 0) break;
  }
}
