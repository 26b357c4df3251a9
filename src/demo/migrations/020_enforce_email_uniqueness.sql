-- ============================================
-- Migration: 020_enforce_email_uniqueness.sql
-- Description: One login e-mail across users and employees, whatever its case
-- Date: 2025-07-08
-- Author: 4V Data Consulting
-- ============================================

-- The first version looked for NEW.email without leaving out the row being written, so every
-- UPDATE of users or employees failed with "Email already exists". A row is itself when both
-- its table and its id are the same.
CREATE OR REPLACE FUNCTION check_email_uniqueness()
RETURNS TRIGGER AS $$
BEGIN
  -- Check in users table
  IF EXISTS (SELECT 1 FROM users
             WHERE LOWER(email) = LOWER(NEW.email)
               AND NOT (TG_TABLE_NAME = 'users' AND id = NEW.id)) THEN
    RAISE EXCEPTION 'Email already exists in users table'
      USING ERRCODE = 'unique_violation', DETAIL = format('Key (email)=(%s) is taken.', NEW.email);
  END IF;

  -- Check in employees table
  IF EXISTS (SELECT 1 FROM employees
             WHERE LOWER(email) = LOWER(NEW.email)
               AND NOT (TG_TABLE_NAME = 'employees' AND id = NEW.id)) THEN
    RAISE EXCEPTION 'Email already exists in employees table'
      USING ERRCODE = 'unique_violation', DETAIL = format('Key (email)=(%s) is taken.', NEW.email);
  END IF;

  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

-- The function compares LOWER(email); without these it reads both tables on every write.
CREATE INDEX IF NOT EXISTS idx_users_email_lower ON users(LOWER(email));
CREATE INDEX IF NOT EXISTS idx_employees_email_lower ON employees(LOWER(email));

CREATE OR REPLACE TRIGGER users_email_uniqueness_check
  BEFORE INSERT OR UPDATE ON users
  FOR EACH ROW
  EXECUTE FUNCTION check_email_uniqueness();

CREATE OR REPLACE TRIGGER employees_email_uniqueness_check
  BEFORE INSERT OR UPDATE ON employees
  FOR EACH ROW
  EXECUTE FUNCTION check_email_uniqueness();
