// The files of a run: what goes into each, scrubbed stream by stream, and nothing open where one cannot be had.
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plainOutput } from '../../../services/workers/agent-output.ts';
import { openRunLogs } from '../../../services/workers/run-logs.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { createAgentRun, TOKEN } from './agent-run-fixture.ts';

const bytes = (text: string) => Buffer.from(text);

function isOpen(path: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}

test(
  'a secret in pieces is found in each stream, though the other speaks in between',
  within(10_000, async () => {
    const { job, deps, paths } = await createAgentRun();
    const logs = await openRunLogs(paths, job, deps);
    const output = plainOutput(logs.log);

    output.take(bytes(`out ${TOKEN.slice(0, 9)}`), 'stdout');
    output.take(bytes(`err ${TOKEN.slice(0, 9)}`), 'stderr');
    output.take(bytes(`${TOKEN.slice(9)}\n`), 'stdout');
    output.take(bytes(`${TOKEN.slice(9)} and an é`).subarray(0, -1), 'stderr');
    output.take(bytes('é').subarray(1), 'stderr');
    await logs.close();

    assert.is(readFileSync(paths.logPath, 'utf8'), 'out [secret]\nerr [secret] and an é');
  }),
);

test(
  'where the transcript cannot be opened the log is not left open',
  within(10_000, async () => {
    const { job, deps, paths } = await createAgentRun();
    mkdirSync(paths.transcriptPath, { recursive: true });

    await rejects(openRunLogs(paths, job, deps), 'PROCESS_FAILED');

    assert.not.ok(isOpen(paths.logPath));
  }),
);

test.run();
