/** JSON's number grammar (RFC 8259, section 6), without anchors; group 1 is the exponent. */
export const numberGrammar = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?([eE][+-]?\d+)?`;

const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

// PostgreSQL's numeric: 131072 digits before the point, 16383 after it (manual, 8.1.2; beyond it 22003 "value overflows numeric format").
const mostWholeDigits = 131_072;
const mostScale = 16_383;

/** A decimal as PostgreSQL's numeric keeps it: sign, value = digits × 10^unit, and the digits it shows after the point. */
interface Decimal {
  readonly sign: string;
  /** Without zeros at either end; empty for zero. */
  readonly digits: string;
  readonly unit: number;
  readonly scale: number;
}

function decimalOf(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? [];
  const scale = Math.max(0, fraction.length - Number(exponent));
  const significant = (whole + fraction).replace(/^0+/, '');
  // A loop: /0+$/ takes quadratic time on the long runs of zeros that 1e400 is stored as.
  let length = significant.length;
  while (significant.charAt(length - 1) === '0') length -= 1;
  if (length === 0) return { sign: '', digits: '', unit: 0, scale };
  const unit = Number(exponent) - fraction.length + (significant.length - length);
  return { sign, digits: significant.slice(0, length), unit, scale };
}

/** Whether two JSON numbers have the same value: `1.10`, `1.1` and `11e-1` do, and so do `0` and `-0`. */
export function sameNumber(left: string, right: string): boolean {
  if (left === right) return true;
  const one = decimalOf(left);
  const other = decimalOf(right);
  return one.sign === other.sign && one.digits === other.digits && one.unit === other.unit;
}

/** Whether jsonb's text shows two JSON numbers alike: same value and same digits after the point. `1e2` is shown as `100`, `-0` as `0`. */
export function sameDigits(left: string, right: string): boolean {
  return left === right || (sameNumber(left, right) && decimalOf(left).scale === decimalOf(right).scale);
}

/** Whether PostgreSQL's numeric, and with it jsonb, can hold a JSON number. */
export function fitsNumeric(text: string): boolean {
  const { digits, unit, scale } = decimalOf(text);
  return scale <= mostScale && digits.length + unit <= mostWholeDigits;
}
