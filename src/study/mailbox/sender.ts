// Whom the journal names for a command: the user of this machine, and the means by which it was given.
import { userInfo } from 'node:os';

export function senderName(through: string): string {
  return `${userName()} (${through})`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody'; // a container's user without a name
  }
}
