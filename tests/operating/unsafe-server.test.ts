// What is known to break promises is refused, and what may lose acknowledged writes is spoken of loudly: by
// `up`, which then does not start, and by `doctor`, which then does not end with 0.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startApp } from '../../services/app.ts';
import type { AppOptions } from '../../services/app-options.ts';
import { loadConfiguration } from '../../services/config/load.ts';
import { doctor } from '../../services/inspect/commands/doctor.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { apiRequest } from '../../transport/nats/jetstream-api.ts';
import { testContext } from '../services/inspect/command-fixture.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { rejects } from '../support/rejects.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';
import { startOldServer } from './old-server.ts';
import { startUp } from './onceward-process.ts';

function setup(given: Partial<AppOptions>) {
  const folder = temporaryDirectory();
  const file = join(folder, 'onceward.yaml');
  const text = 'version: 1\nsettings: { partitions: 2 }\n';
  writeFileSync(file, text);
  const silent = () => {};
  const options: AppOptions = {
    ...{ role: 'host', configuration: loadConfiguration(text, { file }), natsUrl: undefined },
    ...{ configurationFolder: folder, stateDirectory: join(folder, 'state') },
    ...{ credentials: undefined, environment: {}, isOwnershipIgnored: false },
    natsServer: { override: undefined, path: '', cacheDirectory: folder },
    log: { info: silent, warn: silent, error: silent },
    ...given,
  };
  return { options, file };
}

for (const version of ['2.9.10', '2.12.13', '2.14.3']) {
  test(
    `a host does not start on a server of version ${version}`,
    within(20_000, async () => {
      const server = await startOldServer(version);
      const { options } = setup({ natsUrl: server.url });

      const error = await rejects(startApp(options), 'NATS_SERVER_TOO_OLD');

      assert.match(error.message, `${version}; needed is >= 2.12.14`);
      await server.stop();
    }),
  );
}

test(
  'the doctor ends with 1 for a server that is too old, and says what is needed',
  within(60_000, async () => {
    const server = await startOldServer('2.12.13');
    const { context, out } = testContext({ natsUrl: server.url });

    const exitCode = await doctor(context);

    assert.is(exitCode, 1);
    assert.match(out(), /FAIL nats-server \S+ +2\.12\.13; needed: >= 2\.12\.14/);
    await server.stop();
  }),
);

test(
  'a host does not start on a bucket that answers before its writes are on disk, and the doctor names it',
  within(60_000, async () => {
    await stopNatsServer();
    const { url } = await natsServer({ syncAlways: false });
    const nc = await connectNats({ url, name: 'test' });
    const name = 'KV_onceward-runs';
    const bucket = { name, subjects: ['$KV.onceward-runs.>'], persist_mode: 'async' };
    const made = await apiRequest(nc, `STREAM.CREATE.${name}`, bucket);
    const { context, out } = testContext({ natsUrl: url });

    const error = await rejects(startApp(setup({ natsUrl: url }).options), 'STREAM_MISMATCH');
    const exitCode = await doctor(context);

    assert.ok(made.ok);
    assert.match(JSON.stringify(error.details), /persist_mode/);
    assert.is(exitCode, 1);
    assert.match(out(), /FAIL KV_onceward-runs.*persist_mode is "async", expected "default"/);
    await nc.close();
  }),
);

test(
  'a host starts on a server that does not sync every write, and logs an error that says what that means',
  within(60_000, async () => {
    await stopNatsServer();
    const { url, monitorUrl } = await natsServer({ syncAlways: false });
    const project = { configuration: setup({}).file };
    const options = { role: 'host', natsUrl: url, stateDir: temporaryDirectory() } as const;

    const [seen, unseen] = await Promise.all([
      startUp(project, { ...options, env: { ONCEWARD_NATS_MONITOR: monitorUrl } }),
      startUp(project, options),
    ]);
    for (const host of [seen, unseen]) host.kill('SIGTERM');
    await Promise.all([seen.ended, unseen.ended]);

    assert.match(seen.log(), /"error".*power failure would lose acknowledged writes/);
    assert.match(unseen.log(), /"error".*ONCEWARD_NATS_MONITOR/);
  }),
);

test.run();
