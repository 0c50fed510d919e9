// The emulator of the GitHub API in a process of its own, because it needs a newer node than this project.
// Run by that node without any loader. It must never outlive the process that started it.
import { createEmulator } from 'emulate';

const { port, baseUrl, seed } = JSON.parse(process.argv[2] ?? '{}');
const emulator = await createEmulator({ service: 'github', port, baseUrl, seed });
process.stdout.write(`${JSON.stringify({ secrets: emulator.generatedSecrets })}\n`);
process.stdin.resume().once('end', () => process.exit(0));
