// A pipeline of one agent that replays a transcript and leaves a commit, and the landing of it.
import { FAKE_AGENT } from '../support/agent-fleet.ts';

const WORK = 'echo work >> $ONCEWARD_ITEM.txt; git add .; git commit -qm "$ONCEWARD_ITEM"';

/** Lines of YAML of a pipeline. */
export function pipelineOf(options: {
  account: string;
  adapter?: string;
  transcript?: string;
  env?: string;
  more?: string;
}): string {
  const { account, adapter = 'claude', transcript, env = '', more = '' } = options;
  const played = transcript === undefined ? '' : `, FAKE_AGENT_TRANSCRIPT: ${transcript}`;
  return `stages:
  - name: build
    kind: agent
    killGraceMs: 300
    interruptGraceMs: 200
    agent: { adapter: ${adapter}, account: ${account}, executable: ${FAKE_AGENT} }
    env: { FAKE_AGENT_WORK: '${WORK}'${played}${env} }
${more}
  - name: land
    kind: command
    command: git fetch -q origin main && git rebase -q FETCH_HEAD && git push -q origin HEAD:main`;
}
