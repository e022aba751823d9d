-- A database as the first released schema made it, from the pages in fixtures/.
PRAGMA application_id = 1213355604;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'harvester','m001_harvest','2026-11-24 14:23:07.331378+00:00');
CREATE TABLE "collections" (
   "id" INTEGER PRIMARY KEY,
   "name" TEXT NOT NULL,
   "url" TEXT NOT NULL,
   "stated_total" INTEGER
) STRICT;
INSERT INTO "collections" VALUES(1,'japan-boundaries-soviet-union','https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=Japan--Boundaries--Soviet%20Union',15);
CREATE TABLE "documents" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "url" TEXT NOT NULL,
   "title" TEXT NOT NULL,
   "summary" TEXT,
   "date_text" TEXT,
   "date_edtf" TEXT,
   "date_earliest" TEXT,
   "date_latest" TEXT,
   "first_seen" TEXT NOT NULL,
   "last_changed" TEXT NOT NULL,
   "page" INTEGER NOT NULL REFERENCES "pages"("id")
) STRICT;
INSERT INTO "documents" VALUES('chancellors-helmut-kohls-meeting-british-prime-minister-major-sunday-9-june-1991-chequers','https://digitalarchive.wilsoncenter.org/document/chancellors-helmut-kohls-meeting-british-prime-minister-major-sunday-9-june-1991-chequers','The Chancellor''s [Helmut Kohl''s] Meeting with British Prime Minister Major on Sunday, 9 June 1991, in Chequers','Kohl and Major examine the state of European integration. Britain''s position in the EC, the Political Union as well as the Economic and Monetary Union. Moreover, they discuss the idea for the creation of a European policy force.','June 10, 1991','1991-06-10','1991-06-10','1991-06-10','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('reception-ns-khrushchev-japanese-ambassador-h-yamada-september-14-1961','https://digitalarchive.wilsoncenter.org/document/reception-ns-khrushchev-japanese-ambassador-h-yamada-september-14-1961','Reception by N.S. Khrushchev of Japanese Ambassador H. Yamada, September 14, 1961','The two parties discuss solutions for improving Soviet-Japanese trade relations. Khrushchev expresses concern about Japan''s military ties with the US, given that there are US army bases in Japan. Yamada raises the concern of logistical difficulties faced by Japanese businesspeople visiting the USSR. The two parties also discuss Soviet-Japanese treaties and geopolitical relations.','September 14, 1961','1961-09-14','1961-09-14','1961-09-14','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('record-conversation-ns-khrushchev-prominent-political-figure-japan-m-suzuki-august-29-1960','https://digitalarchive.wilsoncenter.org/document/record-conversation-ns-khrushchev-prominent-political-figure-japan-m-suzuki-august-29-1960','Record of Conversation of N.S. Khrushchev with Prominent Political Figure of Japan M. Suzuki on August 29, 1960','Khrushchev and Suzuki discuss Japan''s neutrality, the American intelligence plane incident, and the failure of the Paris summit.','August 29, 1960','1960-08-29','1960-08-29','1960-08-29','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('record-conversation-chairman-council-ministers-ussr-ns-khrushchev-minister-farming-and','https://digitalarchive.wilsoncenter.org/document/record-conversation-chairman-council-ministers-ussr-ns-khrushchev-minister-farming-and','Record of Conversation: Chairman of the Council of Ministers of the USSR N.S. Khrushchev with the Minister of Farming and Forestry of Japan T. Fukuda and Chairman of the Association of Fisheries T. Takasaki May 10, 1960','The leaders discuss possibilities to improve the Soviet-Japanese relations. The Japanese delegation inquires about the permission for Japanese fishermen to use the Soviet fishing grounds and a chance to establish aerial communication between Japan and the Soviet Union. Khrushchev affirms the Soviet-Japanese friendship and expresses willingness to conduct trade.','May 10, 1960','1960-05-10','1960-05-10','1960-05-10','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('ns-khrushchevs-note-memorandum-japan','https://digitalarchive.wilsoncenter.org/document/ns-khrushchevs-note-memorandum-japan','N.S. Khrushchev’s Note on a Memorandum to Japan','Khrushchev offers further corrections for a memorandum to Japan.','January 25, 1960','1960-01-25','1960-01-25','1960-01-25','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('comrade-ns-khrushchevs-note-memorandum-japan','https://digitalarchive.wilsoncenter.org/document/comrade-ns-khrushchevs-note-memorandum-japan','Comrade N.S. Khrushchev’s Note on a Memorandum to Japan','Khrushchev suggests to not frame America as an aggressor and offers to focus on the issue of Japanese national independence. He announces that Japan can only return to the Japanese with the departure of foreign troops','January 24, 1960','1960-01-24','1960-01-24','1960-01-24','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('ichiro-suetsugu-secretary-general-council-national-security-problems-results-nakasone','https://digitalarchive.wilsoncenter.org/document/ichiro-suetsugu-secretary-general-council-national-security-problems-results-nakasone','Ichiro Suetsugu, Secretary General, Council on National Security Problems, ''Results of Nakasone-Gorbachev Meeting and Future Issues: Putting the Northern Territories Issue at the Center''','On 22 July 1988, former Prime Minister Yasuhiro Nakasone met Soviet General Secretary Mikhail Gorbachev in Moscow as part of a Japanese campaign to recover four islands lost to the Soviet Union at the end of the Second World War. In the aftermath of the visit, Ichiro Suetsugu, secretary-general of the Council on National Security Problems, wrote a report appraising the former Japanese leader’s performance on his Soviet visit and assessing future issues in the campaign.','August 10, 1988','1988-08-10','1988-08-10','1988-08-10','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('cable-no-3757-ambassador-nakae-foreign-minister-prime-ministers-visit-china-meeting','https://digitalarchive.wilsoncenter.org/document/cable-no-3757-ambassador-nakae-foreign-minister-prime-ministers-visit-china-meeting','Cable No. 3757, Ambassador Nakae to the Foreign Minister, ''The Prime Minister’s Visit to China (Meeting with General Secretary Hu - Japan-China Relations)''','Hu and Nakasone discuss some of their countries respective foreign policy priorities, including the USSR, the United States, the Cambodian-Vietnamese conflict, Eastern Europe, and Afghanistan, as well as arms control.','November 9, 1986','1986-11-09','1986-11-09','1986-11-09','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('memorandum-conversation-between-ns-khrushchev-and-kono-october-18-1956','https://digitalarchive.wilsoncenter.org/document/memorandum-conversation-between-ns-khrushchev-and-kono-october-18-1956','Memorandum of Conversation between N.S. Khrushchev and Kono on October 18, 1956','Kono and Khrushchev argue about the text of peace agreement. Khrushchev insists on exclusion of the phrase "territorial question", claiming that the issue will be addressed following the signing of the peace treaty. After some discussion, the Japanese leaders accept the Soviet formulation and ask to sign the agreement as soon as possible.','October 18, 1956','1956-10-18','1956-10-18','1956-10-18','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('memorandum-conversation-ns-khrushchev-i-kono-october-17-1956','https://digitalarchive.wilsoncenter.org/document/memorandum-conversation-ns-khrushchev-i-kono-october-17-1956','Memorandum of Conversation of N.S. Khrushchev with I. Kono on October 17, 1956','Kono and Khrushchev continue the previous day''s discussion of the peace agreement and the transfer of two islands to Japan, highlighting that this territorial transfer can give the Japanese leverage to demand that the United States return Okinawa as well.','October 17, 1956','1956-10-17','1956-10-17','1956-10-17','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',1);
INSERT INTO "documents" VALUES('memorandum-conversation-between-ns-khrushchev-and-japanese-minister-agriculture-i-kono','https://digitalarchive.wilsoncenter.org/document/memorandum-conversation-between-ns-khrushchev-and-japanese-minister-agriculture-i-kono','Memorandum of Conversation between N.S. Khrushchev and [Japanese Minister of Agriculture] I. Kono','Ichirō Kōno, the Japanese Minister of Agriculture, raises questions about the normalization of relations between the Soviet Union and Japan. Issues that must be addressed prior to this happening include disputes over fishing rights and the transfer of the islands of Habomai and Shikotan to Japan.','October 16, 1956','1956-10-16','1956-10-16','1956-10-16','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',2);
INSERT INTO "documents" VALUES('conversation-comrades-na-bulganin-and-ns-khrushchev-japanese-parliamentary-delegation','https://digitalarchive.wilsoncenter.org/document/conversation-comrades-na-bulganin-and-ns-khrushchev-japanese-parliamentary-delegation','Conversation of Comrades N.A. Bulganin and N.S. Khrushchev with the Japanese Parliamentary Delegation on September 21st, 1955','Khrushchev and Bulganin meet with the Japanese parliamentary delegation. They discuss the establishment of direct diplomatic relations and ending the official state of war between the Soviet Union and Japan (which happened in 1956, almost one year later), industrial and cultural collaboration, trade prospects between the two countries, and the fate of Japanese POWs on Soviet territory.','September 21, 1955','1955-09-21','1955-09-21','1955-09-21','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',2);
INSERT INTO "documents" VALUES('record-soviet-japanese-talks-9-october-1973','https://digitalarchive.wilsoncenter.org/document/record-soviet-japanese-talks-9-october-1973','Record of Soviet-Japanese Talks, 9 October 1973','Brezhnev and Tanaka discuss the dispute over the Kuril Islands as well as opportunities for Japan-Soviet economic cooperation.','October 9, 1973','1973-10-09','1973-10-09','1973-10-09','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',2);
INSERT INTO "documents" VALUES('japanese-population-korea-and-korean-population-manchuria','https://digitalarchive.wilsoncenter.org/document/japanese-population-korea-and-korean-population-manchuria','The Japanese Population in Korea and the Korean Population in Manchuria','A Soviet report on the situation of Japanese in Korea and on the status of Koreans in Manchuria, or Northeast China, after liberation.',NULL,NULL,NULL,NULL,'2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',2);
INSERT INTO "documents" VALUES('conversation-between-vyshinsky-and-mao-zedong-moscow','https://digitalarchive.wilsoncenter.org/document/conversation-between-vyshinsky-and-mao-zedong-moscow','Conversation between A. Vyshinsky and Mao Zedong, Moscow','In this conversation Mao and Vyshinskii talk about Sino-Soviet economic cooperation, including Soviet aid in rebuilding the Jilin power plant and provision of fuel supplies. The conversation the turns on the question of Japanese POWs. Mao wants to leave them in the USSR for a while longer, and Vyshinskii agrees. Finally, Mao tells Vyshinskii that he is of the opinion that the USSR and China must sign a new treaty of alliance, to which Vyshinskii (possibly unaware of the TASS interview) replies that he sees difficulties in this.','January 6, 1950','1950-01-06','1950-01-06','1950-01-06','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z',2);
CREATE TABLE "memberships" (
   "collection" INTEGER NOT NULL REFERENCES "collections"("id"),
   "document" TEXT NOT NULL REFERENCES "documents"("id"),
   "position" INTEGER NOT NULL,
   "first_seen" TEXT NOT NULL,
   "page" INTEGER NOT NULL REFERENCES "pages"("id"),
   PRIMARY KEY ("collection", "document")
) STRICT;
INSERT INTO "memberships" VALUES(1,'chancellors-helmut-kohls-meeting-british-prime-minister-major-sunday-9-june-1991-chequers',1,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'reception-ns-khrushchev-japanese-ambassador-h-yamada-september-14-1961',2,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'record-conversation-ns-khrushchev-prominent-political-figure-japan-m-suzuki-august-29-1960',3,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'record-conversation-chairman-council-ministers-ussr-ns-khrushchev-minister-farming-and',4,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'ns-khrushchevs-note-memorandum-japan',5,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'comrade-ns-khrushchevs-note-memorandum-japan',6,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'ichiro-suetsugu-secretary-general-council-national-security-problems-results-nakasone',7,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'cable-no-3757-ambassador-nakae-foreign-minister-prime-ministers-visit-china-meeting',8,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'memorandum-conversation-between-ns-khrushchev-and-kono-october-18-1956',9,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'memorandum-conversation-ns-khrushchev-i-kono-october-17-1956',10,'2026-11-24T14:23:07Z',1);
INSERT INTO "memberships" VALUES(1,'memorandum-conversation-between-ns-khrushchev-and-japanese-minister-agriculture-i-kono',11,'2026-11-24T14:23:07Z',2);
INSERT INTO "memberships" VALUES(1,'conversation-comrades-na-bulganin-and-ns-khrushchev-japanese-parliamentary-delegation',12,'2026-11-24T14:23:07Z',2);
INSERT INTO "memberships" VALUES(1,'record-soviet-japanese-talks-9-october-1973',13,'2026-11-24T14:23:07Z',2);
INSERT INTO "memberships" VALUES(1,'japanese-population-korea-and-korean-population-manchuria',14,'2026-11-24T14:23:07Z',2);
INSERT INTO "memberships" VALUES(1,'conversation-between-vyshinsky-and-mao-zedong-moscow',15,'2026-11-24T14:23:07Z',2);
CREATE TABLE "pages" (
   "id" INTEGER PRIMARY KEY,
   "run" INTEGER NOT NULL REFERENCES "runs"("id"),
   "url" TEXT NOT NULL,
   "fetched" TEXT NOT NULL,
   "status" INTEGER NOT NULL,
   "sha256" TEXT NOT NULL,
   "first" INTEGER,
   "last" INTEGER,
   "total" INTEGER,
   "entries" INTEGER NOT NULL
) STRICT;
INSERT INTO "pages" VALUES(1,1,'https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=Japan--Boundaries--Soviet%20Union','2026-11-24T14:23:07Z',200,'5e7303e8c35b75b6dc5a27978b4175d5d9c5eea8f0efeb5350b72f639f122608',1,10,15,10);
INSERT INTO "pages" VALUES(2,1,'https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=Japan--Boundaries--Soviet%20Union&page=1','2026-11-24T14:23:07Z',200,'1f4d40912ddeac3c1ec9fd66c38429e4eba39582c52d8f5763a9ee7a950cee56',11,15,15,5);
CREATE TABLE "runs" (
   "id" INTEGER PRIMARY KEY,
   "collection" INTEGER NOT NULL REFERENCES "collections"("id"),
   "source" TEXT NOT NULL,
   "started" TEXT NOT NULL,
   "finished" TEXT,
   "outcome" TEXT,
   "reason" TEXT,
   "stated_total" INTEGER,
   "pages" INTEGER NOT NULL DEFAULT 0,
   "seen" INTEGER NOT NULL DEFAULT 0,
   "added" INTEGER NOT NULL DEFAULT 0,
   "changed" INTEGER NOT NULL DEFAULT 0,
   "unchanged" INTEGER NOT NULL DEFAULT 0,
   "undated" INTEGER NOT NULL DEFAULT 0,
   "not_understood" INTEGER NOT NULL DEFAULT 0,
   "duplicates" INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "runs" VALUES(1,1,'fixtures/listing','2026-11-24T14:23:07Z','2026-11-24T14:23:07Z','complete',NULL,15,2,15,15,0,0,1,0,0);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX "idx_collections_name"
    ON "collections" ("name");
CREATE INDEX "idx_runs_collection_started"
    ON "runs" ("collection", "started");
CREATE INDEX "idx_pages_run"
    ON "pages" ("run");
CREATE INDEX "idx_documents_date_earliest"
    ON "documents" ("date_earliest");
CREATE INDEX "idx_documents_date_latest"
    ON "documents" ("date_latest");
CREATE INDEX "idx_documents_last_changed"
    ON "documents" ("last_changed");
CREATE INDEX "idx_documents_page"
    ON "documents" ("page");
CREATE INDEX "idx_memberships_document"
    ON "memberships" ("document");
CREATE INDEX "idx_memberships_page"
    ON "memberships" ("page");
COMMIT;
