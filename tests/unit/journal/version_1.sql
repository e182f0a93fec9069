-- A journal of layout 1, as its program wrote it.
PRAGMA application_id = 1464355404;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE attempts (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL, run NOT NULL, delivery NOT NULL, event NOT NULL, event_name, provider, type, url, number, status,
  result, sent_wall, size NOT NULL
);
INSERT INTO "attempts" VALUES(1,'att_1_1_1','run_1','dlv_1_1','evt_1_1','created','entuitive','user.created','http://127.0.0.1:3000/hook',1,200,'accepted',1767603600000001,573);
INSERT INTO "attempts" VALUES(2,'att_2_1_1','run_2','dlv_2_1','evt_2_1','created','entuitive','user.created','http://127.0.0.1:3000/hook',1,200,'accepted',1767603600000001,546);
CREATE TABLE contents (
  no INTEGER PRIMARY KEY,      -- that of the attempt
  explanation, due_at, offset_us, planned_wall, lateness_us, duration_us, next_due_at, idx, final, signature,
  request_headers, response_headers, rare, request_body, response_body
);
INSERT INTO "contents" VALUES(1,'attempt 1',1767603600000000,0,1767603600000000,800,3100,-9223372036854775808,0,1,'
X-Entuitive-Signature
abababababababababababababababababababababababababababababababab
body','
Content-Type
application/json','
Server
test','','{"event_type":"user.created"}','ok');
INSERT INTO "contents" VALUES(2,'attempt 1',1767603600000000,0,1767603600000000,800,3100,-9223372036854775808,0,1,'
X-Entuitive-Signature
abababababababababababababababababababababababababababababababab
body','
Content-Type
application/json','
Server
test','',X'FF00','ok');
CREATE TABLE deliveries (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE, run NOT NULL, event, event_name, idx, provider, type, url, state, attempts, next_due_at, notes
);
INSERT INTO "deliveries" VALUES(1,'dlv_1_1','run_1','evt_1_1','created',0,'entuitive','user.created','http://127.0.0.1:3000/hook','exhausted',1,-9223372036854775808,'[null, "given up"]');
INSERT INTO "deliveries" VALUES(2,'dlv_2_1','run_2','evt_2_1','created',0,'entuitive','user.created','http://127.0.0.1:3000/hook','pending',0,1767603600000000,'');
CREATE TABLE labels (
  key NOT NULL, value NOT NULL, run NOT NULL,  -- the number of the run
  PRIMARY KEY (key, value, run)
) WITHOUT ROWID;
INSERT INTO "labels" VALUES('team','a',1);
CREATE TABLE notifications (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE, run NOT NULL, record NOT NULL
);
INSERT INTO "notifications" VALUES(1,'ntf_1_1','run_1','{"id":"ntf_1_1","run":"run_1","delivery":"dlv_1_1","to":"manager@example.test","subject":"Webhook failed","text":"It failed.\nFor good.","at":1767603600000000,"sent":false,"error":null}');
CREATE TABLE runs (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id NOT NULL UNIQUE,
  record,                      -- JSON; NULL until the run itself has been put
  settled NOT NULL DEFAULT 0,  -- 1: nothing more comes, the run may go as a whole
  gone NOT NULL DEFAULT 0,     -- 1: evicted, 2: being removed
  purge NOT NULL DEFAULT 0,    -- 1: gone, and some of its rows are still here
  lost NOT NULL DEFAULT 0      -- attempts evicted while it ran
);
INSERT INTO "runs" VALUES(1,'run_1','{"id":"run_1","scenario":"entuitive/accepted","state":"settled","open":false,"verdict":"passed","failures":[],"speed":"instant","seed":7,"start":1767603600000000,"now":1767603600000000,"clock_state":"ready","counts":{"events":1,"deliveries":1,"attempts":1,"delivered":1,"exhausted":0,"lost":0},"started_wall":1767603600000000,"settled_wall":1767603600000005,"labels":{"team":"a"},"error":null}',1,0,0,0);
INSERT INTO "runs" VALUES(2,'run_2','{"id":"run_2","scenario":"entuitive/accepted","state":"running","open":false,"verdict":null,"failures":[],"speed":"instant","seed":7,"start":1767603600000000,"now":1767603600000000,"clock_state":"advancing","counts":{"events":0,"deliveries":0,"attempts":0,"delivered":0,"exhausted":0,"lost":0},"started_wall":1767603600000000,"settled_wall":null,"labels":{},"error":null}',0,0,0,0);
CREATE INDEX runs_settled ON runs (no) WHERE settled = 1 AND gone = 0;
CREATE INDEX runs_purge ON runs (no) WHERE purge = 1;
CREATE INDEX labels_run ON labels (run);
CREATE INDEX deliveries_run ON deliveries (run);
CREATE INDEX attempts_id ON attempts (id);
CREATE INDEX attempts_run ON attempts (run);
CREATE INDEX attempts_delivery ON attempts (delivery);
CREATE INDEX attempts_event ON attempts (event);
CREATE INDEX notifications_run ON notifications (run);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',4);
INSERT INTO "sqlite_sequence" VALUES('deliveries',2);
INSERT INTO "sqlite_sequence" VALUES('notifications',1);
INSERT INTO "sqlite_sequence" VALUES('attempts',2);
COMMIT;
