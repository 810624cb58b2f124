// Flows and the files of folders in step (CLI-57).
#include "main/flow_sync.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "cli/await.h"
#include "command/command.h"
#include "main/config/reader.h"
#include "store/test_rows.h"

namespace gyr::main {
namespace {

namespace fs = std::filesystem;

std::string source_of(std::string_view id, std::string_view message, std::string_view namespace_ = "n") {
  return fmt::format(
      "id: {}\nnamespace: {}\ntasks:\n  - id: t\n    type: io.kestra.plugin.core.log.Log\n    message: {}\n", id,
      namespace_, message);
}

class FlowSyncTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto spawner = process::start_spawner("/proc/self/exe");
    ASSERT_TRUE(spawner.has_value());
    static const char* none[] = {nullptr};
    auto made = Runtime::make({data_.path(), config::defaults(), none, *std::move(spawner)});
    ASSERT_TRUE(made.has_value()) << made.error().to_string();
    runtime_ = *std::move(made);
    ASSERT_TRUE(runtime_->begin().has_value());
    reader_ = *runtime_->store().open_reader();
  }
  void TearDown() override {
    sync_.reset();
    runtime_->stop(std::chrono::milliseconds(0));
  }

  void start() {
    auto started = FlowSync::start(*runtime_, {folder_.path().string(), second_.path().string()});
    ASSERT_TRUE(started.has_value()) << started.error().to_string();
    sync_ = *std::move(started);
  }

  fs::path path(const std::string& name) const { return folder_.path() / name; }
  void put(const std::string& name, const std::string& text) {
    fs::create_directories(path(name).parent_path());
    const fs::path part = path(name).parent_path() / ".saving";
    std::ofstream(part, std::ios::binary) << text;
    fs::rename(part, path(name));  // as editors save
  }
  std::string text_of(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(path(name), std::ios::binary).rdbuf();
    return std::move(out).str();
  }

  /// As the API saves a flow.
  void save(const std::string& id, const std::string& source) {
    executor::SaveFlow command;
    command.row.key = {"main", "n", id};
    command.row.source = source;
    auto saved = cli::await<executor::Answer>(
        [&](auto callback) { runtime_->commands().submit(std::move(command), std::move(callback)); });
    ASSERT_TRUE(saved.has_value()) << saved.error().to_string();
  }
  void remove(const std::string& id) {
    executor::DeleteFlow command{std::make_shared<const model::FlowKey>(model::FlowKey{"main", "n", id})};
    auto deleted = cli::await<executor::Answer>(
        [&](auto callback) { runtime_->commands().submit(std::move(command), std::move(callback)); });
    ASSERT_TRUE(deleted.has_value()) << deleted.error().to_string();
  }

  /// The source of the current revision; empty if the flow does not exist.
  std::string source_in_store(const std::string& id, const std::string& namespace_ = "n") {
    auto row = reader_->flow({"main", namespace_, id}, 0);
    return row && *row && !(*row)->deleted ? (*row)->source : "";
  }
  size_t revisions_of(const std::string& id) {
    auto rows = reader_->flow_revisions({"main", "n", id});
    return rows ? rows->size() : 0;
  }

  /// Waits for a commit or a file, as long as it takes; the test program has a limit.
  template <class Condition>
  void wait_until(Condition condition, std::string_view what) {
    const auto until = base::monotonic_now() + std::chrono::seconds(60);
    while (!condition() && base::monotonic_now() < until) std::this_thread::yield();
    EXPECT_TRUE(condition()) << what;
  }
  /// Everything that was done before has been seen, for changes are taken in order.
  void settle() {
    const std::string name = fmt::format("settle{}", ++settled_);
    put(name + ".yml", source_of(name, "x"));
    wait_until([&] { return !source_in_store(name).empty(); }, name);
  }

  store::test::TemporaryFolder data_, folder_, second_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<store::Reader> reader_;
  std::unique_ptr<FlowSync> sync_;
  int settled_ = 0;
};

TEST_F(FlowSyncTest, TheStartLoadsFilesAndWritesFlowsWithoutFile) {  // CLI-57
  put("below/here.yaml", source_of("here", "from the file"));
  save("here", source_of("here", "older"));
  save("there", source_of("there", "from the store"));
  save("gone", source_of("gone", "x"));
  remove("gone");
  start();
  EXPECT_EQ(source_in_store("here"), source_of("here", "from the file"));
  EXPECT_EQ(text_of("main_n_there.yml"), source_of("there", "from the store"));
  EXPECT_FALSE(fs::exists(path("main_n_here.yml"))) << "it has a file";
  EXPECT_FALSE(fs::exists(path("main_n_gone.yml")));
  EXPECT_TRUE(fs::is_empty(second_.path())) << "new files are in the first folder";
}

TEST_F(FlowSyncTest, FilesBecomeFlows) {  // CLI-57
  start();
  put("a.yml", source_of("a", "one"));
  wait_until([&] { return source_in_store("a") == source_of("a", "one"); }, "a new file");
  put("a.yml", source_of("a", "two"));
  wait_until([&] { return source_in_store("a") == source_of("a", "two"); }, "a changed file");
  fs::rename(path("a.yml"), path("b.yml"));
  settle();
  EXPECT_EQ(source_in_store("a"), source_of("a", "two")) << "a file that is renamed keeps its flow";
  EXPECT_EQ(revisions_of("a"), 2u);
  put("b.yml", source_of("c", "two"));
  wait_until([&] { return source_in_store("a").empty() && !source_in_store("c").empty(); }, "another id");
  fs::remove(path("b.yml"));
  wait_until([&] { return source_in_store("c").empty(); }, "a removed file");
  put("folder/d.yml", source_of("d", "one"));
  wait_until([&] { return !source_in_store("d").empty(); }, "a file in a new folder");
  fs::rename(path("folder"), data_.path() / "elsewhere");
  wait_until([&] { return source_in_store("d").empty(); }, "a folder that was moved away");
}

