// A trainer between a worker and its real one: whoever measures or judges a fleet hears what its workers said and were answered.
import type { TaskTrainer } from '../../fleet/index.js';

type Job = Parameters<TaskTrainer['train']>[0];
type Link = Parameters<TaskTrainer['train']>[1];
type Report = Parameters<Link['report']>[0];
type Answer = Awaited<ReturnType<Link['report']>>;

export interface Heard {
  reported?(job: Job, report: Report): void;
  answered?(job: Job, report: Report, answer: Answer): void;
  /** The study's word to stop has reached the worker. */
  stopped?(job: Job): void;
  /** The trainer has let go of the trial, for whatever reason. */
  dropped?(job: Job): void;
}

export function witnessed(trainer: TaskTrainer, heard: Heard): TaskTrainer {
  return {
    close: () => trainer.close(),
    async train(job, link) {
      const report = async (said: Report): Promise<Answer> => {
        heard.reported?.(job, said);
        const answer = await link.report(said);
        heard.answered?.(job, said, answer);
        return answer;
      };
      link.stopped.addEventListener('abort', () => heard.stopped?.(job), { once: true });
      try {
        return await trainer.train(job, { ...link, report });
      } finally {
        heard.dropped?.(job);
      }
    },
  };
}
