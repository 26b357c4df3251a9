import { beforeAll, describe, expect, test } from 'vitest';
import { AdminError } from '#core/errors.ts';
import { parameterValues, statementText } from '#database/query.ts';
import { type DocumentColumn, findDocumentColumn, identifiersOf } from '#features/metadata/documents.ts';
import { previewOf, previewSourceCharacters } from '#features/metadata/preview.ts';
import { searchDocumentsQuery } from '#features/metadata/queries.ts';
import { checkCondition } from '#features/metadata/search-condition.ts';
import {
  countDocuments,
  type FoundPage,
  searchDocuments,
  type SearchCondition,
  type SearchOptions,
} from '#features/metadata/search.ts';
import { open } from '../database/opening.ts';
import { type Desk, failure, openDesk } from './metadata-saving.ts';
import { hostileTexts } from './reading.ts';

const tenants = {
  demo: { id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', name: 'Acme Corporation', slug: 'acme-corp' },
  production: { id: 'a0000000-0000-4000-8000-000000000001', name: 'Acme Corporation', slug: 'acme-corp' },
};

/** Documents whose search results are known, with the key they get. */
const documents = [
  '{"custom_fields": {"lead_source": "Website", "rank": 1}}',
  '{"custom_fields": {"lead_source": "Website", "rank": 2.0}, "tags": ["vip", "new"]}',
  '{"custom_fields": {"lead_source": "Referral", "rank": 12345678901234567890}}',
  '{"tags": ["vip"], "0": "zero"}',
  '["vip"]',
  '{"custom_fields": {"lead_source": null}, "customer_tier": "Gold"}',
  '{"a/b": {"~": {"\\"": 1}}, "": {"": 7}}',
  '{}',
];

interface Found {
  readonly numbers: readonly number[];
  readonly page: FoundPage;
}

describe.for(['demo', 'production'] as const)('on the shape %s', (shape) => {
  let desk: Desk;
  let place: DocumentColumn;
  beforeAll(async () => {
    desk = await openDesk(shape);
    const index = shape === 'demo' ? 'create index paper_gin on paper using gin (metadata jsonb_path_ops)' : '';
    await desk.admin.query(`create table paper (id int primary key, tenant_id text, name text, metadata jsonb); ${index}`);
    for (const [number, document] of documents.entries()) {
      await desk.admin.query('insert into paper values ($1, $2, $3, $4)', [
        number,
        number % 2 ? 'acme-corp' : 'other',
        `Paper ${number}`,
        document,
      ]);
    }
    await desk.admin.query(`insert into paper values (90, null, 'Empty', null)`);
    place = findDocumentColumn(await desk.catalog(), 'paper');
  });

  async function search(condition: SearchCondition, options: Partial<SearchOptions> = {}): Promise<Found> {
    const page = await searchDocuments(desk.database, place, condition, { pageRows: 50, ...options });
    return { numbers: page.rows.map(({ id }) => Number(id)), page };
  }

  test.for([
    [{ kind: 'all', text: '' }, [0, 1, 2, 3, 4, 5, 6, 7, 90]],
    [{ kind: 'contains', text: '{"custom_fields": {"lead_source": "Website"}}' }, [0, 1]],
    [{ kind: 'contains', text: '{"custom_fields": {"rank": 2}}' }, [1]],
    [{ kind: 'contains', text: '{"custom_fields": {"rank": 12345678901234567891}}' }, []],
    [{ kind: 'contains', text: '{}' }, [0, 1, 2, 3, 5, 6, 7]],
    [{ kind: 'key', text: 'customer_tier' }, [5]],
    [{ kind: 'key', text: 'vip' }, [4]],
    [{ kind: 'key', text: '' }, [6]],
    [{ kind: 'path-equals', path: '/custom_fields/lead_source', text: '"Website"' }, [0, 1]],
    [{ kind: 'path-equals', path: '/custom_fields/lead_source', text: 'null' }, [5]],
    [{ kind: 'path-equals', path: '/custom_fields/rank', text: '12345678901234567890' }, [2]],
    [{ kind: 'path-equals', path: '/tags', text: '["vip"]' }, [3]],
    [{ kind: 'path-equals', path: '/tags/0', text: '"vip"' }, [1, 3]],
    [{ kind: 'path-equals', path: '/0', text: '"zero"' }, [3]],
    [{ kind: 'path-equals', path: '/a~1b/~0/"', text: '1' }, [6]],
    [{ kind: 'path-equals', path: '//', text: '7' }, [6]],
    [{ kind: 'path-equals', path: '', text: '["vip"]' }, [4]],
    [{ kind: 'jsonpath', text: '$.custom_fields.rank > 1' }, [1, 2]],
    [{ kind: 'jsonpath', text: '$.custom_fields.rank ? (@ > 1)' }, [1, 2]],
    [{ kind: 'jsonpath', text: '$.customer_tier' }, [5]],
    [{ kind: 'jsonpath', text: '$.tags[*] == "new"' }, [1]],
    [{ kind: 'jsonpath', text: 'strict $.tags[*] ? (@ == "new")' }, [1]],
    [{ kind: 'jsonpath', text: '!exists($.custom_fields) && exists($.tags)' }, [3]],
    [{ kind: 'jsonpath', text: '$.custom_fields.lead_source starts with "Web"' }, [0, 1]],
  ] as const)('%j finds %j', async ([condition, numbers]) => {
    const found = await search(condition);
    expect(found.numbers).toEqual(numbers);
    const count = await countDocuments(desk.database, place, condition, {});
    expect(count).toMatchObject({ rows: numbers.length, capped: false });
    expect(count.tenants.reduce((sum, { rows }) => sum + rows, 0)).toBe(numbers.length);
  });

  test('pages are keysets that neither repeat nor miss a row', async () => {
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const { numbers, page } = await search({ kind: 'all', text: '' }, { pageRows: 2, after });
      seen.push(...numbers);
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 90]);
  });

  test('a pinned tenant sees its own rows, named by slug or by UUID', async () => {
    expect((await search({ kind: 'all', text: '' }, { tenant: tenants[shape] })).numbers).toEqual([1, 3, 5, 7]);
    const contacts = findDocumentColumn(await desk.catalog(), 'contacts');
    const ours = await searchDocuments(
      desk.database,
      contacts,
      { kind: 'all', text: '' },
      { tenant: tenants[shape], pageRows: 1000 },
    );
    const { rows } = await desk.admin.query<{ n: number }>(
      `select count(*)::int as n from contacts where tenant_id::text in ($1, $2)`,
      [tenants[shape].id, tenants[shape].slug],
    );
    expect(ours.rows).toHaveLength(rows[0]!.n);
    const { id, slug } = tenants[shape];
    expect(new Set(ours.rows.map(({ tenantId }) => tenantId))).toEqual(new Set(shape === 'demo' ? [id] : [slug, id]));
  });

  test("the tenant's own row is in its scope, and a table of nobody's rows is refused", async () => {
    const own = findDocumentColumn(await desk.catalog(), 'tenant');
    const { rows } = await searchDocuments(
      desk.database,
      own,
      { kind: 'all', text: '' },
      { tenant: tenants[shape], pageRows: 50 },
    );
    expect(rows.map(({ id }) => id)).toEqual([tenants[shape].id]);
    await desk.admin.query('create table if not exists nobodys (id int primary key, metadata jsonb)');
    const nobodys = findDocumentColumn(await desk.catalog(), 'nobodys');
    const all = { kind: 'all', text: '' } as const;
    expect((await searchDocuments(desk.database, nobodys, all, { pageRows: 5 })).rows).toEqual([]);
    const refused = await failure(searchDocuments(desk.database, nobodys, all, { pageRows: 5, tenant: tenants[shape] }));
    expect(refused).toMatchObject({ kind: 'refused', code: 'no-tenant-column' });
  });

  test.for([
    ['contains', '{"a": 1,}', 'json-syntax'],
    ['contains', "{'a': 1}", 'json-syntax'],
    ['contains', '{"a": 1, "a": 2}', 'json-duplicate-key'],
    ['key', 'a\u0000b', 'json-nul'],
    ['jsonpath', '$.a ==', 'bad-jsonpath'],
    ['jsonpath', '', 'bad-jsonpath'],
    ['jsonpath', "$.a'; drop table paper; --", 'bad-jsonpath'],
    ['jsonpath', '$.a like_regex "("', 'bad-jsonpath'],
    ['jsonpath', '$.a == $unknown', 'bad-jsonpath'],
    ['jsonpath', '@.a', 'bad-jsonpath'],
  ] as const)('%s %j is told as a mistake of usage', async ([kind, text, code]) => {
    expect(await failure(search({ kind, text }))).toMatchObject({ kind: 'usage', code });
  });

  test.for(hostileTexts)('%s in any condition is found, or refused as usage, and harms nothing', async ([, text]) => {
    const conditions: SearchCondition[] = [
      ...(['contains', 'key', 'jsonpath'] as const).map((kind) => ({ kind, text })),
      { kind: 'contains', text: JSON.stringify({ [text]: text }) },
      { kind: 'path-equals', path: `/${text}`, text: '1' },
      { kind: 'path-equals', path: '/a', text: JSON.stringify(text) },
      { kind: 'jsonpath', text: `$ ? (@ == ${JSON.stringify(text)})` },
    ];
    for (const condition of conditions) {
      const refused = await search(condition).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused === undefined || (refused instanceof AdminError && refused.kind === 'usage')).toBe(true);
    }
    expect((await search({ kind: 'all', text: '' })).numbers).toHaveLength(9);
  });

  test('a condition that takes too long is told with what would help, and one that is aborted rejects', async () => {
    await desk.admin.query(`create table if not exists big as
      select n as id, jsonb_build_object('n', n, 'text', repeat('x', 200)) as metadata from generate_series(1, 200000) as n;
      alter table big add primary key (id); analyze big`);
    const hurried = await open(desk.home.settings, { statementTimeoutMs: 20 });
    const big = findDocumentColumn(await desk.catalog(), 'big');
    const slow: SearchCondition = { kind: 'jsonpath', text: '$.text like_regex "y$" || $.n == 0' };
    const late = await failure(searchDocuments(hurried, big, slow, { pageRows: 5 }));
    expect(late).toMatchObject({ kind: 'database', code: 'statement-timeout' });
    expect(late.message).toMatch(/No index serves this search, and reading through big \(about 200,000 rows\)/);
    const stop = new AbortController();
    const stopped = searchDocuments(desk.database, big, slow, { pageRows: 5, signal: stop.signal });
    stop.abort(new Error('another search'));
    await expect(stopped).rejects.toThrow('another search');
    expect(await countDocuments(desk.database, big, { kind: 'all', text: '' }, {})).toEqual({
      rows: 10_000,
      capped: true,
      tenants: [],
    });
  });
});

