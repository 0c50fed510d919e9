// Goal: whoever works follows the registry of projects; whoever may not change it is told so at once. Method: a real
// server from nats.conf with its users switched on, read by every login, and changed by two.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { projectAdd } from '../../services/inspect/commands/project/add.ts';
import { projectList } from '../../services/inspect/commands/project/list.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { watchConnection } from '../../transport/nats/connection-watch.ts';
import { openRecordFeed } from '../../transport/nats/record-feed.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { testContext } from '../services/inspect/command-fixture.ts';
import { rejects } from '../support/rejects.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';
import { type LoginName, startSecuredServer } from './secured-server.ts';

const FILE = 'version: 1\npipelines: { standard: { stages: [{ name: a, kind: external }] } }\n';

test(
  'an operator adds a project that an inspector may only see',
  within(30_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const host = await connectNats({ url: server.urlOf('host'), name: 'host' });
    await ensureTopology(host, { partitions: 2 });
    const stateDirectory = temporaryDirectory();
    writeFileSync(join(stateDirectory, 'onceward.yaml'), FILE);
    const as = (login: 'inspector' | 'operator') =>
      testContext({ natsUrl: server.urlOf(login), output: 'json', stateDirectory });
    const shop = { project: 'shop', repository: '/srv/shop.git' };

    const denied = await rejects(projectAdd(as('inspector').context, shop), 'PERMISSION_DENIED');
    const code = await projectAdd(as('operator').context, shop);
    const looking = as('inspector');
    await projectList(looking.context);

    assert.is(denied.message, 'this login may not publish to $KV.onceward-projects.shop');
    assert.is(code, 0);
    assert.is(looking.documents()[0].projects[0].project, 'shop');
    await host.close();
    await server.stop();
  }),
);

test(
  'a host, a worker and whoever looks in follow the registry of projects',
  within(30_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const as = (login: LoginName) => connectNats({ url: server.urlOf(login), name: login });
    const host = await as('host');
    await ensureTopology(host, { partitions: 2 });
    await jetstream(host).publish('$KV.onceward-projects.shop', '{}');
    const logins = ['host', 'worker', 'inspector', 'operator'] as const;
    const connections = await Promise.all(logins.map(as));

    const seen = await Promise.all(connections.map(firstProject));

    assert.equal(seen, Array(4).fill('shop'));
    await Promise.all([host, ...connections].map((nc) => nc.close()));
    await server.stop();
  }),
);

test.run();

/** The first project that this login sees in the registry. */
async function firstProject(nc: NatsConnection): Promise<string | null> {
  const clock = { after: () => () => {} };
  const link = { nc, clock, watch: watchConnection(nc) };
  const feed = await openRecordFeed(link, 'onceward-projects', { isPresentIncluded: true });
  for await (const { key } of feed.entries()) {
    await feed.close();
    return key;
  }
  return null;
}
