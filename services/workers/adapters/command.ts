// A plain shell command: its output is its log, and its exit code says all there is to say.
// It must never look for meaning in that output: a test may well print "usage limit reached".
import type { AgentAdapter, AgentReader } from './adapter.ts';
import { errorTail } from './error-tail.ts';
import { crashed, ended } from './outcome.ts';

export const commandAdapter: AgentAdapter = {
  name: 'command',
  start({ executable, prompt, args }) {
    // What stands behind `--` is `$1`, `$2` … of the command.
    const positional = args.length === 0 ? [] : ['--', ...args];
    return { argv: ['/bin/sh', '-c', executable ?? ':', ...positional], input: prompt };
  },
  reader: commandReader,
};

function commandReader(): AgentReader {
  const output = new TextDecoder();
  const errors = errorTail();
  const end = () => output.decode() + errors.end();
  return {
    read: (chunk) => output.decode(chunk, { stream: true }),
    readError: errors.push,
    end,
    progress: () => ({ usage: null, session: null }),
    conclude(exit) {
      end();
      if (exit.code === null) return crashed(exit, errors.text(), 'no exit code');
      return ended(exit, 'a command has no result of its own');
    },
  };
}