describe('the index that serves', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk('demo');
    for (const operators of ['jsonb_ops', 'jsonb_path_ops']) {
      await desk.admin.query(`create table with_${operators} as
          select n as id, jsonb_build_object('n', n, 'tags', jsonb_build_array('t' || n), 'k' || n, n) as metadata from generate_series(1, 20000) as n;
        alter table with_${operators} add primary key (id);
        create index gin_${operators} on with_${operators} using gin (metadata ${operators});
        analyze with_${operators}`);
    }
  });

  test.for([
    [{ kind: 'contains', text: '{"n": 7}' }, true, true],
    [{ kind: 'contains', text: '{}' }, false, false],
    [{ kind: 'contains', text: '{"k7": {}}' }, true, false],
    [{ kind: 'key', text: 'k7' }, true, false],
    [{ kind: 'path-equals', path: '/n', text: '7' }, true, true],
    [{ kind: 'path-equals', path: '/tags/0', text: '"t7"' }, false, false],
    [{ kind: 'jsonpath', text: '$.n == 7' }, true, true],
    [{ kind: 'jsonpath', text: '$.tags[*] ? (@ == "t7")' }, true, true],
    [{ kind: 'jsonpath', text: '$.n > 19999' }, false, false],
    [{ kind: 'jsonpath', text: '$.n == 7 || $.n > 19999' }, false, false],
    [{ kind: 'jsonpath', text: '!($.n == 7)' }, false, false],
  ] as const)('for %j is named as the plan of the server shows it', async ([condition, byOps, byPathOps]) => {
    const catalog = await desk.database.catalog({ refresh: true });
    for (const [operators, isServed] of [
      ['jsonb_ops', byOps],
      ['jsonb_path_ops', byPathOps],
    ] as const) {
      const place = findDocumentColumn(catalog, `with_${operators}`);
      const { servedBy } = await searchDocuments(desk.database, place, condition, { pageRows: 5 });
      expect(servedBy).toBe(isServed ? `gin_${operators}` : undefined);
      const values = {
        ...checkCondition(condition, place).values,
        tenantIds: null,
        after: null,
        pageRows: 6,
        previewCharacters: 100,
        byIndex: true,
        backwards: false,
      };
      const { name, type } = place.key;
      const text = statementText(searchDocumentsQuery, { ...identifiersOf(place), tenant_column: name, tenant_type: type });
      const plan = await desk.admin.query(`explain ${text}`, parameterValues(searchDocumentsQuery, values));
      expect(JSON.stringify(plan.rows).includes(`gin_${operators}`)).toBe(isServed);
    }
  });

  test('is used for a rare match even where the planner knows nothing of the documents', async () => {
    await desk.admin.query(`create table unknown as
      select n as id, jsonb_build_object('n', n, 'pad', repeat(md5(n::text), 60)) || case n when 299999 then '{"rare": true}'::jsonb else '{}' end as metadata
        from generate_series(1, 300000) as n;
      alter table unknown add primary key (id); create index gin_unknown on unknown using gin (metadata jsonb_path_ops)`);
    const place = findDocumentColumn(await desk.database.catalog({ refresh: true }), 'unknown');
    const rare = await searchDocuments(desk.database, place, { kind: 'contains', text: '{"rare": true}' }, { pageRows: 5 });
    expect(rare).toMatchObject({ rows: [{ id: '299999' }], next: undefined, servedBy: 'gin_unknown' });
    expect(await countDocuments(desk.database, place, { kind: 'contains', text: '{"rare": true}' }, {})).toMatchObject({
      rows: 1,
    });
  });

  test('is the primary key for all records', async () => {
    const place = findDocumentColumn(await desk.database.catalog(), 'with_jsonb_ops');
    expect((await searchDocuments(desk.database, place, { kind: 'all', text: '' }, { pageRows: 1 })).servedBy).toBe(
      'with_jsonb_ops_pkey',
    );
  });
});

