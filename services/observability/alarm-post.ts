// Posts JSON to an address outside, a few times until it is taken.
// It must never follow a redirection, nor put the address into what it says: it may be a secret.
import type { Clock } from '../../transport/ports.ts';

const ATTEMPT_LIMIT_MS = 10_000;
const MAX_ATTEMPTS = 3;
const BACKOFF_MS = 1_000;
/** Answers that may be better the next time, besides every 5xx. */
const RETRYABLE = [408, 425, 429];

export interface AlarmPost {
  url: string;
  /** JSON. */
  body: string;
  /** Besides the usual ones. */
  headers: Readonly<Record<string, string>>;
  clock: Clock;
  /** Aborted when the host ends. */
  signal: AbortSignal;
}

/** Null once it was taken, otherwise why not, in words. Never rejects. */
export async function postUntilTaken(post: AlarmPost): Promise<string | null> {
  const { clock, signal } = post;
  let problem = 'the host stopped';
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && !signal.aborted; attempt += 1) {
    const answer = await postOnce(post);
    if (answer.isTaken) return null;
    problem = answer.problem;
    if (!answer.mayRepeat) break;
    const isLast = attempt === MAX_ATTEMPTS;
    if (!isLast) await pause(clock, signal, BACKOFF_MS * 4 ** (attempt - 1));
  }
  return problem;
}

type Answer = { isTaken: true } | { isTaken: false; problem: string; mayRepeat: boolean };

async function postOnce({ url, body, headers, signal }: AlarmPost): Promise<Answer> {
  try {
    const {
      ok,
      status,
      body: answer,
    } = await fetch(url, {
      ...{ method: 'POST', body, redirect: 'manual' },
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'onceward', ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_LIMIT_MS)]),
    });
    // Whatever it says is not read; a connection with an answer in it would not be used again.
    await answer?.cancel().catch(() => {});
    if (ok) return { isTaken: true };
    const mayRepeat = status >= 500 || RETRYABLE.includes(status);
    return { isTaken: false, problem: `answered ${status}`, mayRepeat };
  } catch (error) {
    return { isTaken: false, problem: reasonOf(error).replaceAll(url, '…'), mayRepeat: true };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code || error.message;
}

async function pause(clock: Clock, signal: AbortSignal, delayMs: number): Promise<void> {
  let end = () => {};
  await new Promise<void>((resolve) => {
    const cancel = clock.after(delayMs, resolve);
    const stop = () => resolve();
    signal.addEventListener('abort', stop);
    end = () => {
      cancel();
      signal.removeEventListener('abort', stop);
    };
  });
  end();
}
