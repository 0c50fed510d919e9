// Rows that change, line by line: each line says of which row it is, also of one that has gone.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OutputFormat } from '../../../services/inspect/command-context.ts';
import { WORKERS } from '../../../services/inspect/ps/kinds.ts';
import { createRowLines } from '../../../services/inspect/ps/row-lines.ts';
import { testContext } from './command-fixture.ts';

const WORKER = {
  identity: 'worker-1',
  role: 'worker',
  machine: 'm',
  pid: 7,
  startedAtMs: 0,
} as const;
const HOST = { ...WORKER, identity: 'host-1', role: 'host' } as const;

/** What is written of a worker that comes and a host that goes. */
function written(output: OutputFormat): string[] {
  const { context, out } = testContext({ output, hasHeaders: false });
  const lines = createRowLines(context, WORKERS, () => 1_000);
  lines.begin([HOST]);
  lines.print({ present: [WORKER], gone: [HOST] });
  return out().trimEnd().split('\n');
}

test('a process that has gone is told by its name', () => {
  assert.equal(written('table'), [
    'host-1  host  m  7  -  -  1s',
    'host-1  gone',
    'worker-1  worker  m  7  -  -  1s',
  ]);
});

test('names of processes are printed as they come', () => {
  assert.equal(written('name'), ['host-1', 'worker-1']);
});

test.run();
