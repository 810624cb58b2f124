// A WorkingDirectory on its worker: order, shared files, reports, retries, kill, shutdown, caches (TASK-40,
// SCRIPT-41 to 44).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include "engine/types.h"
#include "worker/testing/worker_fixture.h"

namespace gyr::worker::testing {
namespace {

namespace fs = std::filesystem;
using base::Id;
using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Kind = protocol::ChildReport::Kind;

/// Fails in all attempts before the one `text` names.
struct Flaky {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(auto rendered, co_await context.render(text));
    if (std::to_string(context.info().attempt) < rendered.value_or(""))
      co_return base::fail(plugin::task_failed, "not yet");
    co_return plugin::Success{};
  }
};

/// Makes an empty file.
struct Touch {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(auto name, co_await context.render(text));
    GYR_CO_TRY(fs::path path, context.files()->resolve(name.value_or("")));
    std::ofstream(path).close();
    co_return plugin::Success{};
  }
};

/// Gives the names of the files that are there.
struct Look {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(fs::path directory, context.files()->working_directory());
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) names.insert(entry.path().filename());
    co_return plugin::Success{Value::map({{"files", Value::string(fmt::format("{}", fmt::join(names, " ")))}}), {}};
  }
};

/// Objects in memory. Any thread.
class MemoryStorage final : public storage::testing::NoStorage {
 public:
  base::Result<std::unique_ptr<storage::ByteSource>> get(std::string_view, std::string_view path, uint64_t) override {
    std::lock_guard lock(mutex_);
    auto found = objects_.find(path);
    if (found == objects_.end()) return base::fail(storage::file_not_found, "no such object");
    return storage::source_of(found->second);
  }
  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view, std::string_view path,
                                                       storage::Metadata) override {
    return std::make_unique<Sink>(*this, std::string(path));
  }
  base::Result<bool> exists(std::string_view, std::string_view path) override {
    std::lock_guard lock(mutex_);
    return objects_.contains(path);
  }
  base::Result<storage::FileAttributes> attributes(std::string_view, std::string_view path) override {
    std::lock_guard lock(mutex_);
    return storage::FileAttributes{.file_name = std::string(path), .modified_ms = modified_ms};
  }
  base::Result<bool> remove(std::string_view, std::string_view path) override {
    std::lock_guard lock(mutex_);
    return objects_.erase(std::string(path)) > 0;
  }

  std::vector<std::string> paths() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [path, bytes] : objects_) all.push_back(path);
    return all;
  }
  std::string content(const std::string& path) const {
    std::lock_guard lock(mutex_);
    auto found = objects_.find(path);
    return found == objects_.end() ? std::string() : found->second;
  }
  int64_t modified_ms = 0;  ///< of every object

 private:
  class Sink final : public storage::ByteSink {
   public:
    Sink(MemoryStorage& storage, std::string path) : storage_(storage), path_(std::move(path)) {}
    base::Result<void> write(std::string_view bytes) override {
      bytes_ += bytes;
      return {};
    }
    base::Result<std::string> finish() override {
      std::lock_guard lock(storage_.mutex_);
      storage_.objects_[path_] = bytes_;
      return storage::uri_of_path(path_);
    }

   private:
    MemoryStorage& storage_;
    std::string path_;
    std::string bytes_;
  };
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> objects_;
};

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() {
    engine::register_engine_types(registry_);
    registry_.add(type<Echo>("test.Echo"));
    registry_.add(type<Flaky>("test.Flaky"));
    registry_.add(type<Wait>("test.Wait"));
    registry_.add(type<Touch>("test.Touch"));
    registry_.add(type<Look>("test.Look"));
    fs::remove_all(folder_);
  }
  ~DirectoryTest() override { fs::remove_all(folder_); }

  static base::Task<void> end_worker(Worker* worker, net::RunningLoop* loop) {
    co_await worker->shutdown(std::chrono::milliseconds(0));
    loop->stop();
  }

  /// Gives the directory `wd` with these tasks (and options) to a new worker; returns when it has ended or been shut
  /// down.
  void run(std::string_view tasks, std::string_view options = "", std::optional<std::string> value = {}) {
    flows_.flow = compile("tasks:\n  - id: wd\n    type: io.kestra.plugin.core.flow.WorkingDirectory\n" +
                              std::string(options) + "    tasks:\n" + std::string(tasks),
                          registry_);
    ASSERT_TRUE(flows_.flow);
    frames_.clear();

    auto loop = net::make_loop();
    auto pool = net::make_pool("files", 2);
    base::TaskScope scope(*loop);
    std::unique_ptr<Worker> worker;
    bool ending = false;
    auto end = [&] {
      if (std::exchange(ending, true)) return;
      loop->post([&] { scope.spawn(end_worker(worker.get(), loop.get())); });
    };
    protocol::MemoryLink to_server(loop.get(), [&](protocol::Frame frame) {
      if (on_frame) on_frame(frame, *worker, end);
      bool over = std::holds_alternative<protocol::Result>(frame);
      frames_.push_back(std::move(frame));
      if (over) end();
    });
    worker = std::make_unique<Worker>(
        WorkerOptions{.id = "w", .processes = 2, .temporary = folder_, .cache = folder_ / "cache"},
        WorkerServices{*loop, clock_, flows_, storage_, *pool, spawner_, http_}, to_server);
    protocol::Job job;
    job.key = job_key_;
    job.flow = {"main", "company.team", "flow"};
    job.revision = 1;
    job.task_id = "wd";
    job.context = Value::map({{"outputs", Value::empty_map()}, {"flow", Value::map({{"id", Value::string("flow")}})}});
    if (value) job.values = {*value};
    job.value = std::move(value);
    loop->post([&] { worker->receive(job); });
    loop->run();
    pool->stop();
    worker.reset();
  }

  template <class T>
  std::vector<T> sent() const {
    return frames_of<T>(frames_);
  }
  /// `a:began a:ended:SUCCESS …`
  std::vector<std::string> reports() const {
    static constexpr std::string_view kinds[] = {"began", "ended", "retries", "skipped", "refused"};
    std::vector<std::string> out;
    for (const auto& report : sent<protocol::ChildReport>()) {
      EXPECT_EQ(report.job, job_key_);
      std::string text = report.task_id + ":" + std::string(kinds[static_cast<size_t>(report.kind)]);
      if (report.attempt > 0) text += "#" + std::to_string(report.attempt);
      if (report.kind == Kind::ended) text += ":" + std::string(model::to_text(report.state));
      out.push_back(std::move(text));
    }
    return out;
  }
  Value outputs_of(std::string_view task) const {
    for (const auto& report : sent<protocol::ChildReport>()) {
      if (report.task_id == task && report.kind == Kind::ended) return report.outputs;
    }
    return {};
  }
  std::string text_of(std::string_view task, std::string_view name) const {
    Value outputs = outputs_of(task);
    const Value* found = outputs.find(name);
    return found == nullptr ? "none" : std::string(found->text());
  }
  protocol::Result result() const { return only_frame_of<protocol::Result>(frames_); }
  std::vector<std::string> lines() const { return lines_of(frames_); }

  const protocol::AttemptKey job_key_{Id{1, 1}, Id{2, 1}, 0, 3};
  fs::path folder_ = fs::temp_directory_path() / ("gyr-directory-" + std::to_string(::getpid()));
  base::SystemClock clock_;
  plugin::Registry registry_;
  OneFlow flows_;
  MemoryStorage storage_;
  process::testing::NoSpawner spawner_;
  net::testing::NoHttp http_;
  std::vector<protocol::Frame> frames_;
  std::function<void(const protocol::Frame&, Worker&, const std::function<void()>& end)> on_frame;
};

