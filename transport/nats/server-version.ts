// Reads nats-server versions and says which are acceptable.
// It never runs anything: who has a version asks here.

export interface ServerVersion {
  major: number;
  minor: number;
  patch: number;
}

/** What is acceptable, in words, for error messages. */
export const ACCEPTABLE_VERSIONS = '>= 2.12.14, but not 2.13.0 to 2.14.3';

const OLDEST: ServerVersion = { major: 2, minor: 12, patch: 14 };
/** The atomic-batch fix (nats-server#8376) reached the later line only with 2.14.4. */
const DEFECTIVE_FROM: ServerVersion = { major: 2, minor: 13, patch: 0 };
const REPAIRED_IN: ServerVersion = { major: 2, minor: 14, patch: 4 };

/** Finds `2.15.1` in text such as `nats-server: v2.15.1`; null when there is no version in it. */
export function parseServerVersion(text: string): ServerVersion | null {
  const found = /(?:^|[^\d.])(\d{1,4})\.(\d{1,4})\.(\d{1,4})/.exec(text);
  if (!found) return null;
  const [major, minor, patch] = found.slice(1).map(Number) as [number, number, number];
  return { major, minor, patch };
}

/** True when the server has atomic batches, pinned consumers and no known compare-and-set defect. */
export function isAcceptable(version: ServerVersion): boolean {
  if (isBefore(version, OLDEST)) return false;
  return isBefore(version, DEFECTIVE_FROM) || !isBefore(version, REPAIRED_IN);
}

/** `2.15.1`. */
export function formatServerVersion(version: ServerVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

function isBefore(left: ServerVersion, right: ServerVersion): boolean {
  if (left.major !== right.major) return left.major < right.major;
  if (left.minor !== right.minor) return left.minor < right.minor;
  return left.patch < right.patch;
}
