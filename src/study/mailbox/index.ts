// Commands to a study from other processes: a sender and a holder, who meet in the folder STUDY.mail.
export { parseCommand } from './letters.js';
export { obeying } from './obeying.js';
export { senderName } from './sender.js';
export { sendCommand, type SendOptions } from './send.js';
export { openMailbox, type Mailbox, type MailboxOptions } from './serve.js';
