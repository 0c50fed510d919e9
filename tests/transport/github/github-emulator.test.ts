// The emulated GitHub of the tests: it delivers webhooks as GitHub does, and leaves nothing behind.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { verify } from '@octokit/webhooks-methods';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startGitHubEmulator } from '../../support/github-emulator.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 30_000;

/** Takes one webhook. */
async function receiver() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    async received() {
      const [request, response] = await once(server, 'request');
      const body = await text(request as IncomingMessage);
      response.end();
      return { headers: (request as IncomingMessage).headers, body };
    },
    close: () => server.close().closeAllConnections(),
  };
}

test(
  'webhooks of every repository are delivered, signed with the secret',
  within(LIMIT_MS, async () => {
    const hook = await receiver();
    const secret = 'It is a secret';
    const webhook = { url: hook.url, secret };
    const github = await startGitHubEmulator({ repositories: ['acme/shop', 'other/lib'], webhook });
    const delivery = hook.received();
    const { human } = github.tokens;
    await github.as(human, 'POST', '/repos/other/lib/issues', { title: 'a' });
    const { headers, body } = await delivery;
    assert.is(headers['x-github-event'], 'issues');
    assert.is(JSON.parse(body).issue.number, 1);
    assert.ok(await verify(secret, body, String(headers['x-hub-signature-256'])));
    hook.close();
    await github.close();
  }),
);

test(
  'once it is closed nobody answers any more',
  within(LIMIT_MS, async () => {
    const github = await startGitHubEmulator({ repositories: ['acme/shop'] });
    await github.close();
    const refused = await fetch(github.url).catch(() => 'refused');
    assert.is(refused, 'refused');
  }),
);

test.run();
