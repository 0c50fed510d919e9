// Plays transcripts to the reader of an adapter, without a process, and says what came of it.
// It must never judge: what is right stands in the tests.
import { readdirSync, readFileSync } from 'node:fs';
import type {
  AgentAdapter,
  AgentExit,
  AgentOutcome,
  AgentProgress,
  AgentReaderOptions,
} from '../../../../services/workers/adapters/adapter.ts';

const TRANSCRIPTS = new URL('../../../support/agents/transcripts/', import.meta.url);
/** 2026-11-30 22:00 in UTC. */
export const NOW_MS = Date.UTC(2026, 10, 30, 22);
export const SESSION = '7b1c6f0e-0000-4000-8000-00000000abcd';

export interface Transcript {
  stdout: string;
  stderr: string;
  exit: AgentExit;
}

export interface Replayed {
  log: string;
  progress: AgentProgress;
  outcome: AgentOutcome;
}

export function transcriptNames(): string[] {
  return readdirSync(TRANSCRIPTS).map((name) => name.replace(/\.jsonl$/, ''));
}

/** The text of a transcript's file, comments and all. */
export function transcriptText(name: string): string {
  return readFileSync(new URL(`${name}.jsonl`, TRANSCRIPTS), 'utf8');
}

/** A transcript with its placeholders filled in, for a run that began at `NOW_MS`. */
export function transcriptOf(name: string): Transcript {
  const text = transcriptText(name)
    .replaceAll('{{session}}', SESSION)
    .replace(/\{\{epoch\+(\d+)\}\}/g, (_, later: string) => String(NOW_MS / 1_000 + Number(later)));
  const code = Number(/^# exit: (\d+)$/m.exec(text)?.[1] ?? 0);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const errors = lines.filter((line) => line.startsWith('stderr: '));
  return {
    stdout: lines
      .filter((line) => !errors.includes(line))
      .map((line) => `${line}\n`)
      .join(''),
    stderr: errors.map((line) => `${line.slice('stderr: '.length)}\n`).join(''),
    exit: { code, signal: null },
  };
}

export function replay(
  adapter: AgentAdapter,
  { stdout, stderr, exit }: Transcript,
  options: Partial<AgentReaderOptions> = {},
): Replayed {
  const defaults = { nowMs: () => NOW_MS, prices: null, timeZone: 'UTC' };
  const reader = adapter.reader({ ...defaults, ...options });
  const log =
    reader.read(Buffer.from(stdout)) + reader.readError(Buffer.from(stderr)) + reader.end();
  return { log, progress: reader.progress(), outcome: reader.conclude(exit) };
}
