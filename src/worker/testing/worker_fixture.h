// Fixture for the worker tests: a flow, task types, and a worker whose server is the test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/testing/no_http.h"
#include "plugin_api/registry.h"
#include "plugin_api/render.h"
#include "plugin_api/task_type.h"
#include "process/testing/no_spawner.h"
#include "protocol/memory_link.h"
#include "storage/test_storage.h"
#include "worker/worker.h"

namespace gyr::worker::testing {

// ---- task types with one property `text`

/// Logs the text and returns it as `value`; one metric.
struct Echo {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Fails with the text.
struct Fail {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Waits one hour or until it is cancelled.
struct Wait {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

template <class T>
plugin::TaskType type(std::string_view name) {
  return plugin::task_type<T>(std::string(name)).property("text", &T::text).build();
}

// ---- services of the worker

/// Always returns the one flow that it was given.
class OneFlow final : public FlowSource {
 public:
  void get(const model::FlowKey& key, int32_t revision, const std::string& templates, Done done) override;
  std::shared_ptr<const engine::CompiledFlow> flow;
};

/// Compiles the flow `company.team.flow` from this YAML. The test fails if it is not valid.
std::shared_ptr<const engine::CompiledFlow> compile(std::string_view yaml, const plugin::Registry& registry);

/// Returns all frames of one kind, in order.
template <class T>
std::vector<T> frames_of(const std::vector<protocol::Frame>& frames) {
  std::vector<T> out;
  for (const auto& frame : frames) {
    if (const auto* wanted = std::get_if<T>(&frame)) out.push_back(*wanted);
  }
  return out;
}

/// Returns the only frame of this kind. The test fails if there are none or several.
template <class T>
T only_frame_of(const std::vector<protocol::Frame>& frames) {
  auto found = frames_of<T>(frames);
  EXPECT_EQ(found.size(), 1u);
  return found.empty() ? T() : found[0];
}

/// The messages of all log lines, in order.
std::vector<std::string> lines_of(const std::vector<protocol::Frame>& frames);

/// A worker without storage, processes and HTTP on a loop with virtual time. The fixture keeps the frames that the
/// worker sends. The test must pass frames to the worker explicitly. At the end of each test the worker is shut down.
class WorkerFixture : public ::testing::Test {
 protected:
  WorkerFixture();
  ~WorkerFixture() override;
  void TearDown() override;

  /// Sets the flow of the worker: `id` and `namespace` are prepended to this YAML.
  void deploy(std::string_view yaml);
  /// Passes a frame to the worker and runs the loop until nothing is ready.
  void receive(protocol::Frame frame);
  void advance(std::chrono::nanoseconds by);
  /// Starts the shutdown of the worker, once; `ended_` is set when the shutdown has completed.
  void shut_down(std::chrono::milliseconds grace);

  template <class T>
  std::vector<T> sent() const {
    return frames_of<T>(frames_);
  }
  std::vector<std::string> lines() const { return lines_of(frames_); }

  base::ManualLoop loop_;
  base::VirtualClock clock_{base::Instant::of_millis(1'767'600'000'000)};
  plugin::Registry registry_;
  OneFlow flows_;
  storage::testing::NoStorage storage_;
  std::unique_ptr<net::Pool> pool_ = net::make_pool("files", 1);
  process::testing::NoSpawner spawner_;
  net::testing::NoHttp http_;
  std::vector<protocol::Frame> frames_;
  protocol::MemoryLink to_server_{nullptr, [this](protocol::Frame frame) { frames_.push_back(std::move(frame)); }};
  std::optional<Worker> worker_;
  std::optional<base::TaskScope> ending_;
  bool ended_ = false;
};

/// The same fixture with the types `test.Echo`, `test.Fail` and `test.Wait`, and a flow with one task `task`.
class TaskFixture : public WorkerFixture {
 protected:
  TaskFixture();
  void deploy_task(std::string_view task);
  /// Sends a job for the task, in a run with this number.
  protocol::AttemptKey give(uint64_t run = 1, base::Value context = base::Value::empty_map());
  /// The job that give() sends.
  static protocol::Job job(uint64_t run, base::Value context = base::Value::empty_map());
  protocol::Result result() const { return only_frame_of<protocol::Result>(frames_); }
};

}  // namespace gyr::worker::testing
