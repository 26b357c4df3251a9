import { expect, test } from 'vitest';
import { findAnywhere, type FindResult } from '#features/find/find.ts';
import { kindsOf, meantBy } from '#features/find/plan.ts';
import { open } from '../database/opening.ts';
import { createDatabase } from '../support/cluster.ts';

const acme = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';

test.for([
  [' "acme-corp" ', 'acme-corp', ['slug', 'name']],
  ['"Cooper, Jane" <Jane@acme.example>,', 'Jane@acme.example', ['email']],
  ["'jane@acme.example'", 'jane@acme.example', ['email']],
  ['mailto:jane@acme.example.', 'jane@acme.example', ['email']],
  [`https://app.example/contacts/${acme}?tab=notes`, acme, ['uuid']],
  [` id | ${acme} |`, acme, ['uuid']],
  ["O'Neill", "O'Neill", ['name']],
  ['from jane@acme.example to zoe@rare.example', 'from jane@acme.example to zoe@rare.example', ['name']],
] as const)('%j means %s', ([text, meant, kinds]) => {
  expect(meantBy(text)).toBe(meant);
  expect(kindsOf(text)).toEqual(kinds);
});

test('what a mail or an address of the web has around it changes nothing of what is found', async () => {
  const { settings } = await createDatabase('demo');
  const database = await open(settings);
  const catalog = await database.catalog();
  const find = (text: string): Promise<FindResult> => findAnywhere(database, catalog, text);
  const jane = await find('jane@acme.example');
  expect(jane.matches).toMatchObject([{ kind: 'email', table: 'employees', label: 'Jane Cooper' }]);
  expect(await find('Jane Cooper <jane@acme.example>')).toEqual(jane);
  const tenant = await find(acme);
  expect(tenant.matches).toContainEqual(expect.objectContaining({ kind: 'uuid', table: 'tenant' }));
  expect(await find(`https://app.example/tenants/${acme}/edit`)).toEqual(tenant);
});
