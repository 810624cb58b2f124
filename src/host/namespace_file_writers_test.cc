// Two servers with one store and one storage write the same namespace file (NSF-3): whatever the order of their steps,
// each row has the content of the upload that made it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "command/commands.h"
#include "host/host_service.h"
#include "host/namespace_files.h"
#include "net/loop.h"
#include "security/secrets.h"
#include "storage/local/local_storage.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"

namespace gyr::executor {
namespace {

using base::Value;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Forwards to another storage, and calls the test around each move.
class MovesObserved final : public storage::Storage {
 public:
  explicit MovesObserved(storage::Storage& below) : below_(below) {}
  std::function<void()> before_move, after_move;

  base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) override {
    if (auto call = std::exchange(before_move, nullptr)) call();
    auto moved = below_.move(tenant, from, to);
    if (auto call = std::exchange(after_move, nullptr)) call();
    return moved;
  }
  base::Result<std::unique_ptr<storage::ByteSource>> get(std::string_view tenant, std::string_view path,
                                                         uint64_t offset) override {
    return below_.get(tenant, path, offset);
  }
  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view tenant, std::string_view path,
                                                       storage::Metadata metadata) override {
    return below_.put(tenant, path, std::move(metadata));
  }
  base::Result<bool> exists(std::string_view tenant, std::string_view path) override {
    return below_.exists(tenant, path);
  }
  base::Result<storage::FileAttributes> attributes(std::string_view tenant, std::string_view path) override {
    return below_.attributes(tenant, path);
  }
  base::Result<std::vector<storage::FileAttributes>> list(std::string_view tenant, std::string_view path) override {
    return below_.list(tenant, path);
  }
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                       bool directories) override {
    return below_.all_by_prefix(tenant, prefix, directories);
  }
  base::Result<bool> remove(std::string_view tenant, std::string_view path) override {
    return below_.remove(tenant, path);
  }
  base::Result<void> create_directory(std::string_view tenant, std::string_view path) override {
    return below_.create_directory(tenant, path);
  }

 private:
  storage::Storage& below_;
};

/// What the servers share.
struct Shared {
  Shared() { open(); }
  ~Shared() { store->close(); }
  void open() {
    auto opened = store::open_sqlite({.folder = folder.path() / "database", .clock = &clock});
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    store = *std::move(opened);
    auto files = storage::open_local_storage(folder.path() / "storage");
    ASSERT_TRUE(files.has_value()) << files.error().to_string();
    storage = *std::move(files);
  }

  store::test::TemporaryFolder folder;
  base::SystemClock clock;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<storage::Storage> storage;
};

class NoCommands final : public Commands {
  void give(Command, Reply reply) override { reply(base::fail(host_refused, "no executions in this test")); }
};

/// What one of the servers has of its own.
struct Installation {
  explicit Installation(Shared& all) : shared(all) {}
  ~Installation() { pool->stop(); }

  std::future<base::Result<Value>> begin(std::string_view bytes, std::string_view conflict = "OVERWRITE") {
    const base::Id execution = base::make_id(clock.now());
    const std::string from = storage::execution_path("company.team", "flow", execution) + "/x";
    auto sink = shared.storage->put("main", from);
    EXPECT_TRUE(sink.has_value() && (*sink)->write(bytes).has_value() && (*sink)->finish().has_value());
    auto promise = std::make_shared<std::promise<base::Result<Value>>>();
    host.call({{"main", "company.team", "flow"}, execution, {}},
              {"namespace-files.put", Value::map({{"path", Value::string("/dir/f")},
                                                  {"uri", Value::string(storage::uri_of_path(from))},
                                                  {"conflict", Value::string(conflict)}})},
              [promise](base::Result<Value> answer) { promise->set_value(std::move(answer)); });
    return promise->get_future();
  }
  /// The address, or the message of the failure.
  std::string upload(std::string_view bytes, std::string_view conflict = "OVERWRITE") {
    return text_of(begin(bytes, conflict).get());
  }
  static std::string text_of(const base::Result<Value>& answer) {
    if (!answer) return answer.error().message();
    return answer->is_null() ? "<null>" : std::string(answer->text());
  }

  Shared& shared;
  security::Secrets secrets;
  base::SystemClock clock;
  NoCommands commands;
  MovesObserved storage{*shared.storage};
  std::unique_ptr<net::Pool> pool = net::make_pool("files", 1);
  HostService host{{*shared.store, storage, secrets, nullptr, clock, *pool, commands}};
};

