// The documents of the commands that run something, as the binary prints them, against the published schema.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DOCUMENTS } from '../../services/inspect/documents/output-schema.ts';
import { natsServerBinary } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
const CONFIGURATION = `version: 1
projects:
  shop: { repository: ./repo.git, pipeline: p }
pipelines:
  p: { stages: [{ name: build, kind: external }] }
`;

/** What a failed test has left running ends with this process. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const { binary } = await natsServerBinary();
const { NATS_URL: _, FORCE_COLOR: __, ...inherited } = process.env;
const env = { ...inherited, ONCEWARD_NATS_SERVER: binary };

function start(args: string[], cwd: string) {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function printed(args: string[], cwd: string): Promise<unknown> {
  const child = start(args, cwd);
  return JSON.parse(await text(child.stdout));
}

test(
  'up says where it is, and page where its page is',
  within(60_000, async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'onceward.yaml'), CONFIGURATION);
    const args = ['up', '-o', 'jsonl', '--http', '127.0.0.1:0'];
    const up = start(args, cwd);
    const [line] = await once(up.stdout.setEncoding('utf8'), 'data');
    const { role, projects, httpUrl } = DOCUMENTS.announcement.parse(JSON.parse(line));
    assert.equal([role, projects], ['all', ['shop']]);
    const page = DOCUMENTS.page.parse(await printed(['page', '-o', 'json'], cwd));
    assert.is(page.httpUrl, httpUrl);
    up.kill('SIGTERM');
    assert.equal(await once(up, 'exit'), [0, null]);
  }),
);

test(
  'a demonstration is one document',
  within(110_000, async () => {
    const demo = await printed(['demo', '-o', 'json'], temporaryDirectory());
    assert.is(DOCUMENTS.demo.parse(demo).outcome, 'done');
  }),
);

test.run();
