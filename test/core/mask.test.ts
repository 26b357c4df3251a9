import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactJson } from '#core/exact-json.ts';
import { isSecretName, looksSecret, maskDocument, maskSecret, maskText, maskUrl } from '#core/mask.ts';
import { bestOf } from '../support/best-of.ts';

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl';
const listed = (words: string): string[] => words.trim().split(/\s+/);
const glue = (...parts: readonly string[]): string => parts.join('');

// Put together here, so that scanners of repositories do not take the examples for real keys.
const secrets = [
  jwt,
  glue('sb_', 'secret_AbCdEf0123456789'),
  glue('sk_', 'live_51HxAbCdEfGhIj'),
  `sk-proj-${'Ab1'.repeat(12)}`,
  glue('gh', 'p_', 'a1B2'.repeat(9)),
  glue('xox', 'b-123456789012-abcdefGHIJ'),
  glue('AKIA', 'ABCD1234EFGH5678'),
  '$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234',
  '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaGhhc2g',
  'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy',
  `md5${'0123456789abcdef'.repeat(2)}`,
  glue('-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIEabc\n-----END RSA ', 'PRIVATE KEY-----'),
];

test.each(
  listed(`
    password PASSWORD passwd pwd user_password passwordHash userpassword password_hint secret clientSecret token access_token
    refreshToken tokens api_key apikey apiKey API-KEY X-Api-Key key_hash hash credential credentials credentials_json
    private_key privateKeyPem service_role SUPABASE_SERVICE_ROLE_KEY access_key accessKeyId salt otp otp_code totp_seed cookie Set-Cookie
    session session_id authorization bearer connection_string connectionString DATABASE_URL dsn smtp_pass webhook_secret password_reset_url jwt`),
)('%s is a secret name', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each(
  listed(`
    key_prefix keyboard key keys token_count max_tokens total_tokens max_output_tokens primary_key foreign_key hash_tags hashtags
    password_changed_at token_expires_at session_count session_duration stripe_customer_id supabase_auth_id id tenant_id email name slug secretary
    author compass passenger tokenizer saltwater access_level private service content_hash last_login connection_status public_url
    website_url  oauth_provider`),
)('%j is not', (name) => {
  expect(isSecretName(name)).toBe(false);
});

test('secrets are told by their form, also inside longer text', () => {
  for (const secret of [...secrets, 'postgres://app:hunter2@db.example/crm', 'Bearer abcdefghijk1']) {
    expect(looksSecret(secret)).toBe(true);
  }
  for (const secret of secrets) {
    expect(looksSecret(`note: ${secret} (old)`)).toBe(true);
    expect(maskText(`before ${secret} after`)).toBe('before •••• after');
  }
});

test.each([
  '',
  'Acme Corporation',
  'jane@acme.com',
  'sk-bratislava-office-main',
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  'https://acme.com/a:b',
  'eyJ',
  '$2 for $10',
  'Bearer securities',
  'sb_publishable_abcdefghijkl',
  '2025-01-15 10:11:12+00',
  'task_live_report_2025',
])('%j is no secret', (value) => {
  expect(looksSecret(value)).toBe(false);
  expect(maskText(value)).toBe(value);
});

test('a mask tells the length only of what is too long to guess', () => {
  expect(maskSecret('')).toBe('');
  expect(maskSecret('hunter2')).toBe('••••');
  expect(maskSecret('hunter2', { ascii: true })).toBe('****');
  expect(maskSecret('0123456789abcdef'.repeat(4))).toBe('•••• (64 characters)');
});

describe('passwords inside text', () => {
  test.each([
    ['postgres://app:hunter2@db.example:5432/crm', 'postgres://app:••••@db.example:5432/crm'],
    ['postgresql://app:p@ss:w/rd@db.example/crm?sslmode=require', 'postgresql://app:••••@db.example/crm?sslmode=require'],
    ['cannot connect to redis://:hunter2@cache:6379, retrying', 'cannot connect to redis://:••••@cache:6379, retrying'],
    ['two: a://u:hunter2@h b://u:hunter2@h', 'two: a://u:••••@h b://u:••••@h'],
    ['host=db user=app password=hunter2 dbname=crm', 'host=db user=app password=•••• dbname=crm'],
    [`host=db password='hun ter2' dbname=crm`, `host=db password='••••' dbname=crm`],
    ['postgres://db/crm?user=app&password=hunter2&sslmode=require', 'postgres://db/crm?user=app&password=••••&sslmode=require'],
    ['{"password": "hunter2", "name": "Acme"}', '{"password": "••••", "name": "Acme"}'],
    [String.raw`{"password":"hun\"ter2"}`, '{"password":"••••"}'],
    ['Authorization: Bearer hunter2hunter2', 'Authorization: Bearer ••••'],
    ['PGPASSWORD=hunter2 psql', 'PGPASSWORD=•••• psql'],
    ['error: password=hunter2', 'error: password=••••'],
    [String.raw`"{\"token\":\"hunter2\",\"name\":\"Acme\"}"`, String.raw`"{\"token\":\"••••\",\"name\":\"Acme\"}"`],
  ])('%s', (text, masked) => {
    expect(maskUrl(text)).toBe(masked);
    expect(maskUrl(text, { ascii: true })).toBe(masked.replaceAll('••••', '****'));
  });

  test.each(['postgres://db.example/crm', 'https://acme.com:8080/path', 'meet at 10:30 with jane@acme.com', 'name: Acme', 'a=b'])(
    '%s stays',
    (text) => {
      expect(maskUrl(text)).toBe(text);
    },
  );
});

describe('documents', () => {
  test('by name, by value, deep, and nothing else', () => {
    const document = {
      name: 'Acme',
      employees: 42,
      key_prefix: 'ak_12',
      api_key: 'ak_1234567890abcdef1234',
      password: 'hunter2',
      otp: 123456,
      secret: null,
      token: '',
      credentials: { user: 'app', nested: [{ host: 'db', port: 5432, enabled: true, none: null }] },
      note: `use ${jwt} for now`,
      list: ['plain', 'postgres://a:b@c/d'],
    };
    expect(maskDocument(document)).toEqual({
      name: 'Acme',
      employees: 42,
      key_prefix: 'ak_12',
      api_key: '•••• (23 characters)',
      password: '••••',
      otp: '••••',
      secret: null,
      token: '',
      credentials: { user: '••••', nested: [{ host: '••••', port: '••••', enabled: '••••', none: null }] },
      note: 'use •••• for now',
      list: ['plain', 'postgres://a:••••@c/d'],
    });
    expect(document.password).toBe('hunter2');
  });

  test('exact numbers stay exact, and are masked below a secret name', () => {
    const document = parseExactJson('{"price":1.10,"big":12345678901234567890,"pin":{"otp":1.10}}');
    expect(JSON.stringify(maskDocument(document))).toBe('{"price":1.10,"big":12345678901234567890,"pin":{"otp":"••••"}}');
  });

  test('JSON kept as text is masked as a document, and left as written when nothing is secret', () => {
    expect(maskDocument('{"credentials": {"user": "app"}, "price": 1.10}')).toBe('{"credentials":{"user":"••••"},"price":1.10}');
    expect(maskDocument({ note: '{"price": 1.10}' })).toEqual({ note: '{"price": 1.10}' });
  });

  test('keys that look like secrets are masked, and __proto__ is an ordinary key', () => {
    const document: unknown = JSON.parse(`{"__proto__":{"password":"hunter2"},"${jwt}":1}`);
    expect(JSON.stringify(maskDocument(document))).toBe('{"__proto__":{"password":"••••"},"••••":1}');
  });

  test('scalars and absurd depth', () => {
    expect(maskDocument(null)).toBeNull();
    expect(maskDocument(7)).toBe(7);
    expect(maskDocument(jwt)).toMatch(/^•/);
    const deep: unknown = JSON.parse(`${'['.repeat(2_000)}"hunter2"${']'.repeat(2_000)}`);
    expect(JSON.stringify(maskDocument(deep))).not.toContain('hunter2');
  });

  test('no secret is left, wherever it stands', () => {
    const planted = 'correct-horse-battery-staple';
    const secretKey = fc.constantFrom(
      'password',
      'apiKey',
      'key_hash',
      'credentials',
      'X-Api-Key',
      'refresh_token',
      'DATABASE_URL',
    );
    const secretValue = fc.oneof(
      fc.constantFrom(...secrets),
      fc.constantFrom(`postgres://u:${planted}@h/d`, `{"password":"${planted}"}`, `password=${planted} host=h`),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        secretValue,
        fc.tuple(fc.string(), secretValue, fc.string()).map(([before, secret, after]) => `${before} ${secret} ${after}`),
        fc
          .tuple(secretKey, fc.constantFrom<unknown>(planted, [planted], { a: { b: planted } }))
          .map(([key, value]) => ({ [key]: value })),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (document) => {
        const masked = JSON.stringify(maskDocument(document));
        for (const secret of [...secrets, planted]) expect(masked).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
      { numRuns: 1_000 },
    );
  });
});

test.for(['a://b:', 'eyJ-', 'eyJa.', 'sk-', 'password=', '"', '\\"', 'a:"', '-----BEGIN PRIVATE KEY-----', 'a-', '$2b$10$', '@'])(
  'masking text that repeats %j takes time in proportion to its length, not to its square',
  (unit) => {
    const times = 16;
    const bestMs = (length: number): number => {
      const text = unit.repeat(Math.ceil(length / unit.length));
      return bestOf(5, () => void maskText(text));
    };
    bestMs(60_000);
    // In proportion it would be 16 times as long, with the square 256 times.
    expect(bestMs(60_000 * times) / bestMs(60_000)).toBeLessThan(times * 8);
  },
);
