// Time limit: 240 s
// The command line in a pipe: formats, times, a reader that leaves, and one that reads it all.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandLine, LAUNCHER } from '../support/command-line.ts';
import { natsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { externalPipeline, startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

const LIMIT_MS = 40_000;

const { url } = await natsServer({ syncAlways: false });
const host = await startTestHost({ url, pipelines: { shop: externalPipeline('build') } });
for (const address of ['item.shop.1', 'item.shop.2', 'item.shop.3']) {
  await host.asker.ask({ address, type: 'open', data: { title: `Title of ${address}` } });
}

const { env, piped } = commandLine(url);
const run = promisify(execFile);

test(
  'a table can do without headers, be wide, or be names alone, one a line',
  within(LIMIT_MS, async () => {
    const [bare, wide, names] = await Promise.all([
      piped(['ps', '--project', 'shop', '--no-headers']),
      piped(['ps', '--project', 'shop', '-o', 'wide']),
      piped(['ps', '--project', 'shop', '-o', 'name']),
    ]);
    assert.match(bare, /^shop\/1 +active/);
    assert.match(wide.split('\n')[0] ?? '', /^ITEM .* TITLE$/);
    assert.is(names, 'shop/1\nshop/2\nshop/3\n');
  }),
);

test(
  'times are distances in lists, or moments in UTC',
  within(LIMIT_MS, async () => {
    const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;
    const [list, listIso, page, pageRelative] = await Promise.all([
      piped(['ps']),
      piped(['ps', '--time', 'iso']),
      piped(['show', 'shop/1', '--time', 'iso']),
      piped(['show', 'shop/1', '--time', 'relative']),
    ]);
    assert.not.match(list, MOMENT);
    assert.match(listIso, MOMENT);
    assert.match(page, MOMENT);
    assert.not.match(page, / ago| for \d/);
    assert.not.match(pageRelative, MOMENT);
    assert.match(pageRelative, / ago/);
  }),
);

test(
  'a format that a command does not know is a usage error that names those it does',
  within(LIMIT_MS, async () => {
    const failed = await piped(['show', 'shop/1', '-o', 'svg']).catch((error) => error);
    assert.is(failed.code, 2);
    assert.match(failed.stderr, 'show cannot answer with -o svg: choose one of table, json');
    const help = await piped(['show', '--help']);
    assert.match(help, /choices: "table",\s+"json",\s+"jsonl",\s+"name"/);
    assert.not.match(help, 'mermaid');
  }),
);

test(
  'a reader that goes away is no error',
  within(LIMIT_MS, async () => {
    const command = '{ "$0" "$1" ps --help; echo "code $?" >&2; } | head -1';
    const { stdout, stderr } = await run('sh', ['-c', command, process.execPath, LAUNCHER], {
      env,
    });
    assert.is(stderr, 'code 0\n');
    assert.match(stdout, /^Usage: onceward ps [^\n]*\n$/);
  }),
);

test(
  'whoever reads a long answer gets all of it, however the command ends',
  within(LIMIT_MS, async () => {
    const cwd = temporaryDirectory();
    const folder = join(cwd, '.onceward', 'logs', 'shop', '1');
    mkdirSync(folder, { recursive: true });
    const text = 'x'.repeat(20_000_000);
    writeFileSync(join(folder, 'build.1.1.log'), text);
    const args = ['logs', 'shop/1/build', '-o', 'json'];
    const printed = await piped(args, { ONCEWARD_STATE_DIR: join(cwd, '.onceward') });
    assert.is(JSON.parse(printed).text.length, text.length);
  }),
);

test(
  'top in a pipe is one snapshot',
  within(LIMIT_MS, async () => {
    const [table, json] = await Promise.all([piped(['top']), piped(['top', '-o', 'json'])]);
    assert.match(table, /^items: +\d+$/m);
    assert.not.match(table, '\u001b');
    assert.is(JSON.parse(json).isComplete, true);
  }),
);

test(
  'the host goes home',
  within(10_000, async () => {
    await host.stop();
  }),
);

test.run();
