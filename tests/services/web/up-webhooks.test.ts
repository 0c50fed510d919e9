// Webhooks at a whole `onceward up`: from the secret in its environment to what the command line lists.
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { makeFolder } from './up-process.ts';
import { createAsking } from './web-fixture.ts';
import { newDeliveryId } from './webhooks-fixture.ts';

const SECRET = 'secret-of-the-environment';
/** Nobody answers at this address: what is heard of is looked at in vain, and the host goes on. */
const CONFIGURATION = `version: 1
connections:
  hub: { kind: github, apiUrl: "http://127.0.0.1:9", tokenVariable: HUB_TOKEN, webhookSecretVariable: HUB_HOOK }
projects:
  shop:
    repository: ./repo.git
    pipeline: p
    tracker: { kind: github, connection: hub, repository: acme/shop, label: onceward }
pipelines:
  p: { stages: [{ name: build, kind: external }] }
`;

async function setup() {
  const folder = makeFolder();
  writeFileSync(join(folder.directory, 'onceward.yaml'), CONFIGURATION);
  const env = { HUB_TOKEN: 'token', HUB_HOOK: SECRET };
  const up = await folder.up(['--http', '127.0.0.1:0', '-o', 'jsonl'], env);
  const { httpUrl } = JSON.parse(up.said.split('\n')[0] ?? '');
  const { ask } = createAsking({
    address: { host: '127.0.0.1', port: Number(new URL(httpUrl).port) },
  });
  const post = async (repository: string, { id = newDeliveryId(), secret = SECRET } = {}) => {
    const body = JSON.stringify({ issue: { number: 12 }, repository: { full_name: repository } });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const { status } = await ask('/webhooks/github', {
      ...{ method: 'POST', body },
      headers: {
        'content-type': 'application/json',
        host: 'hooks.acme.example',
        'x-github-event': 'issues',
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${signature}`,
      },
    });
    return status;
  };
  return { ...folder, up, ask, post };
}

test(
  'a webhook for a project is stored, counted and listed, told again when asked, and no other is',
  within(60_000, async () => {
    const { up, run, ask, post } = await setup();
    const id = newDeliveryId();
    const statuses = [
      await post('acme/shop', { id }),
      await post('ACME/Shop', { id }),
      await post('acme/other'),
      await post('acme/shop', { secret: 'guessed' }),
    ];
    const metrics = await ask('/metrics');
    const replayed = await run(['deliveries', '--replay', id]);
    const listed = await run(['deliveries', '-o', 'json']);
    const { code, err } = await up.stop();

    assert.equal(statuses, [202, 200, 202, 401]);
    assert.match(metrics.text, /^onceward_webhooks_total\{source="github",outcome="stored"\} 1$/m);
    assert.match(metrics.text, /^onceward_webhooks_total\{source="plane",outcome="stored"\} 0$/m);
    assert.is(replayed.code, 0, replayed.err);
    const rows: { id: string; replay: number }[] = JSON.parse(listed.out).deliveries;
    assert.equal(
      rows.map((row) => [row.id, row.replay]),
      [
        [id, 1],
        [id, 0],
      ],
    );
    assert.is(code, 0);
    assert.not.match(err, SECRET);
  }),
);

test.run();
