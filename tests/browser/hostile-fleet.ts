// A fleet in which everything that comes from outside is script: what people and publishers write, what commands
// print, and records, alarms and presences as somebody might forge them who may write to the server.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { makeAgentProject } from '../support/agent-project.ts';
import { natsServer } from '../support/nats-server.ts';
import type { PageFleet } from '../support/page-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { isIn } from './awaited-state.ts';

/** Would call `alert` with the place it came from, in whatever context it were taken for markup. */
export function scriptFrom(place: string): string {
  return `"><img src=x onerror="alert('${place}')"><script>alert('${place}')</script>`;
}

/** The same for a shell, in single quotes. */
function printed(place: string): string {
  return `'${scriptFrom(place).replaceAll("'", String.raw`'\''`)}'`;
}

/** Two stages of commands that print script, and one that a publisher drives. */
export async function hostileConfiguration(): Promise<string> {
  const folder = temporaryDirectory();
  const { remote } = await makeAgentProject(folder);
  writeFileSync(join(folder, 'print.sh'), `echo ${printed('log')}\n`);
  writeFileSync(join(folder, 'judge.sh'), `echo ${printed('gate')}\nexit 1\n`);
  const path = join(folder, 'onceward.yaml');
  writeFileSync(
    path,
    `version: 1
settings: { graceMs: 60000, finalizeTimeoutMs: 10000, presenceTtlMs: 60000, sweepMs: 500, bootGraceMs: 0 }
projects:
  lab: { repository: ${remote}, pipeline: printed }
  shop: { repository: remote.git, pipeline: outside }
pipelines:
  printed:
    stages:
      - name: build
        kind: command
        command: sh ${folder}/print.sh
        gates: [{ kind: command, command: sh ${folder}/judge.sh, timeoutMs: 10000 }]
        budgets: { product: 1 }
  outside:
    stages: [{ name: build, kind: external }]
`,
  );
  return path;
}

export async function plantScripts(fleet: PageFleet): Promise<void> {
  const { session, send } = fleet;
  await fleet.submit('lab/1', scriptFrom('title'), scriptFrom('body'));
  await fleet.submit('shop/1', 'driven from outside');
  const run = 'shop/1/build/1';
  await send(run, scriptFrom('type').slice(0, 64));
  await send(run, 'started', { worker: scriptFrom('worker'), machine: scriptFrom('machine') });
  await send(run, 'exited', { code: 1 });
  const step = { step: 'push', key: scriptFrom('key'), result: scriptFrom('result') };
  await send(run, 'finalize-step', step);
  const verdict = { kind: 'product_fail', cause: 'checks', summary: scriptFrom('summary') };
  await send(run, 'claim', { claimant: scriptFrom('loser'), evaluatedRevision: 1, verdict });
  await send(run, 'claim', { claimant: scriptFrom('claimant'), verdict });
  await isIn(session, 'shop/1/build/2', 'running.queued');
  await send('shop/1/build/2', 'started', { worker: scriptFrom('holder') });
  await isIn(session, 'lab/1', 'parked');
  await forge(fleet);
}

/** What no door of ours would let in. */
async function forge(fleet: PageFleet): Promise<void> {
  const { url } = await natsServer();
  const nc = await connectNats({ url, name: 'forger' });
  const items = createBucket(nc, 'onceward-items');
  const record = JSON.parse((await items.read('shop.1'))?.value ?? '');
  const { context } = record;
  const stages = [{ ...context.pipeline.stages[0], name: scriptFrom('stage') }];
  Object.assign(context, {
    ...{ item: 'forged', title: scriptFrom('forged-title'), by: scriptFrom('by') },
    headSha: scriptFrom('sha'),
    feedback: scriptFrom('feedback'),
    parking: { reason: scriptFrom('reason'), message: scriptFrom('parking'), atMs: 1 },
    pipeline: {
      ...context.pipeline,
      ...{ name: scriptFrom('pipeline'), stages, baseBranch: scriptFrom('branch') },
      repository: `javascript:alert('repository')//${scriptFrom('repository')}`,
    },
  });
  const forged = JSON.stringify({ ...record, state: 'parked' });
  await items.write({ key: 'shop.forged', value: forged, expectedRevision: 0 });

  const alarm = {
    ...{ atMs: fleet.session.clock.nowMs(), address: 'item.shop.forged', type: 'alarm' },
    ...{ outcome: 'alarm', reason: scriptFrom('alarm'), message: scriptFrom('alarm-message') },
  };
  const presence = {
    ...{ identity: scriptFrom('identity'), role: 'worker', machine: scriptFrom('host') },
    ...{ pid: 1, startedAtMs: 1 },
  };
  const js = jetstream(nc);
  await js.publish('onceward.audit.0', JSON.stringify({ v: 1, entries: [alarm] }));
  await js.publish('$KV.onceward-presence.worker.forged', JSON.stringify(presence));
  await nc.close();
}
