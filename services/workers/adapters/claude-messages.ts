// What the end of a Claude Code run will be judged by, gathered message by message.
// It must never keep what the model wrote as evidence of an error: only messages marked as errors are.
import { countIn, type LooseObject, objectIn, objectsIn, textIn } from './loose-json.ts';
import { sessionId } from './session-id.ts';
import { type StrayLines, strayLines } from './stray-lines.ts';

export interface ClaudeState {
  session: string | null;
  /** The last result message: its totals and its ending are those of the whole process. */
  result: LooseObject | null;
  /** True once the model has said or done anything. */
  hasWorked: boolean;
  /** Of the last message of the main loop. */
  stopReason: string;
  /** What the program itself said last, unless the model has answered since: `rate_limit`, and its words. */
  error: { kind: string; text: string } | null;
  /** The last request that had to be repeated, unless the model has answered since. */
  retry: { status: number | null; kind: string } | null;
  /** When the limit that was reached resets, seconds since the epoch; 0 when that was not said. */
  limitResetsAt: number | null;
  stray: StrayLines;
}

/** The model that messages name which the program has made up itself, such as errors. */
const OWN_MODEL = '<synthetic>';

export function claudeState(): ClaudeState {
  const nothing = { session: null, result: null, error: null, retry: null, limitResetsAt: null };
  return { ...nothing, hasWorked: false, stopReason: '', stray: strayLines() };
}

export function takeMessage(state: ClaudeState, message: LooseObject): void {
  state.session = sessionId(textIn(message, 'session_id')) ?? state.session;
  const type = textIn(message, 'type');
  if (type === 'result') state.result = message;
  else if (type === 'assistant') takeAssistant(state, message);
  else if (type === 'rate_limit_event') takeRateLimit(state, objectIn(message, 'rate_limit_info'));
  else if (type === 'system' && message['subtype'] === 'api_retry') {
    const kind = textIn(message, 'error');
    state.retry = { status: countIn(message, 'error_status'), kind };
  }
}

function takeAssistant(state: ClaudeState, message: LooseObject): void {
  const answer = objectIn(message, 'message');
  const kind = textIn(message, 'error');
  if (kind !== '' || answer['model'] === OWN_MODEL) {
    state.error = { kind, text: textsOf(answer).join('\n') };
    return;
  }
  // An answer of the model: whatever stood in its way was overcome.
  Object.assign(state, { hasWorked: true, error: null, retry: null, limitResetsAt: null });
  const isOfMainLoop = typeof message['parent_tool_use_id'] !== 'string';
  if (isOfMainLoop) state.stopReason = textIn(answer, 'stop_reason');
}

// Warnings, and what is said of an overage nobody uses, are no limit.
function takeRateLimit(state: ClaudeState, info: LooseObject): void {
  if (info['status'] === 'rejected') state.limitResetsAt = countIn(info, 'resetsAt') ?? 0;
  else if (textIn(info, 'status').startsWith('allowed')) state.limitResetsAt = null;
}

function textsOf(answer: LooseObject): string[] {
  return objectsIn(answer, 'content').map((block) => textIn(block, 'text'));
}
