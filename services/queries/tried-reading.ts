// A reading that may fail without harm to the others: then it has no value, and a note says why.
// It must never be used for what an answer cannot do without.

export interface Tried<T> {
  /** Null when it could not be read. */
  value: T | null;
  notes: string[];
}

/** A login may lack a permission, or a stream be gone. Never rejects. */
export async function tried<T>(what: string, reading: Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await reading, notes: [] };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { value: null, notes: [`${what} could not be read: ${cause}`] };
  }
}
