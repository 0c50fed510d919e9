// Time limit: 150 s
// Goal: a real worker cleans up after an item only once its work has landed, and a killed one loses nothing.
// Method: `onceward up` on a real repository; one item lands, one fails, and the process is killed. The next one
// sweeps often; the folders are looked at, and the failed item is discarded by the command line.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startUp } from '../operating/onceward-process.ts';
import { landedOn, makeAgentProject } from '../support/agent-project.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
const FAILING = 'test "$ONCEWARD_ITEM" = bad && git commit -q --allow-empty -m lost && exit 1; ';

async function setup() {
  const { url: natsUrl } = await natsServer({ syncAlways: false });
  const project = await makeAgentProject(temporaryDirectory());
  const { folder, configuration } = project;
  const stateDir = join(folder, 'state');
  change(configuration, "kind: agent\n        command: '", `${FAILS_ONCE}command: '${FAILING}`);
  const cli = (...args: string[]) =>
    execa(process.execPath, [LAUNCHER, ...args, '--nats', natsUrl, '--state-dir', stateDir], {
      ...{ cwd: folder, reject: false },
    });
  const up = () => startUp(project, { role: 'all', natsUrl, stateDir });
  const left = (item: string) =>
    ['worktrees', 'runs', 'logs'].filter((part) => existsSync(join(stateDir, part, 'shop', item)));
  const sweepOften = () => change(configuration, 'settings:\n', 'settings:\n  janitorMs: 1000\n');
  return { remote: project.remote, cli, up, left, sweepOften };
}

const FAILS_ONCE =
  'kind: agent\n        onExhausted: fail\n        budgets: { product: 1 }\n        ';

function change(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

test(
  'a landed item’s folders vanish, a failed one’s stay through a killed worker until they are discarded',
  within(140_000, async () => {
    const { remote, cli, up, left, sweepOften } = await setup();
    const first = await up();
    await cli('submit', 'shop', '--title', 'good', '--id', 'good');
    await cli('submit', 'shop', '--title', 'bad', '--id', 'bad');
    await cli('wait', 'shop/bad', '--for', 'failed', '--timeout', '60s');
    await cli('wait', 'shop/good', '--for', 'done', '--timeout', '60s');
    first.kill('SIGKILL');
    await first.ended;

    sweepOften();
    const second = await up();
    await second.logged('"address":"shop/good","isWorkspaceRemoved":true');
    await second.logged('"address":"shop/bad","reason":"not-discarded"');
    const kept = [left('good'), left('bad')];
    const shown = await cli('discard', 'shop/bad', '--dry-run', '-o', 'json');
    const discarded = await cli('discard', 'shop/bad', '--yes');
    second.kill('SIGTERM');
    await second.ended;

    assert.equal(await landedOn(remote), ['good']);
    assert.equal(kept, [['logs'], ['worktrees', 'runs', 'logs']]);
    assert.is(JSON.parse(shown.stdout).outcome, 'would-discard');
    assert.is(discarded.exitCode, 0, discarded.stderr);
    assert.equal(left('bad'), ['logs']);
  }),
);

test.after(() => stopNatsServer());
test.run();
