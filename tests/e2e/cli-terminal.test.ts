// Time limit: 240 s
// The command line on a terminal: colours, the live board, rows that follow, questions, completion.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandLine, LAUNCHER } from '../support/command-line.ts';
import { natsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { openTerminal, withoutCodes } from '../support/terminal.ts';
import { externalPipeline, startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

const LIMIT_MS = 40_000;
const ENTERED = '\u001b[?1049h';
const LEFT = '\u001b[?25h\u001b[?1049l';
const COLOR = '\u001b[36m';

const { url } = await natsServer({ syncAlways: false });
const host = await startTestHost({
  url,
  pipelines: { shop: externalPipeline('build'), bulk: externalPipeline('build') },
});
for (const address of ['item.shop.1', 'item.shop.2', 'item.shop.3']) {
  await host.asker.ask({ address, type: 'open', data: { title: `Title of ${address}` } });
}

const { env, onTerminal, shown, piped } = commandLine(url);

test(
  'tables are coloured on a terminal and plain in a pipe; --color comes first, then FORCE_COLOR, then NO_COLOR',
  within(LIMIT_MS, async () => {
    const table = await shown(['ps']);
    assert.is(table.code, 0);
    assert.match(table.text, COLOR);
    assert.not.match(await piped(['ps']), '\u001b');
    assert.not.match((await shown(['ps'], { NO_COLOR: '1' })).text, COLOR);
    assert.match(await piped(['ps'], { FORCE_COLOR: '1', NO_COLOR: '1' }), COLOR);
    assert.not.match(await piped(['ps', '--color', 'never'], { FORCE_COLOR: '1' }), '\u001b');
    assert.match(await piped(['ps', '--color', 'always'], { NO_COLOR: '1' }), COLOR);
  }),
);

test(
  'JSON is never coloured, not even on a terminal that wants colours',
  within(LIMIT_MS, async () => {
    const { text } = await shown(['ps', '-o', 'json', '--color', 'always']);
    assert.is(JSON.parse(text).v, 1);
    assert.not.match(text, '\u001b');
  }),
);

test(
  'top takes the screen, follows its size, and gives it back by q, by Ctrl-C and by SIGTERM',
  within(LIMIT_MS, async () => {
    const terminal = onTerminal(['top']);
    await terminal.shows('shop/2');
    assert.ok(terminal.output().startsWith(ENTERED));
    terminal.resize({ columns: 40, rows: 12 });
    await terminal.shows('q quit   p pause   ↑↓ select   enter wh…');
    terminal.send('q');
    assert.is(await terminal.ended, 0);
    assert.ok(terminal.output().endsWith(LEFT));
    const interrupted = onTerminal(['top']);
    await interrupted.shows('shop/2');
    interrupted.send('\u0003');
    assert.is(await interrupted.ended, 130);
    assert.ok(interrupted.output().endsWith(LEFT));
    const killed = onTerminal(['top']);
    await killed.shows('shop/2');
    killed.kill('SIGTERM');
    assert.is(await killed.ended, 130);
    assert.ok(killed.output().endsWith(LEFT));
  }),
);

test(
  'ps --watch draws anew what has changed, and ends with 130 on Ctrl-C',
  within(LIMIT_MS, async () => {
    const terminal = onTerminal(['ps', '--watch', '--project', 'shop']);
    await terminal.shows('shop/3');
    await host.asker.ask({ address: 'item.shop.4', type: 'open', data: { title: 'x' } });
    await terminal.shows('shop/4');
    await host.asker.ask({ address: 'item.shop.4', type: 'cancel', data: {} });
    await terminal.shows('3 items');
    terminal.send('\u0003');
    assert.is(await terminal.ended, 130);
    assert.ok(terminal.output().endsWith(LEFT));
  }),
);

test(
  'a decision about many asks on a terminal, and in a pipe needs --yes',
  within(LIMIT_MS, async () => {
    for (const item of ['1', '2']) {
      await host.asker.ask({ address: `item.bulk.${item}`, type: 'open', data: { title: 'x' } });
    }
    const asked = onTerminal(['pause', '--project', 'bulk']);
    await asked.shows('pause 2 items? [y/N] ');
    asked.send('n\r');
    assert.is(await asked.ended, 1);
    assert.match(asked.output(), 'nothing was done');
    const interrupted = onTerminal(['pause', '--project', 'bulk']);
    await interrupted.shows('? [y/N] ');
    interrupted.send('\u0003');
    assert.is(await interrupted.ended, 130);
    const refused = await piped(['pause', '--project', 'bulk']).catch((error) => error);
    assert.equal([refused.code, refused.stdout], [2, '']);
    const again = onTerminal(['pause', '--project', 'bulk']);
    await again.shows('? [y/N] ');
    again.send('y\r');
    assert.is(await again.ended, 0);
    assert.match(withoutCodes(again.output()), /bulk\/1 +applied.*2 applied/s);
    const names = await piped(['cancel', '--project', 'bulk', '--yes', '-o', 'name']);
    assert.is(names, 'bulk/1\nbulk/2\n');
  }),
);

test(
  'bash completes on a terminal, with the script it is given',
  within(LIMIT_MS, async () => {
    const cwd = temporaryDirectory();
    const bin = join(cwd, 'bin');
    mkdirSync(bin);
    const command = `#!/bin/sh\nexec '${process.execPath}' '${LAUNCHER}' "$@"\n`;
    writeFileSync(join(bin, 'onceward'), command, { mode: 0o755 });
    const path = `${bin}:${process.env['PATH']}`;
    const bash = openTerminal(['bash', '--norc', '--noprofile', '-i'], {
      cwd,
      env: { ...env, PATH: path, PS1: '$ ' },
    });
    bash.send('source <(onceward completion bash); echo rea""dy\r');
    await bash.shows('ready');
    bash.send('onceward sh\t');
    await bash.shows('onceward show ');
    bash.send('shop/3\t/\t');
    await bash.shows('/build/1 ');
    bash.send('\u0015exit\r');
    await bash.ended;
  }),
);

test(
  'the host goes home',
  within(10_000, async () => {
    await host.stop();
  }),
);

test.run();
