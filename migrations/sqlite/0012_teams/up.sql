-- Lists that name a few among many: admins, bots, the disabled, and namespaces that are nobody's.
CREATE INDEX accounts_admins ON accounts (name_key) WHERE admin;
CREATE INDEX accounts_bots ON accounts (name_key) WHERE kind = 'bot';
CREATE INDEX accounts_disabled ON accounts (name_key) WHERE NOT enabled;
CREATE INDEX namespaces_orphans ON namespaces (registry_id, name) WHERE kind = 'orphan';
