// The data to begin with, for each event that people may send to an item.
// It must never decide anything: whether one would be accepted is asked of the machine.

const by = 'operator';

export const itemTemplates = {
  approve: () => ({ by, comment: '' }),
  reject: () => ({ by, reason: '' }),
  pause: () => ({ by, reason: '' }),
  resume: () => ({ by }),
  retry: () => ({ by }),
  cancel: () => ({ by, reason: '' }),
} as const;
