// Completion: what the scripts offer in a real shell, and what is looked up while somebody types.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complete } from '../../../services/inspect/commands/complete.ts';
import { completion } from '../../../services/inspect/commands/completion.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import type { Shell } from '../../../services/inspect/completion/shells.ts';
import { buildProgram } from '../../../services/inspect/program.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { startFleet, testContext } from './command-fixture.ts';

const LAUNCHER = fileURLToPath(new URL('../../../services/launcher.js', import.meta.url));
const fleet = await startFleet();
const run = promisify(execFile);
const { url } = fleet;
const projects = fleet.host.world.bucket('onceward-projects');
await projects.write({ key: 'shop', value: '{}', expectedRevision: 0 });
for (const id of ['7', '71', 'other']) {
  await submit(fleet.at().context, { project: 'shop', title: 'x', id, timeoutMs: 10_000 });
}

function program(): Command {
  const silent = { writeOut: () => {}, writeErr: () => {}, onUsageError: () => {} };
  return buildProgram({ version: '', dispatch: async () => {}, ...silent });
}

async function scriptOf(shell: Shell, made = program()): Promise<string> {
  const { context, out } = testContext();
  await completion(context, { shell, program: made });
  return out();
}

/** Whether a shell is on this machine; what is not there cannot be tested. */
function isInstalled(shell: Shell): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0']);
    return true;
  } catch {
    return false;
  }
}

/** A folder with the script, two files, and an `onceward` that is found on PATH. */
async function setup(shell: Shell): Promise<{ cwd: string; env: NodeJS.ProcessEnv }> {
  const cwd = temporaryDirectory();
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  const command = `#!/bin/sh\nexec '${process.execPath}' '${LAUNCHER}' "$@"\n`;
  writeFileSync(join(bin, 'onceward'), command, { mode: 0o755 });
  writeFileSync(join(cwd, 'script'), await scriptOf(shell));
  writeFileSync(join(cwd, 'body.md'), '');
  return { cwd, env: { ...process.env, PATH: `${bin}:${process.env['PATH']}`, NATS_URL: url } };
}

/** What bash would show for a line with the cursor at its end. */
async function inBash(line: string): Promise<string[]> {
  const { cwd, env } = await setup('bash');
  const ask =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash that puts them in
    'source ./script; COMP_LINE="$1"; COMP_POINT=${#1}; _onceward; printf "%s\\n" "${COMPREPLY[@]}"';
  const args = ['--norc', '--noprofile', '-c', ask, 'bash', line];
  const { stdout, stderr } = await run('bash', args, { cwd, env });
  assert.is(stderr, '');
  return stdout.split('\n').filter(Boolean);
}

/** What fish would show, without the descriptions. */
async function inFish(line: string): Promise<string[]> {
  const { cwd, env } = await setup('fish');
  const args = ['--no-config', '-c', 'source ./script; complete -C "$argv[1]"', line];
  const { stdout } = await run('fish', args, { cwd, env: { ...env, HOME: cwd } });
  return stdout.split('\n').flatMap((found) => found.split('\t')[0] || []);
}

async function completed(kind: string, prefix: string): Promise<string[]> {
  const { context, out } = fleet.at();
  assert.is(await complete(context, { kind, prefix }), 0);
  return out().split('\n').filter(Boolean);
}

test(
  'bash completes commands, options and their choices',
  within(60_000, async () => {
    assert.equal(await inBash('onceward su'), ['submit']);
    assert.ok((await inBash('onceward ')).includes('ps'));
    assert.not((await inBash('onceward ')).includes('__complete'));
    assert.equal(await inBash('onceward ps --pro'), ['--project']);
    assert.equal(await inBash('onceward ps -o js'), ['json', 'jsonl']);
    assert.equal(await inBash('onceward -o json up --role '), ['host', 'worker', 'all']);
    assert.equal(await inBash('onceward ps ru'), ['runs']);
    assert.equal(await inBash('onceward ps --state park'), ['parked']);
    assert.equal(await inBash('onceward submit shop --title '), []);
    assert.equal(await inBash('onceward submit shop --body-file bo'), ['body.md']);
  }),
);

test(
  'bash gets back only what stands behind the last = or :, as readline replaces no more',
  within(30_000, async () => {
    assert.equal(await inBash('onceward wait shop/7 --for state=don'), ['done']);
    assert.equal(await inBash('onceward ps --output=wi'), ['wide']);
  }),
);

test(
  'bash looks addresses up, on the server that is named on the line',
  within(60_000, async () => {
    assert.equal(await inBash('onceward show sh'), ['shop/']);
    assert.equal(await inBash('onceward ps --project '), ['shop']);
    assert.equal(await inBash('onceward show shop/7'), ['shop/7', 'shop/71']);
    assert.equal(await inBash(`onceward --nats ${url} logs shop/o`), ['shop/other/']);
    assert.equal(await inBash('onceward logs shop/other/'), ['shop/other/build/1']);
    assert.equal(await inBash('onceward --nats nats://127.0.0.1:1 show shop/7'), []);
  }),
);

test('what the program can do is in the script, and nothing that is hidden', () => {
  const made = program();
  made.command('frobnicate').option('--depth <level>', "it's deep").argument('[run]');
  return Promise.all((['bash', 'zsh', 'fish'] as const).map((shell) => scriptOf(shell, made))).then(
    (scripts) => {
      assert.ok(scripts.every((script) => script.includes('frobnicate')));
      assert.ok(scripts.every((script) => !script.includes('Addresses that go on')));
    },
  );
});

test(
  'fish and zsh accept their scripts where they are installed',
  within(60_000, async () => {
    const zsh = isInstalled('zsh') ? await setup('zsh') : null;
    if (zsh !== null) await run('zsh', ['-n', 'script'], zsh);
    const fish = isInstalled('fish');
    if (fish) assert.equal(await inFish('onceward ps --state park'), ['parked']);
    if (fish) assert.equal(await inFish('onceward show shop/7'), ['shop/7', 'shop/71']);
  }),
);

test(
  'projects, items and runs follow one upon the other',
  within(20_000, async () => {
    assert.equal(await completed('project', ''), ['shop']);
    assert.equal(await completed('item', ''), ['shop/']);
    assert.equal(await completed('item', 'shop/'), ['shop/7', 'shop/71', 'shop/other']);
    assert.equal(await completed('address', 'shop/71'), ['shop/71', 'shop/71/']);
    assert.equal(await completed('run', 'shop/7'), ['shop/7/', 'shop/71/']);
    assert.equal(await completed('run', 'shop/7/b'), ['shop/7/build/1']);
    assert.equal(await completed('item', 'shop/7/'), []);
    assert.equal(await completed('item', '*/'), []);
    assert.equal(await completed('nonsense', ''), []);
  }),
);

test(
  'completing says nothing and ends soon when no server answers',
  within(10_000, async () => {
    const accepted: Socket[] = [];
    const mute = createServer((socket) => void accepted.push(socket));
    await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const { context, out, err } = testContext({ natsUrl: `nats://127.0.0.1:${port}` });
    const startedAtMs = performance.now();
    assert.is(await complete(context, { kind: 'item', prefix: 'shop/' }), 0);
    assert.ok(performance.now() - startedAtMs < 2_000);
    assert.equal([out(), err()], ['', '']);
    const refusing = testContext({ natsUrl: 'nats://127.0.0.1:1' });
    assert.is(await complete(refusing.context, { kind: 'item', prefix: 'shop/' }), 0);
    assert.equal([refusing.out(), refusing.err()], ['', '']);
    for (const socket of accepted) socket.destroy();
    mute.close();
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
