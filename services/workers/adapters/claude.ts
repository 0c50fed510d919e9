// Claude Code, headless: `claude -p` with one JSON message a line.
// Follows https://code.claude.com/docs/en/headless and https://code.claude.com/docs/en/agent-sdk/typescript.
// It must never take an exit code for a success: only a result message is one.
import type { AgentAdapter, AgentReader, AgentReaderOptions, AgentStart } from './adapter.ts';
import { concludeClaude } from './claude-ending.ts';
import { claudeState, takeMessage } from './claude-messages.ts';
import { claudeText } from './claude-text.ts';
import { claudeUsage } from './claude-usage.ts';
import { errorTail } from './error-tail.ts';
import { messageReader } from './message-reader.ts';
import { sessionId } from './session-id.ts';

const PROGRAM = 'claude';

export const claudeAdapter: AgentAdapter = {
  name: 'claude',
  start({ executable, prompt, model, maxTurns, resume, args }): AgentStart {
    const session = sessionId(resume);
    const argv = [
      ...[executable ?? PROGRAM, '-p', '--output-format', 'stream-json', '--verbose'],
      ...(model === null ? [] : ['--model', model]),
      ...(maxTurns === null ? [] : ['--max-turns', String(maxTurns)]),
      ...(session === null ? [] : [`--resume=${session}`]),
      ...args,
    ];
    return { argv, input: prompt };
  },
  reader: claudeReader,
};

function claudeReader(options: AgentReaderOptions): AgentReader {
  const state = claudeState();
  const usage = claudeUsage(options.prices);
  const errors = errorTail();
  const stdout = messageReader({
    take(message) {
      takeMessage(state, message);
      usage.take(message);
      return claudeText(message);
    },
    stray: (text) => state.stray.push(text),
  });
  const end = () => stdout.end() + errors.end();
  return {
    read: stdout.read,
    readError: errors.push,
    end,
    progress: () => ({ usage: usage.total(), session: state.session }),
    conclude(exit) {
      end();
      return concludeClaude(state, { exit, stderr: errors.text(), options });
    },
  };
}
