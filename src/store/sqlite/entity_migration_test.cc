// Entities of schema 18, which had a table for each kind, become rows of one form.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/codec.h"
#include "store/entities/dashboard.h"
#include "store/entities/kill_switch.h"
#include "store/entities/namespace.h"
#include "store/entities/reusable_inputs.h"
#include "store/entities/template.h"
#include "store/sql/migrations/migrations.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/folder.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_suite.h"

namespace gyr::store::sqlite {
namespace {

using base::Value;
using test::everything;
using test::time_of;

class EntityMigrationTest : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<Store>> open() {
    SqliteOptions options;
    options.folder = folder_.path();
    options.clock = &clock_;
    return open_sqlite(std::move(options));
  }
  /// A folder as a program of schema 18 left it.
  void make_former() {
    {
      ASSERT_TRUE(open().has_value());
    }
    auto opened = Connection::open((folder_.path() / main_file_name).string(), Connection::Mode::write, "");
    ASSERT_TRUE(opened.has_value());
    main_ = *std::move(opened);
    ASSERT_TRUE(main_->script("DROP TABLE entities;DROP TABLE entity_revisions;PRAGMA user_version=18").has_value());
    for (const size_t step : {7, 8, 9, 17})
      ASSERT_TRUE(main_->script(std::string(migrations::steps()[step - 1].sqlite_main)).has_value()) << step;
    ASSERT_TRUE(main_
                    ->script("CREATE TABLE kill_switches(id TEXT NOT NULL PRIMARY KEY, record BLOB NOT NULL) STRICT, "
                             "WITHOUT ROWID")
                    .has_value());
  }
  template <class... Values>
  void insert(const char* statement, const Values&... values) {
    ASSERT_TRUE(main_->query(statement).bind(values...).run().has_value()) << statement;
  }

  test::TemporaryFolder folder_;
  base::VirtualClock clock_{time_of(0)};
  std::unique_ptr<Connection> main_;
};

TEST_F(EntityMigrationTest, KeepsEveryKindAndEveryRevision) {
  make_former();
  const std::string body = base::encode_value(Value::map({{"description", Value::string("why")}}));
  const std::string source("title: \xC3\xBC\n\0 x", 13), board_title = "A b C", board_text = "";
  KillSwitchRow stop{{.id = "stop"}, "Stop"};
  stop.scope.tenant = "main";
  insert("INSERT INTO namespaces VALUES('main','a.b',1000000,2000000,?)", Blob{body});
  insert("INSERT INTO dashboards VALUES('main','d',?,?,3000000,4000000,?)", board_title, board_text, Blob{source});
  insert("INSERT INTO kill_switches VALUES('stop',?)", Blob{entity_row(stop).record});
  for (const int64_t version : {1, 2, 10}) {
    const std::string text = fmt::format("version {}", version);
    insert("INSERT INTO templates VALUES('main','a.b','t',?,0,5000000,?)", version, Blob{text});
  }
  insert("INSERT INTO templates VALUES('main','a.b','gone',1,0,5000000,?)", Blob{source});
  insert("INSERT INTO templates VALUES('main','a.b','gone',2,1,6000000,?)", Blob{board_text});
  insert("INSERT INTO reusable_inputs VALUES('other','a','set',1,0,7000000,?)", Blob{source});
  insert("INSERT INTO reusable_inputs VALUES('other','a','set',2,0,8000000,?)", Blob{body});
  main_.reset();

  auto store = open();
  ASSERT_TRUE(store.has_value()) << store.error().to_string();
  auto reader = (*store)->open_reader();
  ASSERT_TRUE(reader.has_value());
  const auto name = find_entity<NamespaceRow>(**reader, "main", "a.b", "a.b");
  ASSERT_TRUE(name && *name);
  EXPECT_EQ((*name)->body.find("description")->text(), "why");
  EXPECT_EQ((*name)->created, base::Instant::of_micros(1'000'000));
  EXPECT_EQ((*name)->updated, base::Instant::of_micros(2'000'000));
  const auto board = find_entity<DashboardRow>(**reader, "main", "", "d");
  ASSERT_TRUE(board && *board);
  EXPECT_EQ((*board)->title, board_title);
  EXPECT_EQ((*board)->description, "");
  EXPECT_EQ((*board)->source, source);
  EXPECT_EQ((*board)->created, base::Instant::of_micros(3'000'000));
  EXPECT_EQ(list_entities<DashboardRow>(**reader, everything, {.text = "b c"})->size(), 1u);
  const auto switches = list_entities<KillSwitchRow>(**reader, everything, {});
  ASSERT_TRUE(switches && switches->size() == 1);
  EXPECT_EQ(switches->front().scope.tenant, "main");
  const auto templates = list_entities<TemplateRow>(**reader, everything, {});
  ASSERT_TRUE(templates && templates->size() == 1) << "the other one is deleted";
  EXPECT_EQ(templates->front().revision, 10);
  EXPECT_EQ(templates->front().source, "version 10");
  EXPECT_EQ(list_entities<TemplateRow>(**reader, everything, {.text = "A.B.T"})->size(), 1u);
  EXPECT_EQ(list_entities<TemplateRow>(**reader, everything, {.all_revisions = true})->size(), 5u);
  EXPECT_EQ((*find_entity_revision<TemplateRow>(**reader, "main", "a.b", "t", 2))->source, "version 2");
  EXPECT_TRUE((*find_entity_revision<TemplateRow>(**reader, "main", "a.b", "gone", 2))->deleted);
  const auto sets = list_entities<ReusableInputsRow>(**reader, everything, {.all_revisions = true});
  ASSERT_TRUE(sets && sets->size() == 2);
  EXPECT_EQ((*sets)[0].source, source);
  EXPECT_EQ((*sets)[1].source, body);
  EXPECT_EQ((*sets)[1].tenant, "other");

  // The numbers of revisions continue.
  Batch batch;
  put_entity(batch, TemplateRow{{.tenant = "main", .namespace_ = "a.b", .id = "t", .read_revision = 10}, "next"});
  put_entity(batch, TemplateRow{{.tenant = "main", .namespace_ = "a.b", .id = "gone", .read_revision = 0}, "back"});
  ASSERT_TRUE((*store)->commit_and_wait(std::move(batch)).has_value());
  EXPECT_EQ((*find_entity<TemplateRow>(**reader, "main", "a.b", "t"))->revision, 11);
  EXPECT_EQ((*find_entity<TemplateRow>(**reader, "main", "a.b", "gone"))->revision, 3);
}

TEST_F(EntityMigrationTest, ADamagedRowStopsTheStartAndChangesNothing) {
  make_former();
  const std::string damaged = "\xff\xff\xff";
  insert("INSERT INTO namespaces VALUES('main','a',1,1,?)", Blob{damaged});
  main_.reset();
  EXPECT_FALSE(open().has_value());
  auto main = Connection::open((folder_.path() / main_file_name).string(), Connection::Mode::read, "");
  ASSERT_TRUE(main.has_value());
  EXPECT_EQ((*main)->number("PRAGMA user_version").value_or(-1), 18);
  EXPECT_EQ((*main)->number("SELECT count(*) FROM namespaces").value_or(-1), 1);
}

}  // namespace
}  // namespace gyr::store::sqlite
