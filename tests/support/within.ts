// A time limit for an asynchronous test body, because uvu has none.
// It must never leave its timer behind: a finished test keeps no process alive.

/**
 * Wraps an asynchronous test body so that it fails instead of hanging.
 * The limit also keeps the process alive: a body that waits for nothing fails, rather than vanishing.
 * `limitMs` is in milliseconds of local time, from the moment the test begins.
 */
export function within(limitMs: number, body: () => Promise<void>): () => Promise<void> {
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      const error = new Error(`the test body was not done within ${limitMs} ms`);
      timer = setTimeout(() => reject(error), limitMs);
    });
    try {
      await Promise.race([body(), expired]);
    } catch (error) {
      throw forUvu(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** uvu takes `details` for a text and breaks off without a word when it is none, as in our own errors. */
function forUvu(error: unknown): unknown {
  const { details, stack, message } = (error ?? {}) as Partial<Error> & { details?: unknown };
  if (details === undefined || typeof details === 'string') return error;
  return Object.assign(new Error(message, { cause: error }), stack === undefined ? {} : { stack });
}