TEST_F(DirectoryTest, RunsItsTasksInOrderInOneFolder) {  // TASK-40
  run(R"(
      - {id: a, type: test.Touch, text: one.txt}
      - {id: b, type: test.Echo, text: "{{ taskrun.parentId }}"}
      - {id: c, type: test.Look}
)");
  EXPECT_THAT(reports(),
              ElementsAre("a:began", "a:ended:SUCCESS", "b:began", "b:ended:SUCCESS", "c:began", "c:ended:SUCCESS"));
  EXPECT_EQ(text_of("b", "value"), job_key_.task_run_id.to_text());
  EXPECT_EQ(text_of("c", "files"), "one.txt");
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(result().key, job_key_);
  auto all = sent<protocol::ChildReport>();
  EXPECT_EQ(all[0].task_run, all[1].task_run);
  EXPECT_NE(all[0].task_run, all[2].task_run);
  EXPECT_TRUE(fs::is_empty(folder_)) << "nothing is left behind";
}

TEST_F(DirectoryTest, OutputsOfEarlierTasksAreThereAtOnce) {  // EXEC-113
  run(R"(
      - {id: a, type: test.Echo, text: first}
      - {id: b, type: test.Echo, text: "{{ outputs.a.value }} and {{ task.id }}"}
)");
  EXPECT_EQ(text_of("b", "value"), "first and b");
  run(R"(
      - {id: a, type: test.Echo, text: "of {{ taskrun.value }}"}
      - {id: b, type: test.Echo, text: "{{ outputs.a[taskrun.value].value }}, {{ parent.taskrun.value }}"}
)",
      "", "one");
  EXPECT_EQ(text_of("b", "value"), "of one, one") << "in a loop, below its value (EXEC-111)";
}

