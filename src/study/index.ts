// Door of the room study: the search's lifecycle, its journal, its checkpoints, the loop that drives a runner, and figures about it.
export { auditOf, auditSize, auditStudy, type AuditResult } from './audit.js';
export { folderBytes, folderCheckpoints, memoryCheckpoints, type ListedCheckpointStore } from './checkpoints.js';
export type { StudyBudget } from './desk.js';
export { createFold, foldEvents, type StudyFold } from './fold.js';
export type { HeaderInput } from './header.js';
export { openJournal, openJournalForReading, type JournalOptions } from './journal.js';
export type { EventListener, InterruptListener } from './ledger.js';
export { studyHolder, type Holder } from './lock.js';
export { openMailbox, parseCommand, sendCommand, type Mailbox, type MailboxOptions, type SendOptions } from './mailbox/index.js';
export { paretoFront, type ParetoPoint } from './pareto.js';
export { runStudy, type LoopOptions, type LoopResult } from './loop.js';
export { memoryJournal } from './memory-journal.js';
export type { StudyState, StudyTotals, TrialState, TrialStatus, Verification } from './state.js';
export type { LoopSeconds } from './stopwatch.js';
export { createStudy, type StudyHandle, type StudyOptions } from './study.js';
export { summarise, type Saving, type StudySummary } from './summary.js';
export { stoppedTrials, verificationOf, verifyStudy, type VerifyOptions, type VerifyResult } from './verify.js';
