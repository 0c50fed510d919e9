// Starts process groups for tests and waits for what they say.
// It must never leave one behind: each group is killed when the test process exits.
import {
  type GroupSettings,
  type Invocation,
  type OutputStream,
  type ProcessGroup,
  startProcessGroup,
} from '../../../transport/process/process-group.ts';
import { localClock } from '../../support/local-clock.ts';
import { killGroup } from '../../support/process-group.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

export interface TestGroup {
  group: ProcessGroup;
  output(stream?: OutputStream): string;
  /** Resolves with all output so far once it matches. */
  saying(pattern: RegExp): Promise<string>;
}

export const KILL_GRACE_MS = 150;

const living = new Set<number>();
process.once('exit', () => living.forEach(killGroup));

export async function startGroup(
  run: string | readonly string[],
  options: Partial<GroupSettings> = {},
): Promise<TestGroup> {
  const texts = { stdout: '', stderr: '', both: '' };
  const invocation: Invocation = typeof run === 'string' ? { command: run } : { argv: run };
  const listeners = new Set<() => void>();
  const group = await startProcessGroup({
    ...invocation,
    cwd: temporaryDirectory(),
    environment: { PATH: process.env['PATH'] ?? '' },
    clock: localClock,
    killGraceMs: KILL_GRACE_MS,
    onOutput(chunk, stream) {
      const text = Buffer.from(chunk).toString('utf8');
      texts[stream] += text;
      texts.both += text;
      for (const listener of listeners) listener();
    },
    ...options,
  });
  living.add(group.pid);
  const over = () => living.delete(group.pid);
  group.exit.then(over, over);
  const saying = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => {
        if (!pattern.test(texts.both)) return;
        listeners.delete(look);
        resolve(texts.both);
      };
      listeners.add(look);
      look();
    });
  return { group, output: (stream) => texts[stream ?? 'both'], saying };
}