class TwoServers : public ::testing::Test {
 protected:
  /// `revision=content` of every row, in order.
  std::vector<std::string> rows() {
    std::vector<std::string> found;
    auto reader = shared.store->open_reader();
    for (const auto& row : (*reader)->namespace_file_revisions("main", "company.team", "/dir/f").value()) {
      auto source = shared.storage->get("main", content_path(row), 0);
      std::string bytes(100, '\0');
      bytes.resize(source ? (*source)->read(bytes.data(), bytes.size()).value_or(0) : 0);
      EXPECT_EQ(row.size, bytes.size());
      found.push_back(fmt::format("{}={}", row.revision, source ? bytes : "<none>"));
    }
    return found;
  }
  size_t objects() { return shared.storage->all_by_prefix("main", "/company/team/_files/", false)->size(); }

  Shared shared;
  Installation a{shared};
  Installation b{shared};
};

TEST_F(TwoServers, TheOtherWritesBeforeTheContentIsMoved) {
  EXPECT_THAT(a.upload("first"), HasSubstr("/_files/dir/f"));
  b.storage.before_move = [this] { EXPECT_EQ(a.upload("a"), "kestra:///company/team/_files/dir/f.v2"); };
  EXPECT_EQ(b.upload("b"), "kestra:///company/team/_files/dir/f.v3");
  EXPECT_THAT(rows(), ElementsAre("1=first", "2=a", "3=b"));
  EXPECT_EQ(objects(), 3U);
}

TEST_F(TwoServers, BothHaveMovedBeforeOneCommits) {
  a.upload("first");
  b.storage.after_move = [this] { EXPECT_EQ(a.upload("a"), "kestra:///company/team/_files/dir/f.v2"); };
  EXPECT_EQ(b.upload("b"), "kestra:///company/team/_files/dir/f.v3");
  EXPECT_THAT(rows(), ElementsAre("1=first", "2=a", "3=b"));
}

TEST_F(TwoServers, NoRowIsSeenBeforeItsContent) {
  a.storage.before_move = a.storage.after_move = [this] { EXPECT_THAT(rows(), ElementsAre()); };
  EXPECT_EQ(a.upload("a"), "kestra:///company/team/_files/dir/f");
  EXPECT_THAT(rows(), ElementsAre("1=a"));
}

TEST_F(TwoServers, RefusesAFileThatAppeared) {  // NSF-6
  b.storage.after_move = [this] { a.upload("a"); };
  EXPECT_EQ(b.upload("b", "ERROR"), "File /dir/f already exists in namespace 'company.team'");
  EXPECT_THAT(rows(), ElementsAre("1=a"));
  EXPECT_EQ(objects(), 1U) << "the content that has no row is removed";
}

TEST_F(TwoServers, SkipsAFileThatAppeared) {  // NSF-6
  b.storage.after_move = [this] { a.upload("a"); };
  EXPECT_EQ(b.upload("b", "SKIP"), "<null>");
  EXPECT_THAT(rows(), ElementsAre("1=a"));
  EXPECT_EQ(objects(), 1U);
}

TEST_F(TwoServers, AServerThatEndsBeforeTheRowLeavesTheFileAsItWas) {
  a.upload("first");
  a.storage.after_move = [this] { shared.store->close(); };
  EXPECT_NE(a.upload("lost"), "kestra:///company/team/_files/dir/f.v2");
  shared.store.reset();
  shared.open();
  Installation next(shared);
  EXPECT_THAT(rows(), ElementsAre("1=first"));
  EXPECT_EQ(next.upload("second"), "kestra:///company/team/_files/dir/f.v2");
  EXPECT_THAT(rows(), ElementsAre("1=first", "2=second"));
}

TEST_F(TwoServers, ManyUploadsAtOnceLoseNone) {
  constexpr int each = 15;
  std::vector<std::future<base::Result<Value>>> answers;
  for (int i = 0; i < each; ++i) {
    answers.push_back(a.begin(fmt::format("a{}", i)));
    answers.push_back(b.begin(fmt::format("b{}", i)));
  }
  for (auto& answer : answers) EXPECT_THAT(Installation::text_of(answer.get()), HasSubstr("kestra:///"));
  std::vector<std::string> contents, wanted;
  for (const std::string& row : rows()) contents.push_back(row.substr(row.find('=') + 1));
  for (int i = 0; i < each; ++i) {
    wanted.push_back(fmt::format("a{}", i));
    wanted.push_back(fmt::format("b{}", i));
  }
  EXPECT_THAT(contents, ::testing::UnorderedElementsAreArray(wanted));
}

}  // namespace
}  // namespace gyr::executor
