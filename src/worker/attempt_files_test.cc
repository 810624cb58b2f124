// Files of an attempt: what goes into storage, what addresses may name (STOR-1 to STOR-9, STOR-30 to STOR-34).
#include "worker/attempt_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.h"
#include "process/testing/test_loop.h"
#include "storage/local/local_storage.h"

namespace gyr::worker {
namespace {

namespace fs = std::filesystem;
using base::Value;
using ::testing::HasSubstr;

class AttemptFilesTest : public ::testing::Test {
 protected:
  AttemptFilesTest() {
    root_ = fs::canonical(fs::temp_directory_path()) /
            ("gyr-attempt-files-" + base::make_id(base::SystemClock().now()).to_text());
    fs::create_directories(root_ / "host");
    host_files_.allowed = {root_ / "host"};
    storage_ = storage::open_local_storage(root_ / "storage").value();
    info_.tenant = "main";
    info_.namespace_ = "a.b";
    info_.flow_id = "My_Flow";
    info_.task_id = "The Task";
    info_.execution_id = base::make_id(base::SystemClock().now());
    info_.task_run_id = base::make_id(base::SystemClock().now());
    files_.emplace(
        FileServices{loop_, *pool_, *storage_, root_ / "work", root_ / "cache", host_files_}, info_,
        [this](std::string function, Value arguments) { return answer(std::move(function), std::move(arguments)); });
  }
  ~AttemptFilesTest() override {
    loop_.run(remove_all(&*files_));
    pool_->stop();
    fs::remove_all(root_);
  }

