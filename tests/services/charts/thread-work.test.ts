// The thread behind charts: its failures are told, its silence ends, and it keeps no process alive.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createThreadWork } from '../../../services/charts/thread-work.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 30_000;
const PORT = "import { parentPort } from 'node:worker_threads';";

/** A thread of this code, with a limit for each answer. */
function threadOf(code: string, limitMs = 20_000) {
  const file = join(temporaryDirectory(), 'thread.mjs');
  writeFileSync(file, code);
  return createThreadWork<unknown, unknown>('the engine', pathToFileURL(file), limitMs);
}

async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof OncewardError ? `${error.code} ${error.message}` : String(error);
}

test(
  'a package that is missing is told by name',
  within(LIMIT_MS, async () => {
    const thread = threadOf("import 'elkjs-that-is-missing';");
    const told = await refusal(thread.ask(1));

    assert.match(told, /^CHART_FAILED the engine failed: Cannot find package 'elkjs-that-is-missi/);
  }),
);

test(
  'a thread that ends without an answer is told, and the next question begins another',
  within(LIMIT_MS, async () => {
    const code = `${PORT}
      parentPort.on('message', ({ id, question }) =>
        question === 'end' ? process.exit(3) : parentPort.postMessage({ id, answer: question }));`;
    const thread = threadOf(code);

    assert.is(
      await refusal(thread.ask('end')),
      'CHART_FAILED the engine failed: its thread ended with 3',
    );
    assert.is(await thread.ask('again'), 'again');
  }),
);

test(
  'an answer that does not come is not waited for',
  within(LIMIT_MS, async () => {
    const thread = threadOf(`${PORT} parentPort.on('message', () => {});`, 300);

    assert.is(
      await refusal(thread.ask(1)),
      'CHART_FAILED the engine failed: no answer within 300 ms',
    );
  }),
);

test(
  'what the engine says of one question fails that question alone',
  within(LIMIT_MS, async () => {
    const code = `${PORT}
      parentPort.on('message', ({ id, question }) =>
        parentPort.postMessage(question < 0 ? { id, problem: 'below zero' } : { id, answer: -question }));`;
    const thread = threadOf(code);
    const [bad, good] = await Promise.all([refusal(thread.ask(-1)), thread.ask(1)]);

    assert.equal([bad, good], ['CHART_FAILED the engine failed: below zero', -1]);
  }),
);

test(
  'a process that has drawn a chart ends by itself',
  within(LIMIT_MS, async () => {
    const layout = new URL('../../../services/charts/layout.ts', import.meta.url).href;
    const chart = new URL('./chart-fixture.ts', import.meta.url).href;
    const code = `
      const { layOut } = await import(${JSON.stringify(layout)});
      const { runChart } = await import(${JSON.stringify(chart)});
      const { places } = await layOut(runChart);
      process.stdout.write(places.width > 0 ? 'drawn' : 'empty');`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LIMIT_MS });

    assert.is(stdout, 'drawn');
  }),
);

test.run();
