/** `rust-debug.json`: Debug and serde_json texts. */

import { toBytes } from '../../../worker/crdt/bytes.ts';
import { debugNumber, debugString, serdeNumber } from '../../../worker/crdt/rustDebug.ts';
import { type Check, difference, type FileReport, firstDifference, report } from './report.ts';

interface RustDebugFile {
  readonly f64: readonly (readonly [bits: string, debug: string, serde: string])[];
  readonly str: readonly (readonly [text: string, debug: string])[];
  readonly escaped_code_points: readonly (readonly [first: number, last: number])[];
}

export function checkRustDebug(file: RustDebugFile): FileReport {
  const numbers = file.f64.map(([bits, debug, serde]): Check => {
    const value = new DataView(toBytes(bits).buffer).getFloat64(0);
    return {
      case: `f64 ${bits}`,
      difference: firstDifference(
        difference('Debug', debugNumber(value), debug),
        difference('serde_json', serdeNumber(value), serde),
      ),
    };
  });
  const strings = file.str.map(([text, debug]): Check => {
    return { case: `str ${debug}`, difference: difference('Debug', debugString(text), debug) };
  });
  return report([...numbers, ...strings, checkEveryScalar(file)]);
}

function checkEveryScalar(file: RustDebugFile): Check {
  const escaped = new Set<number>();
  for (const [first, last] of file.escaped_code_points) {
    for (let codePoint = first; codePoint <= last; codePoint += 1) escaped.add(codePoint);
  }
  const wrong: string[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const text = String.fromCodePoint(codePoint);
    const raw = debugString(text) === `"${text}"`;
    if (raw === escaped.has(codePoint)) wrong.push(codePoint.toString(16));
  }
  return {
    case: 'every scalar',
    difference: wrong.length === 0 ? undefined : `wrong for ${wrong.slice(0, 10).join(' ')}`,
  };
}
