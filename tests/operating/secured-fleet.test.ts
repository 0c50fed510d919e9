// Time limit: 120 s
// Goal: the logins of nats.conf suffice for everything their roles do. Method: a real server from that very
// file, a host and a worker in processes of their own, an item published, watched and carried through to done.
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ps } from '../../services/inspect/commands/ps.ts';
import { show } from '../../services/inspect/commands/show.ts';
import { submit } from '../../services/inspect/commands/submit.ts';
import { wait } from '../../services/inspect/commands/wait.ts';
import { watch } from '../../services/inspect/commands/watch.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { testContext } from '../services/inspect/command-fixture.ts';
import { landedOn, makeAgentProject } from '../support/agent-project.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';
import { startUp } from './onceward-process.ts';
import { startSecuredServer } from './secured-server.ts';

test(
  'a host and a worker with logins of their own carry an item through to done, seen by an inspector',
  within(100_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const project = await makeAgentProject(temporaryDirectory());
    const at = (login: 'inspector' | 'operator', output: 'json' | 'jsonl' = 'json') =>
      testContext({ natsUrl: server.urlOf(login), output });
    const stateDir = join(project.folder, 'state');
    const host = await startUp(project, { role: 'host', natsUrl: server.urlOf('host'), stateDir });
    const worker = await startUp(project, {
      role: 'worker',
      natsUrl: server.urlOf('worker'),
      stateDir,
    });
    const watching = at('inspector', 'jsonl');
    const watched = watch(watching.context, { filter: undefined });

    const nc = await connectNats({ url: server.urlOf('publisher'), name: 'test' });
    await jetstream(nc).publish('onceward.event.item.shop.published.open', '{"title":"one"}');
    const submitted = { project: 'shop', id: 'submitted', title: 'two', timeoutMs: 10_000 };
    await submit(at('operator').context, submitted);
    for (const item of ['published', 'submitted']) {
      await wait(at('inspector').context, {
        address: `shop/${item}`,
        for: 'done',
        timeoutMs: 30_000,
      });
    }

    const [processes, items, shown] = [at('inspector'), at('inspector'), at('inspector')];
    await ps(processes.context, { kind: 'workers' });
    await ps(items.context, { kind: 'items', filter: { isArchiveIncluded: true } });
    await show(shown.context, { address: 'shop/published', hasHistory: true });
    watching.stop();
    await watched;
    host.kill('SIGTERM');
    worker.kill('SIGTERM');
    assert.equal([(await host.ended).code, (await worker.ended).code], [0, 0]);
    assert.equal((await landedOn(project.remote)).sort(), ['published', 'submitted']);
    assert.match(processes.out(), /"worker-/);
    assert.match(items.out(), /submitted/);
    assert.is(shown.documents()[0].state, 'done');
    assert.match(watching.out(), /advance-confirmed/);
    assert.not.match(host.log() + worker.log(), /ermissions/);
    await nc.close();
    await server.stop();
  }),
);

test.run();
