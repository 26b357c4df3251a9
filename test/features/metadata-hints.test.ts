import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { formatPointer } from '#core/json/pointer.ts';
import type { ReadOptions } from '#database/query.ts';
import { hintsFor } from '#features/metadata/hints.ts';
import { nearMiss } from '#features/metadata/near-miss.ts';
import { adHoc } from '../database/opening.ts';
import { type Desk, openDesk, placeIn } from './metadata-saving.ts';
import { counting } from './reading.ts';

test.for([
  ['lead_souce', 'lead_source', 'one letter differs'],
  ['lead_soucre', 'lead_source', 'one letter differs'],
  ['laed_soucre', 'lead_source', 'two letters differ'],
  ['Lead_Source', 'lead_source', 'only case differs'],
  ['leadSource', 'lead_source', 'only separators differ'],
  ['lead-source', 'lead_source', 'only separators differ'],
  ['tier', 'tiers', 'one letter differs'],
  ['lead_source', 'lead_source', undefined],
  ['lead_source', 'source', undefined],
  ['address_1', 'address_2', undefined],
  ['line10', 'line9', undefined],
  ['id', 'ip', undefined],
  ['fax', 'tax', undefined],
  ['', 'a', undefined],
  ['x'.repeat(1e6), 'y', undefined],
] as const)('beside the key %s, %s is a near-miss: %s', ([key, other, difference]) => {
  expect(nearMiss(key, other)).toBe(difference);
  expect(nearMiss(other, key)).toBe(difference);
});

describe.for(['demo', 'production'] as const)('on the shape %s', (shape) => {
  let desk: Desk;
  let contact: string;
  beforeAll(async () => {
    desk = await openDesk(shape);
    contact = (await desk.admin.query<{ id: string }>('select id from contacts order by id limit 1')).rows[0]!.id;
  });

  async function hints(base: string, mine: string, table = 'contacts', id = contact, options?: ReadOptions): Promise<string[]> {
    const found = await hintsFor(desk.database, await placeIn(desk, id, table), parseJson(base), parseJson(mine), options);
    return found.map(({ path, sentence }) => `${formatPointer(path)}: ${sentence}`);
  }

  test('a key that is a near-miss of one that many rows have is pointed out', async () => {
    const found = await hints('{"custom_fields": {}}', '{"custom_fields": {"lead_souce": "Website"}}');
    expect(found).toEqual([
      expect.stringMatching(
        /^\/custom_fields\/lead_souce: No other row looked at has \/custom_fields\/lead_souce; \d+ have \/custom_fields\/lead_source \(one letter differs\)\.$/,
      ),
    ]);
  });

  test('so is one inside an object that is new itself, and one at the top', async () => {
    expect(await hints('{}', '{"custom_fields": {"LEAD_SOURCE": "Website"}, "custom_feilds": {}}')).toEqual([
      expect.stringContaining('(only case differs)'),
      expect.stringContaining('have /custom_fields (one letter differs)'),
    ]);
  });

  test('a value of another type than elsewhere is pointed out, without the value', async () => {
    const found = await hints('{"custom_fields": {"lead_source": "Website"}}', '{"custom_fields": {"lead_source": 4711}}');
    expect(found).toEqual([
      expect.stringMatching(
        /^\/custom_fields\/lead_source: \/custom_fields\/lead_source is a number here, and a string in \d+ of \d+ other rows/,
      ),
    ]);
    expect(found[0]).not.toContain('4711');
    expect(await hints('{}', '{"custom_fields": null}')).toEqual([expect.stringContaining('is null here, and an object in')]);
  });

  test('what other rows have as well, what is new to all of them, and what is removed is not', async () => {
    expect(await hints('{}', '{"custom_fields": {"lead_source": "Website"}}')).toEqual([]);
    expect(await hints('{}', '{"quarterly_review": {"due": "2026-01-01"}}')).toEqual([]);
    expect(await hints('{"custom_fields": {"lead_source": "Website"}}', '{"custom_fields": {}}')).toEqual([]);
    expect(await hints('{"lead_souce": 1}', '{"lead_souce": 1}')).toEqual([]);
    expect(await hints('{"a": [1]}', '{"a": ["1"]}')).toEqual([]);
  });

  test('a table of a few rows has no customs yet', async () => {
    await desk.admin.query(`create table if not exists few (id int primary key, metadata jsonb);
      insert into few values (1, '{"lead_source": "a"}'), (2, '{"lead_source": "b"}'), (3, null), (4, '[]'), (5, '"lead_source"') on conflict do nothing`);
    expect(await hints('{}', '{"lead_souce": 1, "lead_source": 1}', 'few', '99')).toEqual([]);
    await desk.admin.query(`insert into few values (6, '{"lead_source": "c"}') on conflict do nothing`);
    expect(await hints('{}', '{"lead_souce": 1, "lead_source": 1}', 'few', '99')).toHaveLength(2);
    // The row that is edited is no sibling of itself.
    expect(await hints('{}', '{"lead_souce": 1}', 'few', '6')).toEqual([]);
  });

  test('a large table is sampled in one statement; where that takes too long there are no hints', async () => {
    await desk.admin.query(`create table if not exists large as
      select n as id, jsonb_build_object('custom_fields', jsonb_build_object('lead_source', 'x', 'n' || n % 50, n), 'pad', repeat('p', 100)) as metadata
      from generate_series(1, 100000) as n;
      alter table large add primary key (id); analyze large`);
    const reader = counting(desk.database);
    const place = await placeIn(desk, '5', 'large');
    const mine = parseJson('{"custom_fields": {"lead_souce": 1, "lead_source": 2}}');
    const startedMs = performance.now();
    const found = await hintsFor(reader, place, parseJson('{}'), mine);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(found).toHaveLength(2);
    expect(reader.trips).toEqual([['metadata/sample-siblings']]);
    await desk.admin.query(`alter table large alter column metadata set storage external;
      update large set metadata = metadata || jsonb_build_object('big', repeat('b', 20000)) where id % 10 = 0`);
    expect(await hintsFor(desk.database, place, parseJson('{}'), mine, { statementTimeoutMs: 1 })).toEqual([]);
  });

  test('a server that refuses, and an operator who does not wait, get none; a save is never kept waiting', async () => {
    await desk.admin.query('create table if not exists gone (id int primary key, metadata jsonb)');
    const place = await placeIn(desk, '1', 'gone');
    await desk.admin.query('drop table gone');
    const mine = parseJson('{"a": 1}');
    expect(await hintsFor(desk.database, place, parseJson('{}'), mine)).toEqual([]);
    const stopped = AbortSignal.abort();
    expect(await hintsFor(desk.database, await placeIn(desk, contact), parseJson('{}'), mine, { signal: stopped })).toEqual([]);
    await desk.admin.query('begin; lock table contacts in access exclusive mode');
    const startedMs = performance.now();
    const found = await hintsFor(desk.database, await placeIn(desk, contact), parseJson('{}'), mine);
    await desk.admin.query('rollback');
    expect(found).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(await desk.database.read(adHoc('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('hostile keys harm nothing', async () => {
    const keys = ["'; drop table contacts; --", '"', '\\', '{}', '$1', '\u001b[2J', '東京', '__proto__', 'constructor', ''];
    const inner = keys.map((key) => `${JSON.stringify(key)}: 1`).join(', ');
    const nested = keys.map((key) => `${JSON.stringify(key)}: {${inner}}`).join(', ');
    expect(await hints('{}', `{${nested}}`)).toEqual([]);
  });
});
