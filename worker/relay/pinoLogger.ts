import { pino } from 'pino';
import type { LogFields, Logger } from '../ports.ts';

/** Where log lines go: one call a line, newline included. */
export interface LineSink {
  write(line: string): void;
}

/** JSON lines `{"level":"warn","time":"…","msg":"…",…fields}`. */
export function createPinoLogger(sink: LineSink): Logger {
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
}

/** For a person at a terminal: `12:00:01 WARN message name=value`. */
export function createTerminalSink(sink: LineSink): LineSink {
  return {
    write(line) {
      const { level, time, msg, ...fields } = JSON.parse(line) as LogFields;
      const pairs = Object.entries(fields).map(
        ([name, value]) => ` ${name}=${JSON.stringify(value)}`,
      );
      const clockTime = String(time).slice('2026-01-01T'.length, '2026-01-01T00:00:00'.length);
      const text = `${clockTime} ${String(level).toUpperCase()} ${msg}${pairs.join('')}`;
      sink.write(`${text.replace(/\p{Cc}/gu, escapeControl)}\n`);
    },
  };
}

/** A line may quote a peer, and control characters move a terminal's cursor. */
function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