TEST_F(DirectoryTest, TheFirstFailedTaskEndsIt) {  // SCRIPT-41
  run(R"(
      - {id: soft, type: test.Flaky, text: "9", allowFailure: true}
      - {id: skip, type: test.Echo, text: x, runIf: "false"}
      - {id: ko, type: test.Flaky, text: "9"}
      - {id: never, type: test.Echo, text: x}
)",
      "    outputFiles: [\"*\"]\n");
  EXPECT_THAT(reports(), ElementsAre("soft:began", "soft:ended:FAILED", "skip:skipped", "ko:began", "ko:ended:FAILED"));
  EXPECT_EQ(result().state, State::failed);
  EXPECT_TRUE(result().outputs.is_null()) << "nothing is kept";
}

TEST_F(DirectoryTest, ATaskWithABrokenConditionEndsIt) {  // TASK-6
  run(R"(
      - {id: a, type: test.Echo, text: x, runIf: "{{ nothing.here }}"}
      - {id: never, type: test.Echo, text: x}
)");
  EXPECT_THAT(reports(), ElementsAre("a:refused"));
  EXPECT_EQ(result().state, State::failed);
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("Failed evaluating runIf: ")));
}

TEST_F(DirectoryTest, FailsBeforeItsTasksIfAFileIsMissing) {  // SCRIPT-41
  run("      - {id: never, type: test.Echo, text: x}\n", "    inputFiles: {a.txt: \"kestra:///nothing\"}\n");
  EXPECT_THAT(reports(), IsEmpty());
  EXPECT_EQ(result().state, State::failed);
  EXPECT_FALSE(result().error.empty());
  EXPECT_THAT(lines(), Contains(result().error));
}

TEST_F(DirectoryTest, RetriesInPlaceAndContinues) {  // EXEC-159
  run(R"(
      - {id: a, type: test.Flaky, text: "2", retry: {type: constant, interval: PT0.01S, maxAttempts: 3}}
      - {id: b, type: test.Echo, text: x}
)");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:retries", "a:began#1", "a:retries#1", "a:began#2",
                                     "a:ended#2:SUCCESS", "b:began", "b:ended:SUCCESS"));
  EXPECT_EQ(result().state, State::success);
}

TEST_F(DirectoryTest, TheRetryOfTheDirectoryIsThatOfItsTasks) {  // TASK-40
  run("      - {id: a, type: test.Flaky, text: \"1\"}\n",
      "    retry: {type: constant, interval: PT0.01S, maxAttempts: 2}\n");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:retries", "a:began#1", "a:ended#1:SUCCESS"));
}

