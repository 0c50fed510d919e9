// Codex, headless: `codex exec --json` with one JSON event a line.
// Follows https://developers.openai.com/codex/noninteractive and codex-rs/exec/src/exec_events.rs of openai/codex.
// It must never take an exit code for a success: only a completed turn is one.
import type { AgentAdapter, AgentReader, AgentReaderOptions, AgentStart } from './adapter.ts';
import { concludeCodex } from './codex-ending.ts';
import { codexState, takeEvent } from './codex-events.ts';
import { codexText } from './codex-text.ts';
import { codexUsage } from './codex-usage.ts';
import { errorTail } from './error-tail.ts';
import { messageReader } from './message-reader.ts';
import { sessionId } from './session-id.ts';

const PROGRAM = 'codex';

export const codexAdapter: AgentAdapter = {
  name: 'codex',
  // There is no limit on turns to pass on: tokens and time bound a run.
  start({ executable, prompt, model, resume, args }): AgentStart {
    const session = sessionId(resume);
    const argv = [
      ...[executable ?? PROGRAM, 'exec', '--json'],
      ...(model === null ? [] : ['--model', model]),
      ...args,
      ...(session === null ? [] : ['resume', session]),
      // The prompt is read from standard input.
      '-',
    ];
    return { argv, input: prompt };
  },
  reader: codexReader,
};

function codexReader(options: AgentReaderOptions): AgentReader {
  const state = codexState();
  const errors = errorTail();
  const stdout = messageReader({
    take(event) {
      takeEvent(state, event);
      return codexText(event);
    },
    stray: (text) => state.stray.push(text),
  });
  const end = () => stdout.end() + errors.end();
  return {
    read: stdout.read,
    readError: errors.push,
    end,
    progress: () => ({ usage: codexUsage(state, options), session: state.session }),
    conclude(exit) {
      end();
      return concludeCodex(state, { exit, stderr: errors.text(), options });
    },
  };
}
