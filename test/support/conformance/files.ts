/** Which check runs on which vector file; `test/vectors/README.md` says what each file shows. */

import {
  checkDeliveries,
  checkExoticOps,
  checkHistories,
  checkPipelineDump,
  checkTies,
} from './deliveryFiles.ts';
import { checkSpeccheck, checkWycheproof, checkZip215 } from './ed25519Files.ts';
import { checkParse, checkSignedOps } from './opFiles.ts';
import type { FileReport } from './report.ts';
import { checkRustDebug } from './rustDebugFile.ts';

type FileCheck = (json: string) => FileReport;

/** `Json` is what the file's own description promises; a file of another make fails its check. */
function of<Json>(check: (file: Json) => FileReport): FileCheck {
  return (json) => check(JSON.parse(json) as Json);
}

/** The checks by file name. Each takes the text of its file. */
export const FILE_CHECKS: ReadonlyMap<string, FileCheck> = new Map([
  ['rust-debug.json', of(checkRustDebug)],
  ['signed-ops.json', of(checkSignedOps)],
  ['parse.json', of(checkParse)],
  ['histories.json', of(checkHistories)],
  ['exotic-ops.json', of(checkExoticOps)],
  ['tampered.json', of(checkDeliveries)],
  ['ties.json', of(checkTies)],
  ['pipeline-dump.json', of(checkPipelineDump)],
  ['hardened.json', of(checkDeliveries)],
  ['zip215.json', of(checkZip215)],
  ['speccheck.json', of(checkSpeccheck)],
  ['wycheproof.json', of(checkWycheproof)],
]);