describe('a preview', () => {
  test.for([
    [null, ''],
    ['{"a": 1.10, "b": [1e400]}', '{"a": 1.10, "b": [1e400]}'],
    ['{"password": "hunter2", "n": 1}', '{"password": "••••", "n": 1}'],
    ['{"credentials": {"user": "u", "pin": 1234}}', '{"credentials": {"user": "••••", "pin": "••••"}}'],
  ] as const)('of %s is %s', ([text, preview]) => {
    expect(previewOf(text)).toBe(preview);
  });

  test('of a long document is cut at a value that is whole, and shows no half of a secret', () => {
    const long = `{"credentials": {"a": "s3cret", "b": "${'s3cret'.repeat(1000)}"}, "n": 1}`;
    expect(previewOf(long.slice(0, previewSourceCharacters))).toBe('{"credentials": {"a": "••••"}}…');
    const texts = `["${'long'.repeat(20)}", {"token": "abc", "x": [1, "${'y'.repeat(3000)}`;
    for (let length = previewSourceCharacters; length < previewSourceCharacters + 200; length += 7) {
      expect(previewOf(texts.padEnd(4000, 'z').slice(0, length))).not.toContain('abc');
    }
    expect(previewOf(`"${'s'.repeat(3000)}`.slice(0, previewSourceCharacters))).toBe('…');
  });
});

test('errors of the server that are no fault of the condition stay what they are', async () => {
  const desk = await openDesk('production');
  const place = findDocumentColumn(await desk.catalog(), 'contacts');
  const thrown = await searchDocuments(
    desk.database,
    place,
    { kind: 'jsonpath', text: '$.a' },
    { pageRows: 5, after: 'no uuid' },
  ).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(AdminError);
  expect(thrown).toMatchObject({ kind: 'database', sqlState: '22P02' });
});
