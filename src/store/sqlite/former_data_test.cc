// Rows of schema 12 are rewritten when the store opens, and what there was before is kept until the next start.
#include "store/sqlite/former_data.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/testing/record_samples.h"
#include "store/entities/kill_switch.h"
#include "store/sql/migrations/migrations.h"
#include "store/sqlite/folder.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_suite.h"

namespace gyr::store::sqlite {
namespace {

using base::testing::RecordSamples;
using test::time_of;

class FormerDataTest : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder) {
    SqliteOptions options;
    options.folder = folder;
    options.clock = &clock_;
    return open_sqlite(std::move(options));
  }
  std::unique_ptr<Connection> connect(const std::filesystem::path& file) {
    auto connection = Connection::open(file.string(), Connection::Mode::write, "");
    EXPECT_TRUE(connection.has_value());
    return connection ? *std::move(connection) : nullptr;
  }
  /// A folder as a program of schema 12 left it: one row of each kind, in the form of that time.
  void make_former(const std::filesystem::path& folder) {
    {
      auto store = open(folder);
      ASSERT_TRUE(store.has_value()) << store.error().to_string();
      Batch batch;
      TriggerRow trigger;
      trigger.flow = flow_;
      trigger.trigger_id = "t";
      batch.triggers = {trigger};
      batch.windows = {WindowRow{flow_, "t", "w", 7, time_of(9), "record"}};
      model::MetricEntry metric;
      metric.execution_id = base::Id{1, 1};
      metric.flow = flow_;
      metric.name = "rows";
      batch.metrics = {metric};
      InboxMessage message;
      message.id = base::Id{2, 2};
      message.slot = slot_of(*flow_);
      message.flow = flow_;
      message.kind = 3;
      message.payload = "payload";
      batch.inbox = {message};
      FlowRow flow;
      flow.key = *flow_;
      flow.labels = {{"team", "data"}, {"empty", ""}};
      batch.flows = {flow};
      ExecutionRow execution;
      execution.execution.id = execution_;
      execution.execution.flow = flow_;
      execution.execution.state = model::StateHistory(model::State::created, base::Instant{1'700'000'000, 5});
      TaskRunRow run;
      run.execution_id = execution_;
      run.run.id = base::Id{3, 3};
      run.run.state = execution.execution.state;
      batch.new_executions = {execution};
      batch.new_task_runs = {run};
      ASSERT_TRUE((*store)->commit_and_wait(std::move(batch)).has_value());
    }
    auto main = connect(folder / main_file_name);
    // The tables of entities were one for each kind.
    ASSERT_TRUE(main->script("DROP TABLE entities;DROP TABLE entity_revisions").has_value());
    for (const size_t step : {7, 8, 9}) {
      ASSERT_TRUE(main->script(std::string(migrations::steps()[step - 1].sqlite_main)).has_value()) << step;
    }
    ASSERT_TRUE(main->script("CREATE TABLE kill_switches(id TEXT NOT NULL PRIMARY KEY, record BLOB NOT NULL) STRICT, "
                             "WITHOUT ROWID; INSERT INTO kill_switches VALUES('k', x'00')")
                    .has_value());
    for (const auto& [update, bytes] :
         {std::pair{"UPDATE triggers SET record=?", rows_.bytes("trigger")},
          {"UPDATE kill_switches SET record=?", rows_.bytes("kill_switch")},
          {"UPDATE metrics SET record=?", rows_.bytes("metric")},
          {"UPDATE windows SET record=?", windows_.bytes("window")},
          {"UPDATE inbox SET payload=?", messages_.bytes("3_child_ended")},
          {"UPDATE flows SET labels=?", rows_.bytes("labels")},
          {"UPDATE executions SET record=?", rows_.bytes("execution_exact")},
          {"UPDATE task_runs SET record=?", rows_.bytes("task_run_plain")},
          {"INSERT INTO log_journal(number, day, record) VALUES(1000, 20000, ?)", journal_.bytes("journal")}}) {
      ASSERT_TRUE(main->query(update).bind(Blob{bytes}).run().has_value());
      ASSERT_EQ(main->changed_rows(), 1) << update;
    }
    // Without the tables and columns of later steps.
    ASSERT_TRUE(
        main->script("DROP TABLE documents;ALTER TABLE flows DROP COLUMN draft;ALTER TABLE owners DROP COLUMN newest;"
                     "ALTER TABLE namespace_files DROP COLUMN content;DROP INDEX executions_by_duration;"
                     "PRAGMA user_version=12")
            .has_value());
  }
  std::string stored(const std::filesystem::path& file, const char* sql) {
    auto connection = connect(file);
    Query row = connection->query(sql);
    return row.next() ? std::string(row.blob(0)) : "no row";
  }
  void expect_rewritten(const std::filesystem::path& file) {
    const RecordSamples rows("level_1/store.txt"), windows("level_1/windows.txt"), messages("level_1/inbox.txt");
    EXPECT_EQ(stored(file, "SELECT record FROM triggers"), rows.bytes("trigger"));
    EXPECT_EQ(stored(file, "SELECT record FROM entities"), rows.bytes("kill_switch"));
    EXPECT_EQ(stored(file, "SELECT record FROM metrics"), rows.bytes("metric"));
    EXPECT_EQ(stored(file, "SELECT record FROM windows"), windows.bytes("window"));
    EXPECT_EQ(stored(file, "SELECT payload FROM inbox"), messages.bytes("3_child_ended"));
    EXPECT_EQ(stored(file, "SELECT labels FROM flows"), rows.bytes("labels"));
    EXPECT_EQ(stored(file, "SELECT record FROM executions"), rows.bytes("execution_exact"));
    EXPECT_EQ(stored(file, "SELECT record FROM task_runs"), rows.bytes("task_run_plain"));
  }
  void expect_former(const std::filesystem::path& file) {
    EXPECT_EQ(connect(file)->number("PRAGMA user_version").value_or(-1), 12);
    EXPECT_EQ(stored(file, "SELECT record FROM triggers"), rows_.bytes("trigger"));
    EXPECT_EQ(stored(file, "SELECT payload FROM inbox"), messages_.bytes("3_child_ended"));
  }

  const RecordSamples rows_{"level_0/store.txt"}, windows_{"level_0/windows.txt"}, messages_{"level_0/inbox.txt"},
      journal_{"level_0/journal.txt"};
  const base::Id execution_{1, 2};
  base::VirtualClock clock_{time_of(0)};
  std::shared_ptr<const model::FlowKey> flow_ = test::flow_key("a.b", "f");
};

TEST_F(FormerDataTest, RowsAreRewrittenOnceAndACopyIsKeptUntilTheNextStart) {
  test::TemporaryFolder folder;
  make_former(folder.path());
  const auto copy = folder.path() / "gyrfalcon.db.schema-12";
  {
    auto store = open(folder.path());
    ASSERT_TRUE(store.has_value()) << store.error().to_string();
    auto reader = (*store)->open_reader();
    ASSERT_TRUE(reader.has_value());
    auto triggers = (*reader)->triggers_of(*flow_);
    ASSERT_TRUE(triggers.has_value());
    ASSERT_EQ(triggers->size(), 1u);
    EXPECT_EQ(triggers->front().worker_id, "worker");
    auto switches = list_entities<KillSwitchRow>(**reader, test::everything, {});
    ASSERT_TRUE(switches.has_value());
    EXPECT_EQ(switches->front().description, "why");
    auto execution = (*reader)->execution(execution_);
    ASSERT_TRUE(execution.has_value() && execution->has_value());
    EXPECT_EQ((*execution)->execution.state.started(), (base::Instant{1'700'000'000, 5}));
    auto runs = (*reader)->task_runs(execution_, 0, 10);
    ASSERT_TRUE(runs.has_value());
    ASSERT_EQ(runs->size(), 1u);
    EXPECT_EQ(runs->front().run.task_id, "task");
    auto flow = (*reader)->flow(*flow_, 0);
    ASSERT_TRUE(flow.has_value() && flow->has_value());
    EXPECT_EQ((*flow)->labels.size(), 2u);
  }
  expect_rewritten(folder.path() / main_file_name);
  ASSERT_TRUE(std::filesystem::exists(copy));
  expect_former(copy);
  ASSERT_TRUE(open(folder.path()).has_value());
  EXPECT_FALSE(std::filesystem::exists(copy));
  expect_rewritten(folder.path() / main_file_name);
}

TEST_F(FormerDataTest, TheCopyOfAStartThatDidNotEndIsReplaced) {
  test::TemporaryFolder folder;
  make_former(folder.path());
  for (const char* left : {"gyrfalcon.db.schema-12", "gyrfalcon.db.schema-12.unfinished"}) {
    std::ofstream(folder.path() / left) << "half a copy";
  }
  ASSERT_TRUE(open(folder.path()).has_value());
  expect_former(folder.path() / "gyrfalcon.db.schema-12");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "gyrfalcon.db.schema-12.unfinished"));
}

TEST_F(FormerDataTest, ADamagedRowStopsTheStartAndNothingIsChanged) {
  test::TemporaryFolder folder;
  make_former(folder.path());
  const auto file = folder.path() / main_file_name;
  ASSERT_TRUE(connect(file)->script("UPDATE windows SET record=x'0109'").has_value());
  auto store = open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code(), store_damaged);
  EXPECT_NE(store.error().message().find("windows"), std::string::npos) << store.error().message();
  EXPECT_NE(store.error().hint().find("nothing was changed"), std::string::npos) << store.error().hint();
  expect_former(file);
  ASSERT_TRUE(connect(file)->script("DELETE FROM windows").has_value());
  EXPECT_TRUE(open(folder.path()).has_value());
}

TEST_F(FormerDataTest, WithoutRoomForTheCopyNothingIsChanged) {
  test::TemporaryFolder folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=8m") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs here: " << std::strerror(errno);
  }
  const auto data = folder.path() / "data";
  make_former(data);
  auto store = open(data);
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code(), store_full);
  EXPECT_NE(store.error().message().find("MiB are needed"), std::string::npos) << store.error().message();
  EXPECT_FALSE(store.error().hint().empty());
  expect_former(data / main_file_name);
  EXPECT_FALSE(std::filesystem::exists(data / "gyrfalcon.db.schema-12"));
  ::umount2(folder.path().c_str(), MNT_DETACH);
}

TEST_F(FormerDataTest, ANewFolderHasNoCopy) {
  test::TemporaryFolder folder;
  ASSERT_TRUE(open(folder.path()).has_value());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path().filename().string().find("schema"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace gyr::store::sqlite
