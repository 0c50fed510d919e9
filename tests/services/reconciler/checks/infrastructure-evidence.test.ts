// The sentences of forges that excuse a failure, word by word, and those that only resemble them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  INFRASTRUCTURE_EVIDENCE,
  infrastructureEvidence,
} from '../../../../services/reconciler/checks/infrastructure-evidence.ts';

/** As people have pasted them; the sources stand beside the patterns. */
const REAL = [
  'The self-hosted runner lost communication with the server. Verify the machine is running.',
  'The self-hosted runner: runner-12 lost communication with the server.',
  'The hosted runner: GitHub Actions 9 lost communication with the server. Anything in your workflow',
  'The hosted runner encountered an error while running your job. (Error Type: Disconnect).',
  'The hosted runner encountered an error while running your job. (Error Type: Failure).',
  'Received request to deprovision: The request was cancelled by the remote provider.',
  'The runner has received a shutdown signal. This can happen when the runner service is stopped, or',
  'The job was not acquired by Runner of type hosted even after multiple attempts',
  'The job was not started because recent account payments have failed or your spending limit needs to be increased.',
  'The job was not started because your account is locked due to a billing issue.',
  'GitHub Actions has encountered an internal error when running your job.',
  "System.IO.IOException: No space left on device : '/home/runner/runners/2.319.1/_diag/Worker_1.log'",
];

const RESEMBLING = [
  'the client lost communication with the server',
  'the runner lost the race',
  'Error: write ENOSPC: No space left on device',
  "System.IO.IOException: No space left on device : '/tmp/out.log'",
  'The job was not started',
  'expected "internal error", got nothing',
  'Process completed with exit code 143.',
  'The operation was canceled.',
  '',
];

test('each sentence that forges are known for is recognised', () => {
  assert.equal(
    REAL.filter((said) => infrastructureEvidence(`Set up job\n${said}\nmore`) === null),
    [],
  );
});

test('no sentence is recognised that only resembles one', () => {
  assert.equal(
    RESEMBLING.filter((said) => infrastructureEvidence(said) !== null),
    [],
  );
});

test('each pattern has a source, and is needed', () => {
  const unneeded = INFRASTRUCTURE_EVIDENCE.filter(
    ({ pattern, source }) =>
      !source.startsWith('https://github.com/') || !REAL.some((said) => pattern.test(said)),
  );

  assert.equal(unneeded, []);
});

test('a text made to be matched in endless ways is done with at once', () => {
  const hostile = 'the hosted runner '.repeat(2_000) + "No space left on device : '".repeat(2_000);

  assert.is(infrastructureEvidence(hostile), null);
});

test.run();
