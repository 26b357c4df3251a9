import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskMessage, maskSql, maskSqlPieces } from '#core/mask-sql.ts';
import { isSecretName, mayHoldSecret } from '#core/secrets.ts';

describe('a secret is told by where it stands', () => {
  test.each([
    "create role app login password 'hunter2'",
    "alter user app with encrypted password E'hunter2'",
    'alter role app PASSWORD $$hunter2$$',
    "create user mapping for app server crm options (user 'app', password 'hunter2')",
    "create subscription s connection 'host=db.example user=app password=hunter2 dbname=crm' publication p",
    "create subscription s connection 'postgresql://app:hunter2@db.example/crm' publication p",
    "select dblink_connect('crm', 'host=db.example password=''hunter2 hunter2''')",
    "select set_config('app.jwt_secret', 'hunter2', false)",
    "set app.api_key = 'hunter2'",
    "alter database crm set app.settings.jwt_secret to 'hunter2'",
    "select vault.create_secret('hunter2', 'name of it')",
    "update users set password_hash = crypt('hunter2', gen_salt('bf')), name = 'Olga'",
    "select pgp_sym_encrypt(notes, 'hunter2') from contacts",
    "insert into users (email, password_hash, age) values ('a@example.com', 'hunter2', 4), ('b@example.com', lower('hunter2'), 5)",
    'insert into public.api_keys ("name", "keyHash", otp) values (\'first\', \'hunter2\', 222)'.replace('222', '0'),
    "select 'hunter2'::text as password, 1",
    "create table t (id int, api_token text not null default 'hunter2')",
    "alter table t alter column api_token set default 'hunter2'",
    "select jsonb_build_object('name', 'x', 'password', 'hunter2')",
    `update t set metadata = '{"password": "hunter2", "name": "x"}'`,
    "do $$ begin execute 'alter role app password ''hunter2'''; end $$",
    "do $body$ begin perform set_config('app.secret_key', 'hunter2', true); end $body$",
    "-- alter role app password 'hunter2'\nselect 1",
    '/* password: hunter2 */ select 1',
    "select 'a' where token = 'hunter2' || 'hunter2'",
    "alter role app password 'hunter2",
    "select 1 where token in ('hunter2', 'a') or (token) not in ('hunter2')",
    "select (metadata ->> 'api_key') = 'hunter2'",
    // As the server writes it.
    "Filter: ((token)::text = 'hunter2'::text)",
    "Filter: (((token)::character varying(20))::text = 'hunter2'::text)",
    "Filter: ((api_key)::text = ANY ('{hunter2,a}'::text[]))",
    "Filter: ((metadata ->> 'api_key'::text) = 'hunter2'::text)",
    "Filter: (set_config('app.secret'::text, 'hunter2'::text, false) = email)",
  ])('%s', (sql) => {
    expect(sql).toContain('hunter2');
    expect(maskSql(sql)).not.toContain('hunter2');
    expect(maskSql(sql)).toContain('••••');
    expect(maskSql(sql, { ascii: true })).toContain('****');
  });

  test('and nothing else goes', () => {
    expect(maskSql("update users set password_hash = crypt('hunter2', gen_salt('bf')), name = 'Olga' where id = 5;")).toBe(
      "update users set password_hash = crypt('••••', gen_salt('bf')), name = 'Olga' where id = 5;",
    );
    expect(
      maskSql("insert into users (email, password, age) values ('a', 'hunter2', 4), ('b', null, 5) on conflict do nothing"),
    ).toBe("insert into users (email, password, age) values ('a', '••••', 4), ('b', null, 5) on conflict do nothing");
    expect(maskSql("alter role app password 'hunter2' valid until '2030-01-01'")).toBe(
      "alter role app password '••••' valid until '2030-01-01'",
    );
    expect(
      maskSql("select 'hunter2'::text as token, (status)::text = 'a' from t where (token) = 'hunter2' and (a, b) = ('c', 'd')"),
    ).toBe("select '••••'::text as token, (status)::text = 'a' from t where (token) = '••••' and (a, b) = ('c', 'd')");
  });
});

test.each([
  "create table api_tokens (id uuid, status text default 'active' check (status in ('active', 'gone')))",
  'comment on column users.password is null',
  "create index idx_tokens on tokens (lower(token)) where kind = 'x'",
  "select column_name from information_schema.columns where column_name in ('password', 'email')",
  "select current_setting('app.jwt_secret', true)",
  "insert into notes (title, body) values ('it''s', E'a\\'b'), (U&'d\\0061t', $q$x$q$)",
  "alter table contacts add constraint c check (email ~ '^[^@]+@[^@]+$')",
  "do $$ begin if not exists (select from pg_roles where rolname = 'app') then raise notice 'it''s % there', 'not'; end if; end $$",
  'select "a""b", 1.5e3, $1, a <> b; -- it\'s a comment',
])('%j holds none', (sql) => {
  expect(maskSql(sql)).toBe(sql);
});

test('what a server says may quote SQL', () => {
  expect(maskMessage(`SQL statement "alter role app password 'hunter2'"\nPL/pgSQL function f() line 3 at EXECUTE`)).toBe(
    `SQL statement "alter role app password '••••'"\nPL/pgSQL function f() line 3 at EXECUTE`,
  );
  expect(maskMessage("can't connect: password=hunter2 isn't right")).toBe("can't connect: password=•••• isn't right");
  expect(maskMessage('column "password" does not exist')).toBe('column "password" does not exist');
});

test('every line stays a line, and nothing is thrown, whatever the text', () => {
  // A value that ends in the next line, within a constant that never ends.
  expect(maskSql("'password=$a$\n")).toBe("'password=''••••\n''");
  const parts = fc.constantFrom(
    "'",
    '"',
    '$$',
    '$a$',
    '(',
    ')',
    ',',
    'password',
    ' ',
    '\n',
    'insert into t (token) values ',
    ';',
    '--',
    '/*',
    '*/',
    'x',
    '=',
    "E'",
    '\\',
    '👩',
  );
  fc.assert(
    fc.property(
      fc.array(parts, { maxLength: 40 }).map((words) => words.join('')),
      (sql) => {
        expect(maskSql(sql).split('\n')).toHaveLength(sql.split('\n').length);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each(
  `password pwd secret credential creds refreshToken jwt bearer authorization cookie sessionId otp salt key_hash dsn apiKey mnemonic cvv cvc
   recovery_code connection_string db_url redis_uri service_role smtp_pass magic_link seed_phrase conn_str`.split(/\s+/),
)('%s is not passed over by the quick look at letters', (name) => {
  expect([isSecretName(name), mayHoldSecret(name)]).toEqual([true, true]);
});

test('in pieces it is the same', () => {
  const rows = Array.from({ length: 300 }, (_, n) => `('a${n}@example.com', 'hunter2', ${n})`);
  const sql = `insert into users (email, password, age) values\n${rows.join(',\n')};\nselect 'x'::text as password,\n 'it''s';`;
  const pieces = [...maskSqlPieces(sql)];
  expect(pieces.length).toBeGreaterThan(3);
  expect([pieces.join(''), pieces.join('').includes('hunter2')]).toEqual([maskSql(sql), false]);
  expect([...maskSqlPieces('select 1;')]).toEqual(['select 1;']);
});