TEST_F(DirectoryTest, TheRetryOfTheFlowIsThatOfItsTasks) {  // EXEC-50
  run("      - {id: a, type: test.Flaky, text: \"1\"}\nretry: {type: constant, interval: PT0.01S, maxAttempts: 2}\n");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:retries", "a:began#1", "a:ended#1:SUCCESS"));
}

TEST_F(DirectoryTest, AnAllowedFailureOnlyTriggersTheRetryOfTheTask) {  // EXEC-50, TASK-40
  const std::string retry = "retry: {type: constant, interval: PT0.01S, maxAttempts: 2}";
  const std::string task = "      - {id: a, type: test.Flaky, text: \"1\", allowFailure: true";
  run(task + "}\n" + retry + "\n");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:ended:FAILED"));
  run(task + "}\n", "    " + retry + "\n");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:ended:FAILED")) << "that of the directory";
  run(task + ", " + retry + "}\n");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:retries", "a:began#1", "a:ended#1:SUCCESS"));
}

TEST_F(DirectoryTest, ATimeoutEndsTheAttemptOfATask) {  // TASK-40, TASK-7
  run(R"(
      - {id: a, type: test.Wait, timeout: PT0.05S, allowFailure: true}
      - {id: b, type: test.Echo, text: x}
)",
      "    timeout: PT0.01S\n");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:ended:FAILED", "b:began", "b:ended:SUCCESS"))
      << "that of the directory has no effect";
  EXPECT_THAT(lines(), Contains("Timeout after 00:00:00.050"));
}

TEST_F(DirectoryTest, AKillEndsTheTaskAndTheRest) {  // EXEC-80
  on_frame = [this](const protocol::Frame& frame, Worker& worker, const auto&) {
    const auto* report = std::get_if<protocol::ChildReport>(&frame);
    if (report != nullptr && report->task_id == "b" && report->kind == Kind::began)
      worker.receive(protocol::Kill{job_key_});
  };
  run(R"(
      - {id: a, type: test.Echo, text: x}
      - {id: b, type: test.Wait}
      - {id: never, type: test.Echo, text: x}
)");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:ended:SUCCESS", "b:began", "b:ended:KILLED"));
  EXPECT_EQ(result().state, State::killed);
}

TEST_F(DirectoryTest, TasksCancelledByAShutdownAreNotReported) {  // EXEC-134: it is run again as a whole
  on_frame = [](const protocol::Frame& frame, Worker&, const std::function<void()>& end) {
    const auto* report = std::get_if<protocol::ChildReport>(&frame);
    if (report != nullptr && report->task_id == "b" && report->kind == Kind::began) end();
  };
  run(R"(
      - {id: a, type: test.Echo, text: x}
      - {id: b, type: test.Wait}
)");
  EXPECT_THAT(reports(), ElementsAre("a:began", "a:ended:SUCCESS", "b:began"));
  EXPECT_THAT(sent<protocol::Result>(), IsEmpty());
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(DirectoryTest, InputFilesExistAndOutputFilesAreStored) {  // TASK-40
  run(R"(
      - {id: a, type: test.Look}
      - {id: b, type: test.Touch, text: made.txt}
)",
      "    inputFiles: {in.txt: \"of {{ flow.id }}\"}\n    outputFiles: [\"made*\"]\n");
  EXPECT_EQ(text_of("a", "files"), "in.txt");
  const Value* files = result().outputs.find("outputFiles");
  ASSERT_NE(files, nullptr);
  EXPECT_EQ(files->size(), 1u);
  EXPECT_THAT(std::string(files->find("made.txt")->text()), HasSubstr("/tasks/wd/"));
}

