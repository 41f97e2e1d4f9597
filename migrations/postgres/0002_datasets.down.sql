DROP TABLE claims;
DROP TABLE refs;
DROP TABLE commits;
DROP TABLE datasets;
