/** A value that is made when it is asked for first, and kept. What `make` throws is thrown each time, since nothing is kept then. */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
