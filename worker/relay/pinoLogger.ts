import { pino } from 'pino';
import type { LogFields, Logger } from '../ports.ts';
import { eventOf } from './logEvents.ts';

/**
 * Lines of JSON. Fields quote peers: their names, headers, close reasons and what is wrong with what
 * they sent.
 *
 * Invariant 1: a call makes one line, of printable characters alone, whatever it quotes: no line
 * break of any kind, no control character of ASCII or of C1, nothing that turns the direction of text.
 * Invariant 2: no text in it is longer than `TEXT_MAX` characters, and each is well-formed.
 */

/** Where log lines go: one call a line, newline included. */
export interface LineSink {
  write(line: string): void;
}

/** A reason for a close has 123 bytes, a key 64 digits, a path rarely more than this. */
export const TEXT_MAX = 500;

/** JSON lines `{"level":"warn","time":"…","event":"…",…fields,"msg":"…"}`. */
export function createPinoLogger(sink: LineSink): Logger {
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Escaped as JSON has it, the line means what it meant.
    { write: (line: string) => sink.write(`${escapeUnprintable(line.slice(0, -1))}\n`) },
  );
  const log =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void => {
      logger[level]({ event: eventOf(message), ...bounded(fields) }, cut(message));
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

/** For a person at a terminal: `12:00:01 WARN message name=value`. */
export function createTerminalSink(sink: LineSink): LineSink {
  return {
    write(line) {
      const { level, time, event: _, msg, ...fields } = JSON.parse(line) as LogFields;
      const pairs = Object.entries(fields).map(
        ([name, value]) => ` ${name}=${JSON.stringify(value)}`,
      );
      const clockTime = String(time).slice('2026-01-01T'.length, '2026-01-01T00:00:00'.length);
      const text = `${clockTime} ${String(level).toUpperCase()} ${msg}${pairs.join('')}`;
      sink.write(`${escapeUnprintable(text)}\n`);
    },
  };
}

function bounded(fields: LogFields): LogFields {
  const pairs = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? cut(value) : value,
  ]);
  return Object.fromEntries(pairs);
}

function cut(text: string): string {
  const start = text.slice(0, TEXT_MAX).toWellFormed();
  return text.length > TEXT_MAX ? `${start}… (${text.length} characters)` : start;
}

/** What a file or a peer said, fit for one line at a terminal. */
export function quoted(text: string): string {
  return escapeUnprintable(JSON.stringify(cut(text)));
}

/** Controls, formats such as those of direction, line and paragraph separators. */
function escapeUnprintable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()].map((at) => escapeUnit(character.charCodeAt(at))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
