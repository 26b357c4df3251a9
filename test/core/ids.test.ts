import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  likePattern,
  looksLikeDomain,
  looksLikeEmail,
  looksLikePhone,
  looksLikeSlug,
  parseUuid,
  phoneDigits,
  uuidPrefixRange,
} from '#core/ids.ts';

const uuid = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
const anyUuid = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((number) =>
  number
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
);

/** The beginning of a canonical UUID up to its nth hex digit, with the hyphens on the way. */
const canonicalPrefix = (canonical: string, digits: number): string =>
  canonical.slice(0, digits + [8, 12, 16, 20].filter((place) => place < digits).length);

test.each([
  uuid,
  uuid.toUpperCase(),
  `{${uuid}}`,
  `urn:uuid:${uuid}`,
  `URN:UUID:${uuid.toUpperCase()}`,
  uuid.replaceAll('-', ''),
  `  ${uuid}\n`,
])('%j is a UUID', (text) => {
  expect(parseUuid(text)).toBe(uuid);
});

test.each(['', 'acme', uuid.slice(1), `${uuid}0`, `{${uuid}`, uuid.replace('-', ''), uuid.replace('f', 'g'), `${uuid} ${uuid}`])(
  '%j is not',
  (text) => {
    expect(parseUuid(text)).toBeUndefined();
  },
);

describe('UUID prefixes', () => {
  test('the range holds every UUID with the prefix and no other', () => {
    fc.assert(
      fc.property(anyUuid, anyUuid, fc.integer({ min: 4, max: 32 }), fc.boolean(), (one, other, digits, bare) => {
        const compact = one.replaceAll('-', '');
        const prefix = bare ? compact.slice(0, digits) : canonicalPrefix(one, digits);
        const range = uuidPrefixRange(prefix.toUpperCase());
        expect(range).toBeDefined();
        const { from, to } = range ?? { from: '', to: '' };
        expect(from <= one && one <= to).toBe(true);
        expect(from <= other && other <= to).toBe(other.replaceAll('-', '').startsWith(compact.slice(0, digits)));
        expect([parseUuid(from), parseUuid(to)]).toEqual([from, to]);
      }),
    );
  });

  test.each([
    ['f47a', 'f47a0000-0000-0000-0000-000000000000', 'f47affff-ffff-ffff-ffff-ffffffffffff'],
    ['F47AC10B-', 'f47ac10b-0000-0000-0000-000000000000', 'f47ac10b-ffff-ffff-ffff-ffffffffffff'],
    [' f47ac10b58cc… ', 'f47ac10b-58cc-0000-0000-000000000000', 'f47ac10b-58cc-ffff-ffff-ffffffffffff'],
    ['f47ac10b...', 'f47ac10b-0000-0000-0000-000000000000', 'f47ac10b-ffff-ffff-ffff-ffffffffffff'],
    [uuid, uuid, uuid],
  ])('%j', (text, from, to) => {
    expect(uuidPrefixRange(text)).toEqual({ from, to });
  });

  test.each(['f47', 'f-47a', 'f47a-', 'f47ac10b--58cc', '-f47a', 'acme', `${uuid}0`, `${uuid}-`, '', 'f47a%'])(
    '%j is none',
    (text) => {
      expect(uuidPrefixRange(text)).toBeUndefined();
    },
  );
});

test.each([
  ['jane@acme.com', true],
  [' Jane.O\u2019Neil+x@mail.acme.co.uk ', true],
  ['jane@acme', false],
  ['jane@@acme.com', false],
  ['@acme.com', false],
  ['jane doe@acme.com', false],
  ['Jane <jane@acme.com>', false],
  ['jane@-acme.com', false],
])('%j an e-mail: %s', (text, expected) => {
  expect(looksLikeEmail(text)).toBe(expected);
});

test.each([
  ['acme-corp', true],
  ['acme_corp2', true],
  ['Acme', false],
  ['-acme', false],
  ['acme--corp', false],
  ['acme.com', false],
  ['a'.repeat(101), false],
])('%j a slug: %s', (text, expected) => {
  expect(looksLikeSlug(text)).toBe(expected);
});

test.each([
  ['acme.com', true],
  ['crm.acme.co.uk', true],
  ['münchen.de', true],
  ['xn--mnchen-3ya.de', true],
  ['acme', false],
  ['10.0.0.1', false],
  ['https://acme.com', false],
  ['acme..com', false],
  ['acme.c', false],
])('%j a domain: %s', (text, expected) => {
  expect(looksLikeDomain(text)).toBe(expected);
});

test.each([
  ['+49 (0)89 / 123-456', true],
  ['555.123.4567', true],
  ['2025-01-15', false],
  ['12345', false],
  ['1234567890123456', false],
  ['12 Main St 34567', false],
])('%j a phone number: %s', (text, expected) => {
  expect(looksLikePhone(text)).toBe(expected);
});

test('a phone number is compared by its digits', () => {
  expect(phoneDigits('+49 (0)89 / 123-456')).toBe('49089123456');
});

test('a like pattern matches the text itself', () => {
  expect(likePattern(String.raw`50%_\x`)).toBe(String.raw`50\%\_\\x`);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('%', '_', '\\', 'a') }), (text) => {
      expect(likePattern(text).replace(/\\(.)/g, '$1')).toBe(text);
      expect(likePattern(text).replace(/\\./g, '')).not.toMatch(/[%_\\]/);
    }),
  );
});

test('judging a huge paste is quick', () => {
  const started = performance.now();
  for (const judge of [looksLikeEmail, looksLikeDomain, looksLikeSlug, looksLikePhone, parseUuid, uuidPrefixRange]) {
    for (const unit of ['a', '-', 'a.', '1', '@', '{', 'a-']) judge(unit.repeat(500_000));
  }
  expect(performance.now() - started).toBeLessThan(3_000);
});
