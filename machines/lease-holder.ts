// The lease of an actor that many items come to, in its record: who works for it, and how far they got.
// It must never be renewed by a sign of life alone: something must have got done.
import type { MachineEvent } from './event.ts';

export interface Holder {
  worker: string;
  machine: string;
  /** Revision of the record it was taken on: rises with every holder. */
  token: number;
  sinceMs: number;
  /** Rises with whatever the holder gets done. */
  watermark: number;
  progressAtMs: number;
  /** What it was doing then. */
  doing: string;
}

type Taken = MachineEvent<'take', Pick<Holder, 'worker' | 'machine'>>;
type Progressed = MachineEvent<'progress', Pick<Holder, 'watermark' | 'doing'>>;

export function holderAfterTake({ data, atMs, revision: token }: Taken): Holder {
  const { worker, machine } = data;
  const begun = { watermark: 0, progressAtMs: atMs, doing: '' };
  return { worker, machine, token, sinceMs: atMs, ...begun };
}

export function holderAfterProgress(holder: Holder, { data, atMs }: Progressed): Holder {
  const { watermark, doing } = data;
  return { ...holder, watermark, doing, progressAtMs: atMs };
}
