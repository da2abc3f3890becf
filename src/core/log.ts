// What the rooms say on the way. Rooms never print: the command line decides where a line goes.

export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined };
