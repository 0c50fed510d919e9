// The server that onceward runs itself: one per store, gone with its owner.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../../transport/nats/connection.ts';
import { startEmbeddedServer } from '../../../transport/nats/embedded-server.ts';
import { processMark } from '../../../transport/nats/local-process.ts';
import { spawnServer } from '../../../transport/nats/server-process.ts';
import { natsServerBinary } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const OWNER = fileURLToPath(new URL('../../support/store-owner.ts', import.meta.url));

async function setup() {
  const { binary } = await natsServerBinary();
  const stateDir = temporaryDirectory();
  const reports: string[] = [];
  const report = (line: string) => void reports.push(line);
  return { stateDir, reports, options: { binary, stateDir, syncAlways: false, report } };
}

async function serverVersion(url: string): Promise<string> {
  const nc = await connectNats({ url, name: 'test' });
  const version = nc.info?.version ?? '';
  await nc.close();
  return version;
}

/** A process that owns the store; its server's url and pid. */
async function owner(binary: string, stateDir: string) {
  const args = ['--import', 'tsx', OWNER, binary, stateDir];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { url: string; pid: number }) };
}

async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

test(
  'a started server accepts connections, and a stopped one does not',
  within(20_000, async () => {
    const { options } = await setup();
    const server = await startEmbeddedServer(options);
    assert.match(await serverVersion(server.url), /^2\./);
    await server.stop();
    await rejects(serverVersion(server.url), 'BROKER_UNAVAILABLE');
  }),
);

test(
  'every write is synced unless it is switched off, as the monitoring endpoint shows',
  within(20_000, async () => {
    const { options } = await setup();
    const { syncAlways: _, ...shipped } = options;
    const server = await startEmbeddedServer(shipped);
    const response = await fetch(`${server.monitorUrl}/varz`);
    const varz = (await response.json()) as { jetstream: { config: { sync_always: boolean } } };
    assert.is(varz.jetstream.config.sync_always, true);
    await server.stop();
  }),
);

test(
  'a second start on the same store is refused and names the owner',
  within(20_000, async () => {
    const { options } = await setup();
    const server = await startEmbeddedServer(options);
    const error = await rejects(startEmbeddedServer(options), 'STORE_IN_USE');
    assert.is(error.details['pid'], process.pid);
    assert.match(await serverVersion(server.url), /^2\./);
    await server.stop();
  }),
);

test(
  'of several who start at once on a free store, one gets it',
  within(20_000, async () => {
    const { options } = await setup();
    const starts = await Promise.allSettled(
      Array.from({ length: 8 }, () => startEmbeddedServer(options)),
    );
    const winners = starts.filter((start) => start.status === 'fulfilled');
    assert.is(winners.length, 1);
    await Promise.all(winners.map(({ value }) => value.stop()));
  }),
);

test(
  'a store can be used again after its server was stopped',
  within(20_000, async () => {
    const { options } = await setup();
    await (await startEmbeddedServer(options)).stop();
    const again = await startEmbeddedServer(options);
    assert.match(await serverVersion(again.url), /^2\./);
    await again.stop();
  }),
);

test(
  'the store of another living process is refused, that of a killed one is taken over',
  within(30_000, async () => {
    const { options, stateDir } = await setup();
    const { child, pid } = await owner(options.binary, stateDir);
    const error = await rejects(startEmbeddedServer(options), 'STORE_IN_USE');
    assert.is(error.details['pid'], child.pid);
    await killed(child);
    const server = await startEmbeddedServer(options);
    assert.is(await processMark(pid), null, 'the killed owner’s server is gone');
    assert.match(await serverVersion(server.url), /^2\./);
    await server.stop();
  }),
);

test(
  'a server left behind by a killed owner is ended before the next one starts',
  within(30_000, async () => {
    const { options, stateDir, reports } = await setup();
    await (await startEmbeddedServer(options)).stop();
    // What an owner killed on a system without pdeathsig leaves behind.
    const leftover = await spawnServer(options.binary, {
      config: join(stateDir, 'nats.conf'),
      pidFile: join(stateDir, 'nats-server.pid'),
      log: join(stateDir, 'nats-server.log'),
      portsFolder: join(stateDir, 'ports'),
    });
    await leftover.ready();
    const server = await startEmbeddedServer(options);
    assert.is((await leftover.ended).exitCode, 0);
    assert.match(reports.join(), `pid ${leftover.pid}`);
    await server.stop();
  }),
);

test(
  'a process that happens to have the recorded pid is left alone',
  within(20_000, async () => {
    const { options, stateDir, reports } = await setup();
    writeFileSync(join(stateDir, 'nats-server.pid'), String(process.pid));
    await (await startEmbeddedServer(options)).stop();
    assert.equal(reports, []);
  }),
);

test(
  'a server that dies by itself is reported, one that was stopped is not',
  within(20_000, async () => {
    const { options } = await setup();
    const server = await startEmbeddedServer(options);
    const exit = new Promise((resolve) => server.onExit(resolve));
    process.kill(server.pid, 'SIGKILL');
    assert.equal(await exit, { exitCode: null, signal: 'SIGKILL' });
    await server.stop();
    const next = await startEmbeddedServer(options);
    let isReported = false;
    next.onExit(() => {
      isReported = true;
    });
    await next.stop();
    assert.is(isReported, false);
  }),
);

test(
  'a server that does not come up is an error with its last words, and frees the store',
  within(20_000, async () => {
    const { options, stateDir } = await setup();
    const config = join(stateDir, 'mine.conf');
    const lines = ['listen: x', 'http: x', 'store_dir: x', 'sync_interval: x', 'surprise: 1'];
    writeFileSync(config, lines.join('\n'));
    const start = startEmbeddedServer({ ...options, config });
    const error = await rejects(start, 'BROKER_UNAVAILABLE');
    assert.match(error.message, 'nats.conf');
    await (await startEmbeddedServer(options)).stop();
  }),
);

test.run();
