// The command `npm run sim` says what it did, and refuses what it does not understand.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../support/within.ts';

const SCRIPT = fileURLToPath(new URL('run.ts', import.meta.url));
const LIMIT_MS = 60_000;

interface Ending {
  code: number;
  output: string;
  errors: string;
}

function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ending> {
  const env = { ...process.env, ...environment };
  const command = ['--import', 'tsx', SCRIPT, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { env }, (_error, output, errors) =>
      resolve({ code: child.exitCode ?? -1, output, errors }),
    );
  });
}

test(
  'a run ends with one line of numbers',
  within(LIMIT_MS, async () => {
    const { code, output } = await run(['--seeds', '20', '--from', '7', '--no-fault', 'crash']);

    assert.match(output, /^20 seeds, \d+ steps; .* faults: .*; none violated; .* Node v/);
    assert.not.match(output, /crash/);
    assert.is(code, 0);
  }),
);

test(
  'a replay shows the whole trace, and the same one every time',
  within(LIMIT_MS, async () => {
    const [first, second] = [await run([], { SEED: '7' }), await run([], { SEED: '7' })];
    const traceOf = ({ output }: Ending) => output.split('\n').slice(0, -2);

    assert.ok(traceOf(first).length > 100);
    assert.equal(traceOf(first), traceOf(second));
    assert.is(first.code, 0);
  }),
);

test(
  'what it does not understand it refuses, naming what there is',
  within(LIMIT_MS, async () => {
    const wrong = [['--seeds', 'many'], ['--faults', 'fire'], ['--what']];
    const endings = await Promise.all(wrong.map((args) => run(args)));
    const replay = await run([], { SEED: '-1' });

    assert.equal(
      [...endings, replay].map(({ code }) => code),
      [2, 2, 2, 2],
    );
    assert.match(endings[1]?.errors ?? '', /no fault is called "fire" \(crash, lost-reply/);
  }),
);

test.run();
