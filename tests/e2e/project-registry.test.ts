// Time limit: 200 s
// Goal: projects come and go while everything runs. Method: one `onceward up` without any project, the command line
// in processes of its own, a real remote; nothing is restarted.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startFleet } from '../support/agent-fleet.ts';
import { makeAgentProject } from '../support/agent-project.ts';
import { LAUNCHER } from '../support/command-line.ts';
import { natsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const FILE = `version: 1
settings: { partitions: 4, progressMs: 200, presenceTtlMs: 2000, sweepMs: 500, bootGraceMs: 0, drainMs: 0 }
pipelines:
  standard:
    stages:
      - { name: build, kind: command, command: 'true' }
  slow:
    stages:
      - { name: sign, kind: approval }
`;

async function setup() {
  const { url } = await natsServer();
  const { remote, folder } = await makeAgentProject(temporaryDirectory());
  const configuration = join(folder, 'none.yaml');
  writeFileSync(configuration, FILE);
  const fleet = await startFleet({ configuration, remote });
  const cli = async (...args: string[]) => {
    const env = { NATS_URL: url, ONCEWARD_CONFIG: configuration };
    const { exitCode, stdout, stderr } = await execa(process.execPath, [LAUNCHER, ...args], {
      ...{ cwd: folder, env, reject: false },
    });
    return { code: exitCode, out: stdout, err: stderr };
  };
  const add = (project: string, pipeline: string) =>
    cli('project', 'add', project, '--repository', remote, '--pipeline', pipeline);
  return { fleet, cli, add };
}

test(
  'a project that is added while all runs is worked on, drained with its last item, and gone',
  within(180_000, async () => {
    const { fleet, cli, add } = await setup();

    const added = await add('shop', 'standard');
    const submitted = await cli('submit', 'shop', '--title', 'first', '--id', '1');
    const { runs } = await fleet.item('shop.1', 'done');
    const slow = await add('bank', 'slow');
    await cli('submit', 'bank', '--title', 'waits', '--id', '2');
    await fleet.item('bank.2', 'awaitingApproval');
    const refused = await cli('project', 'remove', 'bank');
    const drained = await cli('project', 'remove', 'bank', '--drain');
    const late = await cli('submit', 'bank', '--title', 'late');
    await cli('approve', 'bank/2');
    await fleet.onceward.logged('project drained and removed');
    const removed = await cli('project', 'remove', 'shop');
    const listed = await cli('project', 'list', '-o', 'name');

    assert.equal([added.code, submitted.code, slow.code], [0, 0, 0]);
    assert.equal(
      runs.map(({ stage }) => stage),
      ['build'],
    );
    assert.is(refused.code, 6);
    assert.match(refused.err, 'project bank has 1 item that has not ended');
    assert.match(drained.out, 'project bank is being drained');
    assert.is(late.code, 6);
    assert.match(late.err, 'project bank is being drained: what is under way is finished');
    assert.match(removed.out, 'project shop removed');
    assert.is(listed.out, '');
    await fleet.stop();
  }),
);

test.run();