TEST_F(FlowSyncTest, FlowsBecomeFiles) {  // CLI-57
  put("a.yml", source_of("a", "one"));
  start();
  save("a", source_of("a", "two"));
  wait_until([&] { return text_of("a.yml") == source_of("a", "two"); }, "the file of the flow is written");
  save("b", source_of("b", "one"));
  wait_until([&] { return text_of("main_n_b.yml") == source_of("b", "one"); }, "a new file");
  remove("b");
  wait_until([&] { return !fs::exists(path("main_n_b.yml")); }, "the file of a deleted flow");
  settle();
  EXPECT_EQ(revisions_of("a"), 2u) << "what was written is not saved once more";
  EXPECT_EQ(source_in_store("a"), source_of("a", "two"));
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
}

TEST_F(FlowSyncTest, WhatIsNoFlowChangesNothing) {  // CLI-57
  put("a.yml", source_of("a", "good"));
  start();
  const std::string before = source_in_store("a");
  std::ofstream(path("huge.yml"), std::ios::binary) << std::string(9 * 1024 * 1024, '#');
  ASSERT_EQ(::mkfifo(path("pipe.yml").c_str(), 0600), 0);
  fs::create_directory(path("folder.yml"));
  put("empty.yml", "");
  put("binary.yml", std::string("id: \xFF\xFE\0x", 8));
  put("half.yml", "id: half\nnamespace: n\ntasks:\n  - id: t\n    type: io.kestra.plugin.core.lo");
  put("wrong.yml", "id: wrong\nnamespace: n\ntasks: []\n");
  put("yaml.yml", "a: [\n");
  put("same.yml", source_of("a", "another file of the same flow"));
  for (const char* bad : {"", "tasks: [", "id: a\nnamespace: n\ntasks:\n", "\xFF", "id: a\nnamespace: n\n"}) {
    put("a.yml", bad);
    settle();
    EXPECT_EQ(source_in_store("a"), before) << bad;
    EXPECT_EQ(text_of("a.yml"), bad) << "the file of its owner stays as it is";
  }
  EXPECT_EQ(source_in_store("half"), "");
  EXPECT_EQ(source_in_store("wrong"), "");
  save("a", source_of("a", "from the store"));
  settle();
  EXPECT_EQ(text_of("a.yml"), "id: a\nnamespace: n\n") << "what somebody is writing is not overwritten";
  put("a.yml", source_of("a", "good again"));
  wait_until([&] { return source_in_store("a") == source_of("a", "good again"); }, "it is repaired");
}

TEST_F(FlowSyncTest, AFileThatIsNotValidYetKeepsItsFlow) {
  save("a", source_of("a", "from the store"));
  put("a.yml", "id: a\nnamespace: n\ntasks: []\n");
  start();
  EXPECT_FALSE(fs::exists(path("main_n_a.yml"))) << "the flow has a file";
  EXPECT_EQ(source_in_store("a"), source_of("a", "from the store"));
  put("a.yml", source_of("a", "repaired"));
  wait_until([&] { return source_in_store("a") == source_of("a", "repaired"); }, "the file is valid now");
}

TEST_F(FlowSyncTest, AFileWithSeveralFlowsIsReadButNotWritten) {
  const std::string both = source_of("a", "one") + "---\n" + source_of("b", "one");
  put("both.yml", both);
  start();
  EXPECT_FALSE(source_in_store("a").empty());
  EXPECT_FALSE(source_in_store("b").empty());
  save("b", source_of("b", "two"));
  settle();
  EXPECT_EQ(text_of("both.yml"), both);
  fs::remove(path("both.yml"));
  wait_until([&] { return source_in_store("a").empty() && source_in_store("b").empty(); }, "both are gone");
}

TEST_F(FlowSyncTest, AFolderThatDisappearsTakesNoFlowsWithIt) {
  put("a.yml", source_of("a", "one"));
  start();
  fs::rename(folder_.path(), data_.path() / "moved");
  fs::remove(data_.path() / "moved" / "a.yml");  // it is watched there, too
  std::ofstream(second_.path() / "z.yml") << source_of("z", "one");
  wait_until([&] { return !source_in_store("z").empty(); }, "the other folder is still watched");
  EXPECT_EQ(source_in_store("a"), source_of("a", "one"));
  fs::rename(data_.path() / "moved", folder_.path());
}

TEST_F(FlowSyncTest, ManyChangesAreTakenOnce) {
  start();
  for (int i = 0; i < 200; ++i) put("busy.yml", source_of("busy", std::to_string(i)));
  wait_until([&] { return source_in_store("busy") == source_of("busy", "199"); }, "the last content");
  for (int i = 0; i < 50; ++i) save("busy", source_of("busy", fmt::format("store {}", i)));
  wait_until([&] { return text_of("busy.yml") == source_of("busy", "store 49"); }, "the last revision");
}

TEST_F(FlowSyncTest, NeedsFolders) {
  auto started = FlowSync::start(*runtime_, {"/nonexistent/folder"});
  ASSERT_FALSE(started.has_value());
  EXPECT_NE(started.error().message().find("micronaut.io.watch.paths"), std::string::npos);
}

}  // namespace
}  // namespace gyr::main
