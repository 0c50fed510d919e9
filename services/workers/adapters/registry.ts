// The adapters there are, by the name a stage calls them.
// A name must never lead to another agent than the one it says.
import type { AgentAdapter } from './adapter.ts';
import { claudeAdapter } from './claude.ts';
import { codexAdapter } from './codex.ts';
import { commandAdapter } from './command.ts';

/** Every adapter under its name. */
export const ADAPTERS: Readonly<Record<AgentAdapter['name'], AgentAdapter>> = {
  claude: claudeAdapter,
  codex: codexAdapter,
  command: commandAdapter,
};