TEST_F(DirectoryTest, KeepsFilesForTheNextExecution) {  // SCRIPT-42
  constexpr std::string_view tasks = R"(
      - {id: look, type: test.Look}
      - {id: touch, type: test.Touch, text: kept.txt}
      - {id: other, type: test.Touch, text: other.dat}
)";
  constexpr std::string_view cache = "    cache: {patterns: [\"*.txt\"], ttl: PT1M}\n";
  storage_.modified_ms = clock_.now().to_millis();
  run(tasks, cache);
  EXPECT_EQ(text_of("look", "files"), "");
  EXPECT_THAT(storage_.paths(), ElementsAre("/company/team/flow/wd/cache/cache.zip"));
  run(tasks, cache);
  EXPECT_EQ(text_of("look", "files"), "kept.txt");
  std::string before = storage_.content("/company/team/flow/wd/cache/cache.zip");
  run("      - {id: look, type: test.Look}\n", cache);
  EXPECT_EQ(storage_.content("/company/team/flow/wd/cache/cache.zip"), before)
      << "no file has changed: it is not written";
  storage_.modified_ms -= 61'000;
  run("      - {id: look, type: test.Look}\n", cache);
  EXPECT_EQ(text_of("look", "files"), "") << "older than its ttl";
}

TEST_F(DirectoryTest, EachValueOfALoopHasFilesOfItsOwn) {  // STOR-5
  run("      - {id: touch, type: test.Touch, text: kept.txt}\n", "    cache: {patterns: [\"*.txt\"]}\n", "one");
  // Murmur3 of "one", as the reference names the folder.
  EXPECT_THAT(storage_.paths(), ElementsAre("/company/team/flow/wd/cache/b29ed8d5f86bace1e426523538f9d5e5/cache.zip"));
}

TEST_F(DirectoryTest, ADamagedCacheIsNoFailure) {  // SCRIPT-42
  auto sink = storage_.put("main", "/company/team/flow/wd/cache/cache.zip", {});
  ASSERT_TRUE((*sink)->write("no archive") && (*sink)->finish());
  run("      - {id: look, type: test.Look}\n", "    cache: {patterns: [\"*.txt\"]}\n");
  EXPECT_EQ(result().state, State::success);
  EXPECT_THAT(lines(), Contains(HasSubstr("the zip archive is damaged")));
}

TEST_F(DirectoryTest, OutputsOfAnEqualRunAreReused) {  // TASK-8, SCRIPT-44, CORE-7
  storage_.modified_ms = clock_.now().to_millis();
  auto cached = [this](std::string_view text) {
    run("      - {id: a, type: test.Echo, text: \"" + std::string(text) +
        "\", taskCache: {enabled: true, ttl: PT1M}}\n");
    return std::ranges::count(lines(), text) == 0;
  };
  const auto metrics = [this] {
    size_t count = 0;
    for (const auto& report : sent<protocol::ChildReport>()) count += report.metrics.size();
    return count;
  };
  EXPECT_FALSE(cached("same"));
  EXPECT_EQ(metrics(), 1u);
  EXPECT_TRUE(cached("same"));
  EXPECT_EQ(metrics(), 0u) << "what did not run measured nothing";
  EXPECT_EQ(text_of("a", "value"), "same");
  EXPECT_THAT(lines(), Contains(HasSubstr("Skipping task execution")));
  EXPECT_FALSE(cached("other")) << "another property, another key";
  storage_.modified_ms -= 61'000;
  EXPECT_FALSE(cached("same")) << "too old";
}

TEST_F(DirectoryTest, AFailedRunIsNotReused) {  // TASK-8
  run("      - {id: a, type: test.Flaky, text: \"9\", taskCache: {enabled: true}}\n");
  EXPECT_THAT(storage_.paths(), IsEmpty());
}

TEST_F(DirectoryTest, ATaskMayLogToAFile) {  // SCRIPT-35
  run(R"(
      - {id: a, type: test.Echo, text: in the file, logToFile: true}
      - {id: b, type: test.Flaky, text: "9", logToFile: true}
)");
  EXPECT_THAT(lines(), ElementsAre("not yet")) << "only what the platform says";
  auto all = sent<protocol::ChildReport>();
  std::string address = all[1].log_file;
  ASSERT_THAT(address, HasSubstr("/tasks/a/"));
  EXPECT_THAT(storage_.content(address.substr(std::string("kestra://").size())),
              HasSubstr("INFO [worker] test.Echo in the file\n"));
}

}  // namespace
}  // namespace gyr::worker::testing
