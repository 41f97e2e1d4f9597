-- Instances no longer count below their classes: what was counted with them is built again when it is asked for.
DELETE FROM index_datasets;
DELETE FROM wordnet_closure;
DELETE FROM wordnet_synsets;
