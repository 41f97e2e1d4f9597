DROP TABLE wordnet_closure;
DROP TABLE wordnet_synsets;
DROP TABLE index_columns;
DROP TABLE index_revisions;
DROP TABLE index_parts;
DROP TABLE index_segments;
DROP TABLE index_extents;
DROP TABLE index_datasets;
