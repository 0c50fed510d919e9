// Waits for what only a look can tell: that something outside of this process has come to be so.
// It must never decide how long that may take: the limit of the test does.

const LOOK_MS = 250;

/** Resolves with the first reading that says something: neither null, nor undefined, nor false. */
export async function eventually<T>(
  read: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  lookMs = LOOK_MS,
): Promise<T> {
  for (;;) {
    const found = await read();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
