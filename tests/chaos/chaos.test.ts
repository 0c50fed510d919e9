// Time limit: 540 s
// Goal: two minutes of faults against real processes break no promise. Method: `npm run chaos` itself, with
// another seed each time; it prints what it found, and its exit code is its verdict.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../support/within.ts';

const SCRIPT = fileURLToPath(new URL('./run.ts', import.meta.url));

test(
  'two minutes of chaos lose nothing, repeat nothing, take nothing over too early and leave nothing behind',
  within(530_000, async () => {
    const command = ['--import', 'tsx', SCRIPT, '--minutes', '2'];
    const chaos = spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'] });
    // Should this test be given up, the chaos must still stop what it started.
    const stopWithUs = () => void chaos.kill('SIGTERM');
    process.once('exit', stopWithUs);

    const [code] = await once(chaos, 'exit');

    process.off('exit', stopWithUs);
    assert.is(code, 0);
  }),
);

test.run();
