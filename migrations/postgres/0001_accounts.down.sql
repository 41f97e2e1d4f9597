DROP TABLE setup_links;
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE memberships;
DROP TABLE namespaces;
DROP TABLE users;
