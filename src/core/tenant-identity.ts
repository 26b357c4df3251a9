/** A tenant as every other part of the console needs to know it. */
export interface TenantIdentity {
  /** UUID, canonical. */
  readonly id: string;
  readonly name: string;
  /** Legacy, for URLs only (manual 3.3); rows in production may still carry it as their tenant_id. */
  readonly slug: string | null;
}
