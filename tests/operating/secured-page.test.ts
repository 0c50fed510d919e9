// Time limit: 120 s
// Goal: the login of a host suffices for the page it serves. Method: a real server from nats.conf, a host in a
// process of its own, and every kind of request the page makes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit } from '../../services/inspect/commands/submit.ts';
import { readPageNote } from '../../services/queries/connection-file.ts';
import type { FleetView } from '../../services/queries/fleet-view.ts';
import type { ItemView } from '../../services/queries/item-view.ts';
import { testContext } from '../services/inspect/command-fixture.ts';
import { makeAgentProject } from '../support/agent-project.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';
import { startUp } from './onceward-process.ts';
import { startSecuredServer } from './secured-server.ts';

test(
  'a host with a login of its own serves every part of the page',
  within(60_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const project = await makeAgentProject(temporaryDirectory());
    const stateDir = join(project.folder, 'state');
    const natsUrl = server.urlOf('host');
    const env = { ONCEWARD_HTTP: '127.0.0.1:0' };
    const host = await startUp(project, { role: 'host', natsUrl, stateDir, env });
    const operator = testContext({ natsUrl: server.urlOf('operator'), output: 'json' });
    const opening = { project: 'shop', id: 'seen', title: 'one', timeoutMs: 10_000 };
    await submit(operator.context, opening);
    const page = (await readPageNote(stateDir))?.httpUrl ?? '';
    const token = (await readFile(join(stateDir, 'http-token'), 'utf8')).trim();
    const get = async (path: string) => (await fetch(new URL(path, page))).json();

    const item = (await get('/api/items/shop/seen')) as ItemView;
    const archived = await fetch(new URL('/api/board?archived=true', page));
    const fleet = (await get('/api/fleet')) as FleetView;
    const sent = await fetch(new URL('/api/events', page), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'if-match': `"${item.revision}"`,
        origin: new URL(page).origin,
      },
      body: JSON.stringify({ address: 'shop/seen', type: 'pause', data: {} }),
    });

    assert.is(item.title, 'one');
    assert.equal(item.why.notes, []);
    assert.is(item.audit.length > 0, true);
    assert.is(archived.status, 200);
    assert.equal(fleet.notes, []);
    assert.is(fleet.hosts.length, 1);
    assert.is(sent.status, 200);
    host.kill('SIGTERM');
    assert.is((await host.ended).code, 0);
    assert.not.match(host.log(), /ermissions/);
    await server.stop();
  }),
);

test.run();
