// The inner side of thread-work.ts: what a thread does with each question it is sent.
// It must never leave a question without an answer: an error is one, too.
import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer, ThreadQuestion } from './thread-work.ts';

export function answerQuestions<Question, Answer>(
  answerTo: (question: Question) => Promise<Answer>,
): void {
  parentPort?.on('message', async ({ id, question }: ThreadQuestion<Question>) => {
    parentPort?.postMessage(await settled(id, () => answerTo(question)));
  });
}

async function settled<Answer>(
  id: number,
  work: () => Promise<Answer>,
): Promise<ThreadAnswer<Answer>> {
  try {
    return { id, answer: await work() };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}
