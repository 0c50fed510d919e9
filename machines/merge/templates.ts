// The data to begin with, for each event that people and workers may send to a merge queue.
// It must never decide anything: whether one would be accepted is asked of the machine.
import type { MergeContext } from './context.ts';
import { ranked } from './order.ts';

const by = 'operator';
const firstItem = (context: MergeContext) => ranked(context.entries)[0]?.item ?? '';
const lease = ({ holder, trial }: MergeContext) => ({
  token: holder?.token ?? 1,
  trial: trial?.number ?? 1,
});

export const mergeTemplates = {
  take: () => ({ worker: 'publisher', machine: '' }),
  progress: (context: MergeContext) => ({
    ...lease(context),
    watermark: (context.holder?.watermark ?? 0) + 1,
    doing: '',
  }),
  prepared: (context: MergeContext) => ({ ...lease(context), baseSha: '', baseTreeSha: '' }),
  validated: (context: MergeContext) => ({ ...lease(context), kind: 'pass', cause: 'by-hand' }),
  landed: lease,
  'base-moved': (context: MergeContext) => ({ ...lease(context), baseSha: '' }),
  verified: (context: MergeContext) => ({
    ...lease(context),
    baseSha: context.trial?.candidate?.sha ?? '',
    isHeld: true,
    treeSha: context.trial?.candidate?.treeSha ?? null,
  }),
  failed: (context: MergeContext) => ({ ...lease(context), cause: 'by-hand', summary: '' }),
  'holder-lost': (context: MergeContext) => ({
    token: context.holder?.token ?? 1,
    worker: context.holder?.worker ?? 'nobody',
    evidence: '',
  }),
  freeze: () => ({ by, reason: '' }),
  resume: () => ({ by }),
  move: (context: MergeContext) => ({ by, item: firstItem(context), to: 'first' }),
  eject: (context: MergeContext) => ({ by, item: firstItem(context), reason: '' }),
} as const;