  static base::Task<bool> remove_all(AttemptFiles* files) {
    co_await files->remove_all();
    co_return true;
  }
  /// The server: it knows one namespace file.
  base::Task<base::Result<Value>> answer(std::string function, Value arguments) {
    const std::string path(arguments.find("path")->text());
    if (function == "namespace-files.delete")
      co_return Value::boolean(path == "/x.sql" && arguments.find("namespace")->text() == "a.b");
    EXPECT_EQ(function, "namespace-file.locate");
    if (path == "nsfile:///x.sql" || path == "kestra:///a/b/_files/x.sql")
      co_return Value::string("/a/b/_files/x.sql.v2");
    if (path == "nsfile://other.team/x.sql") co_return Value::string("/other/team/_files/x.sql");
    co_return Value();
  }
  void put(std::string_view path, std::string_view content) {
    auto sink = storage_->put("main", path).value();
    ASSERT_TRUE(sink->write(content) && sink->finish());
  }
  fs::path local(std::string_view name, std::string_view content) {
    const fs::path file = files_->resolve(name).value();
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
    return file;
  }
  std::string own(std::string_view name) {
    return fmt::format("kestra:///a/b/my-flow/executions/{}/tasks/the-task/{}/{}", info_.execution_id.to_text(),
                       info_.task_run_id.to_text(), name);
  }
  std::string read(std::string uri) {
    auto content = loop_.run(files_->read(std::move(uri), 1'000));
    return content ? *content : "error: " + content.error().message();
  }

  fs::path root_;
  storage::HostFiles host_files_;
  process::testing::TestLoop loop_;
  std::unique_ptr<net::Pool> pool_ = net::make_pool("files", 1);
  std::unique_ptr<storage::Storage> storage_;
  plugin::RunInfo info_;
  std::optional<AttemptFiles> files_;
};

TEST_F(AttemptFilesTest, StoredFilesAreBelowTheTaskRun) {  // STOR-1, STOR-3, STOR-5, STOR-8, STOR-9
  const fs::path file = local("out.csv", "1,2");
  EXPECT_EQ(loop_.run(files_->store(file, "out.csv")).value_or(""), own("out.csv"));
  EXPECT_FALSE(fs::exists(file)) << "the local copy goes";
  EXPECT_EQ(read(own("out.csv")), "1,2");
  const fs::path kept = local("kept.csv", "3");
  EXPECT_EQ(loop_.run(files_->store_copy(kept, "deep/kept.csv")).value_or(""), own("deep/kept.csv"));
  EXPECT_TRUE(fs::exists(kept));
  EXPECT_EQ(loop_.run(files_->store_bytes("bytes", "b")).value_or(""), own("b"));
  EXPECT_EQ(loop_.run(files_->size(own("b"))).value_or(0), 5u);
  EXPECT_TRUE(loop_.run(files_->remove(own("b"))).value_or(false));
  EXPECT_FALSE(loop_.run(files_->remove(own("b"))).value_or(true));
}

TEST_F(AttemptFilesTest, NamespaceFilesAreReadThroughTheirIndex) {  // STOR-30, STOR-33
  put("/a/b/_files/x.sql.v2", "select 2");
  put("/other/team/_files/x.sql", "select 1");
  EXPECT_EQ(read("nsfile:///x.sql"), "select 2");
  EXPECT_EQ(read("nsfile://other.team/x.sql"), "select 1");
  EXPECT_EQ(read("kestra:///a/b/_files/x.sql"), "select 2")
      << "the newest revision, not the object of that name (STOR-35)";
  EXPECT_THAT(read("nsfile:///none.sql"), HasSubstr("File not found"));
  auto copied = loop_.run(files_->copy("nsfile:///x.sql", "copy.sql"));
  ASSERT_TRUE(copied && *copied);
  EXPECT_EQ(**copied, own("copy.sql"));
  put("/a/b/_files/x.sql.v2", "changed");
  EXPECT_EQ(read(own("copy.sql")), "select 2") << "later changes do not show";
  auto none = loop_.run(files_->copy("nsfile:///none.sql", "none"));
  EXPECT_TRUE(none && !*none);
  EXPECT_TRUE(loop_.run(files_->remove("nsfile:///x.sql")).value_or(false)) << "the index says that it is gone";
  EXPECT_FALSE(loop_.run(files_->remove("nsfile://other.team/x.sql")).value_or(true));
  EXPECT_EQ(read("nsfile:///x.sql"), "changed") << "its content stays";
}

TEST_F(AttemptFilesTest, FilesOfTheMachineAreReadWhereAllowed) {  // STOR-31, STOR-33
  std::ofstream(root_ / "host/rows.csv") << "host";
  std::ofstream(root_ / "secret") << "secret";
  fs::create_symlink(root_ / "secret", root_ / "host/link");
  const std::string host = "file://" + (root_ / "host").string();
  EXPECT_EQ(read(host + "/rows.csv"), "host");
  EXPECT_EQ(loop_.run(files_->size(host + "/rows.csv")).value_or(0), 4u);
  EXPECT_EQ(**loop_.run(files_->copy(host + "/rows.csv", "r")), own("r"));
  const fs::path own_file = local("mine.txt", "mine");
  EXPECT_EQ(read("file://" + own_file.string()), "mine");
  for (const std::string& uri : {host + "/link", host + "/../secret", "file://" + (root_ / "secret").string(),
                                 std::string("file:///etc/passwd")}) {
    EXPECT_THAT(read(uri), HasSubstr("is not authorized")) << uri;
    EXPECT_THAT(read(uri), HasSubstr("kestra.local-files.allowed-paths")) << uri;
  }
  EXPECT_THAT(read(host + "/none"), HasSubstr("File not found"));
  for (const std::string& uri : {host + "/rows.csv", "file:" + (root_ / "host/rows.csv").string()})
    EXPECT_FALSE(loop_.run(files_->remove(uri)).has_value()) << uri;
  EXPECT_TRUE(fs::exists(root_ / "host/rows.csv"));
}

TEST_F(AttemptFilesTest, OtherUrisAreRefused) {  // STOR-4, STOR-34
  put("/other/_files/x", "x");
  put("/other/_kv/executions/x", "x");
  put("/other/flow/executions/1/tasks/x", "theirs");
  EXPECT_EQ(read("kestra:///other/flow/executions/1/tasks/x"), "theirs") << "files of other executions may be read";
  for (std::string_view uri :
       {"kestra:///other/_files/x", "kestra:///other/_kv/executions/x", "kestra:///a/b/my-flow/x"}) {
    EXPECT_THAT(read(std::string(uri)), HasSubstr("not an execution file")) << uri;
  }
  for (std::string_view uri : {"s3://bucket/x", "x", "kestra:///a/../b", ""})
    EXPECT_THAT(read(std::string(uri)), HasSubstr("Invalid internal storage")) << uri;
}

TEST_F(AttemptFilesTest, FilesOfATriggerAreBelowTheFutureExecution) {  // TRIG-145
  info_.trigger_id = "Poll";
  info_.task_id.clear();
  info_.task_run_id = {};
  AttemptFiles files(
      FileServices{loop_, *pool_, *storage_, root_ / "work", root_ / "cache", host_files_}, info_,
      [this](std::string function, Value arguments) { return answer(std::move(function), std::move(arguments)); });
  auto stored = loop_.run(files.store_bytes("rows", "rows.csv"));
  ASSERT_TRUE(stored.has_value()) << stored.error().message();
  EXPECT_EQ(*stored,
            fmt::format("kestra:///a/b/my-flow/executions/{}/trigger/Poll/rows.csv", info_.execution_id.to_text()));
  EXPECT_EQ(read(*stored), "rows") << "that execution may read it";
  EXPECT_THAT(files.working_directory()->string(), HasSubstr(info_.execution_id.to_text()));
  loop_.run(remove_all(&files));
}

}  // namespace
}  // namespace gyr::worker
