// A time limit for a piece of work, on the given clock.
// It must never leave its timer armed once the work has settled.
import { OncewardError } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';

/**
 * Runs the work; at the limit (milliseconds) its signal is aborted and the wait for it ends.
 * @throws TIMED_OUT at the limit, and whatever the work throws
 */
export async function withTimeLimit<T>(
  { clock, limitMs, subject }: { clock: Clock; limitMs: number; subject: string },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let disarm = () => {};
  const expired = new Promise<never>((_, reject) => {
    disarm = clock.after(limitMs, () => {
      reject(new OncewardError('TIMED_OUT', `${subject} was not done within ${limitMs} ms`));
      controller.abort();
    });
  });
  try {
    return await Promise.race([work(controller.signal), expired]);
  } finally {
    disarm();
  }
}
