// Flows that are loaded whenever their files are saved (`gyr dev`).
#include "main/flow_watch.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "main/config/reader.h"
#include "store/test_rows.h"

namespace gyr::main {
namespace {

namespace fs = std::filesystem;

class FlowWatchTest : public ::testing::Test {
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
    watch_.reset();
    runtime_->stop(std::chrono::milliseconds(0));
  }

  void put(const std::string& name, const std::string& message) {
    const fs::path file = folder_.path() / name;
    fs::create_directories(file.parent_path());
    const fs::path part = file.parent_path() / ".part";
    std::ofstream(part) << fmt::format(
        "id: {}\nnamespace: n\ntasks:\n  - id: t\n    type: io.kestra.plugin.core.log.Log\n    message: {}\n",
        file.stem().string(), message);
    fs::rename(part, file);  // as editors save
  }

  /// The last revision of a flow; 0 if there is none.
  int32_t revision_of(const std::string& id) {
    auto rows = reader_->flow_revisions({"main", "n", id});
    int32_t last = 0;
    if (rows) {
      for (const auto& row : *rows) last = std::max(last, row.revision);
    }
    return last;
  }

  /// Waits for a commit of a flow, as long as it takes; the test program has a limit.
  void wait_for(const std::string& id, int32_t revision) {
    const auto until = base::monotonic_now() + std::chrono::seconds(60);
    while (revision_of(id) < revision && base::monotonic_now() < until) std::this_thread::yield();
    EXPECT_EQ(revision_of(id), revision) << id;
  }

  store::test::TemporaryFolder data_, folder_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<store::Reader> reader_;
  std::unique_ptr<FlowWatch> watch_;
};

TEST_F(FlowWatchTest, LoadsFlowsWhenTheyAreSaved) {
  put("first.yaml", "one");
  std::ofstream(folder_.path() / "compose.yaml") << "services: {}\n";
  auto started = FlowWatch::start(*runtime_, {folder_.path().string()});
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  watch_ = *std::move(started);
  EXPECT_EQ(revision_of("first"), 1) << "loaded before start() returns";
  put("first.yaml", "two");
  wait_for("first", 2);
  put("below/second.yml", "one");
  wait_for("second", 1);
  std::ofstream(folder_.path() / "broken.yaml") << "id: broken\nnamespace: n\n";
  put(".hidden/third.yaml", "one");
  put("last.yaml", "one");
  wait_for("last", 1);
  EXPECT_EQ(revision_of("broken"), 0);
  EXPECT_EQ(revision_of("third"), 0);
  fs::remove(folder_.path() / "first.yaml");
  put("end.yaml", "one");
  wait_for("end", 1);
  EXPECT_EQ(revision_of("first"), 2) << "the flow stays";
}

}  // namespace
}  // namespace gyr::main
