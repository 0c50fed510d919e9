// The assertion for asynchronous operational errors, which uvu/assert lacks.
// It must never look at the text of an error: codes are the contract.
import * as assert from 'uvu/assert';
import { type ErrorCode, OncewardError } from '../../transport/errors.ts';

/**
 * Asserts that the promise rejects with an OncewardError of this code, and returns that error
 * so that its details can be checked. A foreign error passes through with its own stack.
 */
export async function rejects(promise: Promise<unknown>, code: ErrorCode): Promise<OncewardError> {
  const error = await promise.then(
    (value) => assert.unreachable(`expected ${code}, but it resolved with ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof OncewardError)) throw error;
  assert.is(error.code, code, `expected ${code}, got ${error.code}: ${error.message}`);
  return error;
}
