/** How a pipeline is called in NATS, where `.`, `*`, `>` and blanks mean something. */

const utf8 = new TextEncoder();

/** One token of a subject, of `[a-z0-9_-]`; different for different names. */
export function subjectToken(pipeline: string): string {
  return Array.from(utf8.encode(pipeline), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

/** The version of what the messages hold: a packed op. */
const VERSION = 'v1';

/** The stream keeps these subjects. */
export function subjectsOf(stream: string): string {
  return `${stream}.${VERSION}.*`;
}

export function subjectOf(stream: string, pipeline: string): string {
  return `${stream}.${VERSION}.${subjectToken(pipeline)}`;
}
