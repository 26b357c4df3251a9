-- How full a btree index really is: reads all of it, so only on demand.
-- :"schema" is where pgstattuple is installed.
-- $1 index_oid text: the index.
-- Reads.
select
  p.index_size::text as index_bytes,
  p.internal_pages::text as internal_pages,
  p.leaf_pages::text as leaf_pages,
  p.avg_leaf_density::text as leaf_density_percent,
  pg_catalog.current_setting('block_size')::int as block_bytes
from :"schema".pgstatindex($1::text::oid::regclass) as p;
