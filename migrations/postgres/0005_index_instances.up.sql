-- Instances count below their classes from now on: what was counted without them is built again when it is asked for.
DELETE FROM index_datasets;
DELETE FROM wordnet_closure;
DELETE FROM wordnet_synsets;
