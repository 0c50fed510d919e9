// The command line as its users have it: a process with arguments, output and an exit code.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { natsServer, natsServerBinary } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { externalPipeline, startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
const LIMIT_MS = 40_000;

/** What a failed test has left running ends with this process. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

interface Surroundings {
  cwd?: string;
  env?: Record<string, string>;
}

function start(args: string[], { cwd = temporaryDirectory(), env = {} }: Surroundings = {}) {
  const command = [LAUNCHER, ...args];
  const { NATS_URL: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, command, {
    cwd,
    env: { ...inherited, ONCEWARD_HTTP: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function ended(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  assert.ok(stdout && stderr);
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(stdout), text(stderr)]);
  return { code, out, err };
}

const onceward = (args: string[], options?: Surroundings) => ended(start(args, options));

test(
  'a usage error is two lines on stderr, a suggestion among them, and exit code 2',
  within(LIMIT_MS, async () => {
    const [command, option, bare] = await Promise.all([
      onceward(['sumbit']),
      onceward(['ps', '--projet', 'shop']),
      onceward([]),
    ]);
    assert.equal(command, {
      code: 2,
      out: '',
      err:
        "onceward: unknown command 'sumbit' (Did you mean submit?) (USAGE)\n" +
        '  see `onceward --help`\n',
    });
    assert.is(option.code, 2);
    assert.match(option.err, '(Did you mean --project?) (USAGE)\n  see `onceward ps --help`');
    assert.equal([bare.code, bare.out], [2, '']);
    assert.match(bare.err, 'Usage: onceward');
  }),
);

test(
  'help for what is no command is a usage error like any other',
  within(LIMIT_MS, async () => {
    const [asked, called] = await Promise.all([onceward(['help', 'sumbit']), onceward(['sumbit'])]);
    assert.equal(asked, called);
    assert.equal([asked.code, asked.out], [2, '']);
    assert.match(asked.err, "onceward: unknown command 'sumbit' (Did you mean submit?) (USAGE)\n");
  }),
);

test(
  'help and version are no errors',
  within(LIMIT_MS, async () => {
    const [help, version] = await Promise.all([onceward(['wait', '--help']), onceward(['-V'])]);
    assert.equal([help.code, help.err], [0, '']);
    assert.match(help.out, 'Usage: onceward wait');
    assert.equal([version.code, version.err], [0, '']);
  }),
);

test(
  'a configuration with problems lists them all and ends with 2',
  within(LIMIT_MS, async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'onceward.yaml'), 'version: 1\nodd: 1\nsettings: { graceMs: 1 }\n');
    const { code, out, err } = await onceward(['up'], { cwd });
    assert.equal([code, out], [2, '']);
    assert.match(err, /onceward\.yaml:2:1 odd: .*\n.*onceward\.yaml:3:\d+ settings\.graceMs: /);
    assert.match(err, /has \d problems \(CONFIG_INVALID\)/);
  }),
);

test(
  'without a server the exit code is 4, and an unreadable environment is 2',
  within(LIMIT_MS, async () => {
    const [absent, refused, odd] = await Promise.all([
      onceward(['ps']),
      onceward(['ps', '--nats', 'nats://user:hunter2@127.0.0.1:1', '--verbose']),
      onceward(['ps'], { env: { ONCEWARD_GRACE_MS: 'long' } }),
    ]);
    assert.is(absent.code, 4);
    assert.match(absent.err, '`onceward up`');
    assert.is(refused.code, 4);
    assert.match(refused.err, '  cause: ');
    assert.not.match(refused.err, 'hunter2');
    assert.is(odd.code, 2);
    assert.match(odd.err, 'ONCEWARD_GRACE_MS');
  }),
);

test(
  'an item is submitted, shown, driven by events and waited for',
  within(LIMIT_MS, async () => {
    const { url } = await natsServer({ syncAlways: false });
    const host = await startTestHost({ url, pipelines: { shop: externalPipeline('build') } });
    const env = { NATS_URL: url };
    const submitted = await onceward(['submit', 'shop', '--title', 'x', '--id', '7'], { env });
    assert.equal(submitted, { code: 0, out: 'shop/7\n', err: '' });
    const waiting = onceward(['wait', 'shop/7', '--for', 'state=done', '-o', 'json'], { env });
    const exited = ['send', 'shop/7/build', 'exited', '--data', '{"code":0}'];
    const early = await onceward(['wait', 'shop/7', '--for', 'state=done', '--timeout', '1ms'], {
      env,
    });
    assert.is(early.code, 124);
    assert.is((await onceward(exited, { env })).code, 0);
    const claim = { claimant: 'publisher', verdict: { kind: 'pass', cause: 'test' } };
    const data = JSON.stringify(claim);
    assert.is((await onceward(['send', 'shop/7/build', 'claim', '--data', data], { env })).code, 0);
    const done = await waiting;
    assert.equal([done.code, JSON.parse(done.out).state], [0, 'done']);
    const shown = await onceward(['show', 'shop/7', '-o', 'json'], { env });
    assert.is(JSON.parse(shown.out).record.context.runs[0].claimant, 'publisher');
    const late = await onceward(['approve', 'shop/7'], { env });
    assert.is(late.code, 6);
    assert.is((await onceward(['show', 'shop/8'], { env })).code, 3);
    await host.stop();
  }),
);

test(
  'SIGINT ends a watch with 130, and a reader that goes away ends it with 0',
  within(LIMIT_MS, async () => {
    const { url } = await natsServer({ syncAlways: false });
    const host = await startTestHost({ url, pipelines: { shop: externalPipeline('build') } });
    const open = (item: string) =>
      host.asker.ask({ address: `item.shop.${item}`, type: 'open', data: { title: 'x' } });
    await open('piped-1');
    const env = { NATS_URL: url };
    const interrupted = start(['watch', '--since', '1m'], { env });
    const abandoned = start(['watch', '--since', '1m'], { env });
    await Promise.all([once(interrupted.stdout, 'readable'), once(abandoned.stdout, 'readable')]);
    interrupted.kill('SIGINT');
    abandoned.stdout.destroy();
    const closed = once(abandoned, 'exit');
    await open('piped-2');
    assert.is((await ended(interrupted)).code, 130);
    assert.equal(await closed, [0, null]);
    await host.stop();
  }),
);

test(
  '`up` says where it is, is found by other commands, reloads, and stops in order on SIGTERM',
  within(LIMIT_MS, async () => {
    const cwd = temporaryDirectory();
    const { binary } = await natsServerBinary();
    const env = { ONCEWARD_NATS_SERVER: binary };
    const project = 'shop: { repository: ./repo.git, pipeline: p }';
    const pipeline = 'p: { stages: [{ name: build, kind: external }] }';
    const file = join(cwd, 'onceward.yaml');
    const good = `version: 1\nprojects:\n  ${project}\npipelines:\n  ${pipeline}\n`;
    writeFileSync(file, good);
    const up = start(['up', '-o', 'jsonl'], { cwd, env });
    const log = textUntil(up);
    const [line] = await once(up.stdout.setEncoding('utf8'), 'data');
    const { v, role, natsUrl, projects } = JSON.parse(line);
    assert.equal([v, role, projects], [1, 'all', ['shop']]);
    assert.match(natsUrl, /^nats:\/\/127\.0\.0\.1:\d+$/);
    const submitted = await onceward(['submit', 'shop', '--title', 'x', '--id', '7'], { cwd });
    assert.equal(submitted, { code: 0, out: 'shop/7\n', err: '' });
    const second = await onceward(['up'], { cwd, env });
    assert.equal([second.code, second.out], [1, '']);
    assert.match(second.err, '(STORE_IN_USE)');
    writeFileSync(file, `${good}odd: 1\n`);
    up.kill('SIGHUP');
    await log.contains('the last good one stays');
    writeFileSync(file, good.replace('shop:', 'other:'));
    up.kill('SIGHUP');
    await log.contains('configuration reloaded');
    up.kill('SIGTERM');
    assert.equal(await once(up, 'exit'), [0, null]);
    assert.not(existsSync(join(cwd, '.onceward', 'connection.json')));
  }),
);

/** Collects standard error, and tells when a text stands in it. */
function textUntil(child: ChildProcess): { contains(expected: string): Promise<void> } {
  let kept = '';
  let look = () => {};
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    kept += chunk;
    look();
  });
  return {
    contains: (expected) =>
      new Promise((resolve) => {
        look = () => {
          if (kept.includes(expected)) resolve();
        };
        look();
      }),
  };
}

test.run();
