import { beforeAll, describe, expect, test } from 'vitest';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import { resolveTenant } from '#features/tenants/resolve.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { counting, hostileTexts } from './reading.ts';

const acme = { id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', name: 'Acme Corporation', slug: 'acme-corp' };
const productionAcme = { id: 'a0000000-0000-4000-8000-000000000001', name: 'Acme Corporation', slug: 'acme-corp' };

let manual: Database;
let production: Database;
beforeAll(async () => {
  const homes = await Promise.all([createDatabase('demo'), createDatabase('production')]);
  const client = await connectTo(homes[0].settings);
  // A slug that is another tenant's name, a slug that looks like the beginning of an id, twelve of a name.
  await client.query(`insert into tenant (id, name, slug) values
    ('11111111-0000-4000-8000-000000000001', 'Zebra', 'quagga'), ('11111111-0000-4000-8000-000000000002', 'Quagga', 'zebra'),
    ('22222222-0000-4000-8000-000000000001', 'Prefix', '1111'), ('33333333-0000-4000-8000-000000000001', 'Mixed', 'Mixed-Case')`);
  await client.query(`insert into tenant (name) select 'Twelve' from generate_series(1, 12)`);
  await client.end();
  [manual, production] = (await Promise.all(homes.map((home) => open(home.settings)))) as [Database, Database];
});

describe('a tenant is meant by', () => {
  test.for([
    ['its UUID', acme.id, undefined],
    ['its UUID in capitals', acme.id.toUpperCase(), undefined],
    ['its UUID without hyphens, in braces', `{${acme.id.replaceAll('-', '')}}`, undefined],
    ['its slug', 'acme-corp', undefined],
    ['its slug in capitals', ' ACME-CORP ', `ACME-CORP is the slug acme-corp of the tenant ${acme.id}`],
    ['its name', 'acme corporation', `acme corporation is the name of the tenant ${acme.id}`],
    ['how its UUID starts', 'f47a', `f47a is how the UUID ${acme.id} starts (Acme Corporation)`],
    ['a part of its name', 'me corp', `me corp is found in Acme Corporation only; its UUID is ${acme.id}`],
  ] as const)('%s', async ([, text, notice]) => {
    const reader = counting(manual);
    expect(await resolveTenant(reader, text)).toEqual({ tenant: acme, notice });
    expect(reader.trips).toEqual([['tenants/resolve-tenant']]);
  });

  test.for([
    ['acme-corp', productionAcme, undefined],
    [productionAcme.id, productionAcme, undefined],
    [
      'a0000000-0000-4000-8000-000000000005',
      { id: 'a0000000-0000-4000-8000-000000000005', name: '東京商事', slug: 'a0000000-0000-4000-8000-000000000005' },
      undefined,
    ],
    [
      'müller & söhne',
      { id: 'a0000000-0000-4000-8000-000000000004', name: 'Müller & Söhne', slug: 'mueller' },
      expect.any(String),
    ],
  ] as const)('%s in production', async ([text, tenant, notice]) => {
    expect(await resolveTenant(production, text)).toEqual({ tenant, notice });
  });

  test('a slug before a name, and a slug before the beginning of an id', async () => {
    expect((await resolveTenant(manual, 'quagga')).tenant.name).toBe('Zebra');
    expect((await resolveTenant(manual, '1111')).tenant.name).toBe('Prefix');
    expect((await resolveTenant(manual, 'mixed-case')).notice).toMatch(/^mixed-case is the slug Mixed-Case of the tenant/);
  });
});

describe('refused', () => {
  test('an ambiguous name, with the candidates to choose from', async () => {
    await expect(resolveTenant(production, 'Northwind Health')).rejects.toMatchObject({
      kind: 'refused',
      code: 'ambiguous-tenant',
      message: '"Northwind Health" may mean 2 tenants.',
      whatToDo: expect.stringContaining('UUID'),
      detail:
        '  a0000000-0000-4000-8000-000000000002  local-tenant-001  Northwind Health\n' +
        '  a0000000-0000-4000-8000-000000000003  northwind-health-2  Northwind Health',
    });
  });

  test('more candidates than fit, saying that there are more', async () => {
    const error = await resolveTenant(manual, 'twelve').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'refused', message: '"twelve" may mean more than 8 tenants.' });
    expect(error instanceof AdminError && error.detail?.split('\n')).toHaveLength(8);
    expect(error instanceof AdminError && error.detail).toContain('(no slug)');
  });

  test('an ambiguous part or beginning', async () => {
    await expect(resolveTenant(manual, 'acme')).rejects.toMatchObject({
      code: 'ambiguous-tenant',
      message: '"acme" may mean 3 tenants.',
    });
    await expect(resolveTenant(manual, '11111111')).rejects.toMatchObject({
      code: 'ambiguous-tenant',
      message: '"11111111" may mean 2 tenants.',
    });
  });

  test.for(['no such tenant', '', '   ', '00000000-0000-4000-8000-000000000000', 'acme_corp', '%', '\\'])(
    '%j as not found',
    async (text) => {
      await expect(resolveTenant(manual, text)).rejects.toMatchObject({
        kind: 'not-found',
        code: 'no-such-tenant',
        whatToDo: expect.stringContaining('find'),
      });
    },
  );

  test.for(hostileTexts)('%s in words or not at all', async ([, text]) => {
    const outcome = await resolveTenant(manual, text).catch((error: unknown) => error);
    expect(outcome instanceof AdminError || (typeof outcome === 'object' && outcome !== null && 'tenant' in outcome)).toBe(true);
  });
});
