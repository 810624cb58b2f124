// Writers that name the revision that they have read: of two with the same one, one is told.
#include <condition_variable>
#include <mutex>

#include "store/entities/template.h"
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(RevisionSuite);

KvRow key_of(int32_t revision, ReadRevision read, std::string value = "v") {
  KvRow row;
  row.tenant = "main";
  row.namespace_ = "a.b";
  row.key = "k";
  row.type = "STRING";
  row.value = base::Value::string(std::move(value));
  row.revision = revision;
  row.read_revision = read;
  return row;
}

Batch batch_of(KvRow row) {
  Batch batch;
  batch.kv.push_back(std::move(row));
  return batch;
}

NamespaceFileRow file_of(int32_t revision, ReadRevision read, bool deleted = false) {
  NamespaceFileRow row;
  row.tenant = "main";
  row.namespace_ = "a.b";
  row.path = "/f";
  row.revision = revision;
  row.deleted = deleted;
  row.read_revision = read;
  return row;
}

Batch batch_of(NamespaceFileRow row) {
  Batch batch;
  batch.namespace_files.push_back(std::move(row));
  return batch;
}

Batch batch_of_template(bool deleted, ReadRevision read) {
  Batch batch;
  put_entity(batch,
             TemplateRow{{.tenant = "main", .namespace_ = "a.b", .id = "t", .deleted = deleted, .read_revision = read},
                         "id: t"});
  return batch;
}

TEST_P(RevisionSuite, AKeyIsWrittenOnTheRevisionThatWasRead) {  // KV-7
  EXPECT_EQ(refusal(batch_of(key_of(1, 3))), store_stale.text) << "there is none";
  EXPECT_EQ(refusal(batch_of(key_of(1, 0, "first"))), "");
  EXPECT_EQ(refusal(batch_of(key_of(1, 0))), store_stale.text) << "another writer has made it";
  EXPECT_EQ(refusal(batch_of(key_of(2, 1, "second"))), "");
  EXPECT_EQ(refusal(batch_of(key_of(2, 1))), store_stale.text);
  EXPECT_EQ(must(reader().kv("main", "a.b", "k"))->value, base::Value::string("second"));
  EXPECT_EQ(refusal(batch_of(key_of(7, std::nullopt))), "") << "who has read nothing writes anyway";

  Batch removal;
  removal.deleted_kv = {{"main", "a.b", "k", 6}};
  EXPECT_EQ(refusal(std::move(removal)), store_stale.text);
  EXPECT_TRUE(must(reader().kv("main", "a.b", "k")));
  removal = {};
  removal.deleted_kv = {{"main", "a.b", "k", 7}};
  EXPECT_EQ(refusal(std::move(removal)), "");
  EXPECT_EQ(refusal(batch_of(key_of(8, 7))), store_stale.text) << "a deleted key counts as none";
  EXPECT_EQ(refusal(batch_of(key_of(1, 0))), "");
  EXPECT_EQ(must(reader().kv("main", "a.b", "k"))->revision, 8) << "its numbers continue";
}

TEST_P(RevisionSuite, AFileIsWrittenOnTheRevisionThatWasRead) {  // NSF-3
  EXPECT_EQ(refusal(batch_of(file_of(1, 1))), store_stale.text);
  EXPECT_EQ(refusal(batch_of(file_of(1, 0))), "");
  EXPECT_EQ(refusal(batch_of(file_of(2, 0))), store_stale.text);
  EXPECT_EQ(refusal(batch_of(file_of(2, 1, true))), "");
  EXPECT_EQ(refusal(batch_of(file_of(3, 1))), store_stale.text) << "it was deleted meanwhile";
  EXPECT_EQ(refusal(batch_of(file_of(3, 2))), "") << "a deleted file keeps its number";
  Batch purge;
  purge.deleted_namespace_files = {file_of(0, 2)};
  EXPECT_EQ(refusal(std::move(purge)), store_stale.text);
  purge = {};
  purge.deleted_namespace_files = {file_of(0, 3)};
  EXPECT_EQ(refusal(std::move(purge)), "");
  EXPECT_TRUE(must(reader().namespace_file_revisions("main", "a.b", "/f")).empty());
}

TEST_P(RevisionSuite, ATemplateIsWrittenOnTheVersionThatWasRead) {  // TASK-41
  EXPECT_EQ(refusal(batch_of_template(false, 1)), store_stale.text);
  EXPECT_EQ(refusal(batch_of_template(false, 0)), "");
  EXPECT_EQ(refusal(batch_of_template(false, 0)), store_stale.text);
  EXPECT_EQ(refusal(batch_of_template(true, 1)), "");
  EXPECT_EQ(refusal(batch_of_template(false, 1)), store_stale.text) << "it was deleted";
  EXPECT_EQ(refusal(batch_of_template(false, 0)), "");
  EXPECT_EQ(must(list_entities<TemplateRow>(reader(), test::everything, {})).at(0).revision, 3);
}

// A batch is refused as a whole, and the batches around it are not affected.
TEST_P(RevisionSuite, NothingOfARefusedBatchIsStored) {
  commit(batch_of(key_of(1, 0, "first")));
  Batch mixed = batch_of(file_of(1, 0));
  mixed.kv.push_back(key_of(2, 0));
  EXPECT_EQ(refusal(std::move(mixed)), store_stale.text);
  EXPECT_TRUE(must(reader().namespace_file_revisions("main", "a.b", "/f")).empty());
  Batch twice = batch_of(key_of(2, 1, "second"));
  twice.kv.push_back(key_of(3, 2, "third"));
  EXPECT_EQ(refusal(std::move(twice)), "") << "rows are checked in their order";
  reopen();
  EXPECT_EQ(must(reader().kv("main", "a.b", "k"))->value, base::Value::string("third"));
}

TEST_P(RevisionSuite, OfTwoWritersWithOneRevisionOneWins) {
  constexpr int writers = 50;
  commit(batch_of(key_of(1, 0, "start")));
  std::mutex mutex;
  std::condition_variable all_done;
  int done = 0, won = 0, stale = 0;
  for (int i = 0; i < writers; ++i) {
    Batch batch = batch_of(key_of(2, 1, fmt::format("writer {}", i)));
    FlowRow flow;  // something else in the same batch
    flow.key = {"main", "a.b", fmt::format("f{}", i)};
    batch.flows.push_back(flow);
    store().commit(std::move(batch), [&](base::Result<void> result) {
      const std::lock_guard lock(mutex);
      ++done;
      won += result ? 1 : 0;
      stale += !result && result.error().code() == store_stale ? 1 : 0;
      all_done.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  all_done.wait(lock, [&] { return done == writers; });
  EXPECT_EQ(won, 1);
  EXPECT_EQ(stale, writers - 1);
  FlowQuery flows{test::everything};
  flows.tenant = "main";
  EXPECT_EQ(must(reader().search_flows(flows)).total, 1u) << "the other batches have left nothing";
  EXPECT_EQ(must(reader().kv("main", "a.b", "k"))->revision, 2);
}

}  // namespace
}  // namespace gyr::store::test
