// The data to begin with, for each event that people may send to an account.
// It must never decide anything: whether one would be accepted is asked of the machine.

const by = 'operator';

export const accountTemplates = {
  suspend: () => ({ by, cause: 'operator', evidence: '' }),
  resume: () => ({ by }),
} as const;
