// An agent's command on a real process, with what it said and how it ended. Limits are far away unless a test
// brings them near.
import type { AgentOptions, SignOfLife } from '../../../services/workers/agent.ts';
import { plainOutput } from '../../../services/workers/agent-output.ts';
import { localClock } from '../../support/local-clock.ts';
import { lingeringMembers } from '../../support/process-group.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

export const FAR_MS = 60_000;

export function setup(options: Partial<AgentOptions> & { command: string }) {
  const signs: SignOfLife[] = [];
  let text = '';
  const full: AgentOptions = {
    cwd: temporaryDirectory(),
    environment: { PATH: process.env['PATH'] ?? '' },
    clock: localClock,
    killGraceMs: 150,
    wallClockMs: FAR_MS,
    silenceMs: FAR_MS,
    progressMs: 20,
    leaseMs: FAR_MS,
    output: plainOutput({
      append(chunk) {
        text += Buffer.from(chunk).toString('utf8');
      },
    }),
    readHead: async () => null,
    onProgress: async () => 'ours',
    ...options,
  };
  const { onProgress } = full;
  full.onProgress = (sign) => {
    signs.push(sign);
    return onProgress(sign);
  };
  const membersLeft = () => lingeringMembers(signs[0]?.processGroup.pid ?? 0, 0);
  return { options: full, signs, output: () => text, membersLeft };
}
