// What the end of a Codex run means.
// It must never take an error that was overcome, such as a reconnection, for the end of a run.
import type { AgentExit, AgentOutcome, AgentReaderOptions } from './adapter.ts';
import type { CodexState } from './codex-events.ts';
import { crashed, ended, faultOutcome } from './outcome.ts';
import { faultOf } from './provider-fault.ts';

export interface CodexEnd {
  exit: AgentExit;
  stderr: string;
  options: Pick<AgentReaderOptions, 'nowMs' | 'timeZone'>;
}

export function concludeCodex(state: CodexState, end: CodexEnd): AgentOutcome {
  return state.lastTurn === 'completed' ? afterSuccess(state, end) : withoutResult(state, end);
}

function afterSuccess({ hasWorked, turns }: CodexState, { exit, stderr }: CodexEnd): AgentOutcome {
  if (exit.code === null) return crashed(exit, stderr, 'after its turn');
  if (!hasWorked) return crashed(exit, stderr, 'a completed turn, but nothing was said or done');
  return ended(exit, `turn completed${turns > 1 ? ` after ${turns} turns` : ''}`);
}

function withoutResult({ error, stray, lastTurn }: CodexState, end: CodexEnd): AgentOutcome {
  const { exit, stderr, options } = end;
  const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const rest = [stray.text(), stderr].filter((text) => text !== '').join('\n');
  const words = lastTurn === 'failed' || rest === '' ? error : `${rest}\n${error}`;
  const fault = faultOf({ text: words, status: null, nowMs: options.nowMs(), timeZone });
  if (fault !== null) return faultOutcome(fault, words);
  return crashed(exit, words, lastTurn === 'failed' ? 'the turn failed' : 'no completed turn');
}
