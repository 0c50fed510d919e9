// A work item of Plane with the label is worked on, decided by a comment, and completed; who may not decide is not heard.
import { createHmac, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startFleet } from '../support/agent-fleet.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { startPlaneServer } from '../support/plane-server.ts';
import type { Fields } from '../support/plane-world.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const SECRET = 'a secret of the webhook';
/** Longer than the test: only webhooks make it look. */
const NEVER_MS = 3_600_000;
const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];

const PIPELINE = `
    stages:
      - name: develop
        kind: command
        command: date > work.txt && git add -A && git commit -qm work
      - { name: review, kind: approval }
      - { name: land, kind: command, command: 'git push -q origin HEAD:main' }
`;

async function setup() {
  const folder = temporaryDirectory();
  const remote = join(folder, 'remote.git');
  const seed = join(folder, 'seed');
  await execa('git', ['init', '-q', '--bare', '-b', 'main', remote]);
  await execa('git', ['init', '-q', '-b', 'main', seed]);
  await execa('git', ['-C', seed, ...IDENTITY, 'commit', '-q', '--allow-empty', '-m', 'begin']);
  await execa('git', ['-C', seed, 'push', '-q', remote, 'main']);
  const plane = await startPlaneServer({ requestsPerMinute: 600 });
  const { world, url, token, workspace } = plane;
  const [port = 0] = await freePorts(1);
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(
    configuration,
    `version: 1
settings: { partitions: 4, bootGraceMs: 0, sweepMs: 500, reconcileMs: ${NEVER_MS} }
connections:
  main: { kind: plane, apiUrl: '${url}', workspace: ${workspace}, tokenVariable: PLANE_KEY, webhookSecretVariable: PLANE_SECRET }
projects:
  shop:
    repository: ${remote}
    pipeline: standard
    tracker: { kind: plane, connection: main, project: ${world.project.id}, label: onceward }
pipelines:
  standard:${PIPELINE}`,
  );
  const environment = {
    ...{ PLANE_KEY: token, PLANE_SECRET: SECRET, ONCEWARD_HTTP: `127.0.0.1:${port}` },
  };
  const fleet = await startFleet({ configuration, remote, environment });
  /** As https://developers.plane.so/dev-tools/intro-webhooks has them: signed over the raw body. */
  const post = async (event: string, action: string, item: Fields) => {
    const data = { id: item['id'], project: world.project.id, issue: item['id'] };
    const body = JSON.stringify({ event, action, webhook_id: 'w', workspace_id: 'a', data });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const headers = {
      ...{ 'Content-Type': 'application/json', 'X-Plane-Event': event },
      ...{ 'X-Plane-Delivery': randomUUID(), 'X-Plane-Signature': signature },
    };
    const address = `http://127.0.0.1:${port}/webhooks/plane`;
    return (await fetch(address, { method: 'POST', headers, body })).status;
  };
  const stop = async () => {
    await fleet.stop();
    await plane.close();
  };
  return { ...plane, fleet, post, stop };
}

function labelNames({ world }: { world: Awaited<ReturnType<typeof setup>>['world'] }, of: Fields) {
  const ids = of['labels'] as string[];
  return world.labels.filter(({ id }) => ids.includes(String(id))).map(({ name }) => name);
}

test(
  'a work item with the label is developed, approved by a comment of a member alone, landed and completed',
  within(80_000, async () => {
    const plane = await setup();
    const { world, fleet, post } = plane;
    try {
      const label = world.createLabel({ name: 'onceward' }).body as Fields;
      const name = 'The discount is wrong';
      const item = world.createItem({ name, labels: [label['id']], priority: 'high' })
        .body as Fields;

      assert.is(await post('issue', 'create', item), 202);
      const key = `shop.${world.project.identifier}-${item['sequence_id']}`;
      await fleet.item(key, 'awaitingApproval');
      await eventually(() => labelNames(plane, item).includes('onceward:approval'));
      const guest = world.users.find(({ role }) => Number(role) < 15);
      world.createComment(item, { comment_html: '<p>/onceward cancel</p>' }, guest?.id);
      world.createComment(item, { comment_html: '<p>/onceward approve good</p>' });
      assert.is(await post('issue_comment', 'create', item), 202);
      const context = await fleet.item(key, 'done');
      await eventually(() => labelNames(plane, item).includes('onceward:done'));

      assert.is(context.isLanded, true);
      assert.is(context.origin?.priority, 1);
      const state = world.states.find(({ id }) => id === item['state']);
      assert.is(state?.['group'], 'completed');
      assert.not.ok(labelNames(plane, item).includes('onceward'));
      const ours = world.comments.filter((comment) => comment['external_id'] !== null);
      assert.is(ours.length, 3);
    } finally {
      await plane.stop();
    }
  }),
);

test.run();
