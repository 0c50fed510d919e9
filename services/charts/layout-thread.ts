// Lays charts out in a thread of its own: the engine computes for a tenth of a second without a pause.
// It knows nothing of charts.
import ELK, { type ElkNode } from 'elkjs/lib/elk.bundled.js';
import { answerQuestions } from './thread-answers.ts';

const engine = new ELK.default();

answerQuestions((graph: ElkNode): Promise<ElkNode> => engine.layout(graph));
