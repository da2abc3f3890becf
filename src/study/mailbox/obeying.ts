// A study with a mailbox for whoever drives it by its door alone (a user's own loop). Letters are done when they come, where the loop lets the process
// breathe; and before each `ask` and `report` in any case, so that a loop that never does hears of them at its next word to the study.
import type { Study } from '../../core/index.js';
import { openMailbox, type MailboxOptions } from './serve.js';

/** The same door. Closing it closes the mailbox first. */
export function obeying<S extends Study>(file: string, study: S, options: MailboxOptions = {}): S {
  const mailbox = openMailbox(file, study, options);
  const own: Pick<Study, 'ask' | 'report' | 'close'> = {
    async ask(by) {
      await mailbox.drain();
      return study.ask(by);
    },
    async report(trial, report) {
      await mailbox.drain();
      return study.report(trial, report);
    },
    async close() {
      await mailbox.close();
      await study.close();
    },
  };
  return new Proxy(study, {
    get(target, key) {
      if (Object.hasOwn(own, key)) return own[key as keyof typeof own];
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? (member as (...args: unknown[]) => unknown).bind(target) : member;
    },
  });
}
