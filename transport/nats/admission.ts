// How much a door lets in at the same time. What does not fit is turned away at once, never kept: whoever was
// turned away comes again.

export interface AdmissionLimits {
  maxCount: number;
  maxBytes: number;
}

export interface Admission {
  /** Lets something of this size in, until the returned function is called; null when it does not fit. */
  enter(sizeBytes: number): (() => void) | null;
}

/** One piece is always let in when nothing else is, whatever its size. */
export function createAdmission({ maxCount, maxBytes }: AdmissionLimits): Admission {
  let count = 0;
  let bytes = 0;
  return {
    enter(sizeBytes) {
      const isFull = count >= maxCount || bytes + sizeBytes > maxBytes;
      if (isFull && count > 0) return null;
      count += 1;
      bytes += sizeBytes;
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        count -= 1;
        bytes -= sizeBytes;
      };
    },
  };
}
