// Rows for tests and benchmarks: similar to those of real executions, derived from a few numbers.
#pragma once

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/store.h"

namespace gyr::store::test {

/// A folder that is deleted at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = "/tmp/gyr-store-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  explicit TemporaryFolder(const std::filesystem::path& parent) {
    std::string name = (parent / "gyr-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Makes what callers may see, as the authorisation of the module web does.
class Callers {
 public:
  static Visible sees(std::vector<std::string> namespaces) { return Visible::below(std::move(namespaces)); }
  /// Sees and may change entities of these namespaces only.
  static Access has(std::vector<std::string> namespaces) {
    Visible visible = sees(std::move(namespaces));
    return {visible, visible};
  }
};
inline const Visible everything = Visible::internal("a test");

inline base::Instant time_of(int64_t seconds, int64_t micros = 0) {
  return base::Instant::of_micros((1'767'600'000 + seconds) * 1'000'000 + micros);  // from 2026-01-05T08:00:00Z
}

inline std::shared_ptr<const model::FlowKey> flow_key(std::string namespace_, std::string id,
                                                      std::string tenant = "main") {
  return std::make_shared<model::FlowKey>(model::FlowKey{std::move(tenant), std::move(namespace_), std::move(id)});
}

/// Ascending ids, the same in every run.
class Ids {
 public:
  explicit Ids(uint64_t seed = 1) : random_(seed) {}
  base::Id at(base::Instant time) {
    return {(static_cast<uint64_t>(time.to_millis()) << 16) | (++count_ & 0xFFFF), random_()};
  }

 private:
  std::mt19937_64 random_;
  uint64_t count_ = 0;
};

/// One ended run of the flow K1 of the benchmark (webhook, OutputValues, Log).
struct K1 {
  ExecutionRow execution;
  std::vector<TaskRunRow> runs;
  std::vector<model::LogEntry> logs;
};

inline model::StateHistory history(std::initializer_list<std::pair<model::State, int64_t>> changes,
                                   base::Instant start) {
  std::vector<model::StateChange> all;
  for (auto [state, us] : changes) all.push_back({state, start + base::Duration::of_micros(us)});
  return model::StateHistory(std::move(all));
}

inline K1 make_k1(Ids& ids, const std::shared_ptr<const model::FlowKey>& flow, base::Instant start) {
  using base::Value;
  using model::State;
  K1 k1;
  auto& e = k1.execution.execution;
  e.id = e.original_id = ids.at(start);
  e.flow = flow;
  e.revision = 3;
  e.original_created = start;
  e.state = history({{State::created, 0}, {State::running, 310}, {State::success, 1270}}, start);
  e.labels = {{"system.correlationId", e.id.to_text()}};
  e.trigger.emplace();
  e.trigger->id = "webhook";
  e.trigger->type = "io.kestra.plugin.core.trigger.Webhook";
  e.trigger->variables =
      Value::map({{"body", Value::map({{"order", Value::integer(184'202)}, {"name", Value::string("Ada Lovelace")}})},
                  {"headers", Value::map({{"content-type", Value::list({Value::string("application/json")})}})},
                  {"parameters", Value::empty_map()}});
  e.outputs = Value::empty_map();
  k1.execution.activity = Activity::ended;
  uint32_t position = 0;
  for (const char* task : {"output_values", "log"}) {
    TaskRunRow row;
    row.execution_id = e.id;
    row.position = position++;
    row.run.id = ids.at(start);
    row.run.task_id = task;
    row.run.state = history({{State::created, 400}, {State::running, 420}, {State::success, 640}}, start);
    model::Attempt attempt;
    attempt.state = history({{State::created, 420}, {State::running, 420}, {State::success, 640}}, start);
    row.run.attempts.push_back(attempt);
    if (position == 1) {
      row.run.outputs =
          Value::map({{"values", Value::map({{"output1", Value::string("xyz")}, {"output2", Value::string("abc")}})}});
    } else {
      row.run.log_sequence = 1;
      model::LogEntry line;
      line.execution_id = e.id;
      line.flow = flow;
      line.task_id = task;
      line.task_run_id = row.run.id;
      line.sequence = 1;
      line.timestamp = start + base::Duration::of_micros(600);
      line.thread = "executor-1";
      line.message = "the order 184202 of Ada Lovelace has arrived and was looked at";
      k1.logs.push_back(line);
    }
    k1.runs.push_back(std::move(row));
  }
  return k1;
}

inline void add_to(Batch& batch, K1 k1) {
  batch.new_executions.push_back(std::move(k1.execution));
  for (auto& run : k1.runs) batch.new_task_runs.push_back(std::move(run));
  for (auto& line : k1.logs) batch.logs.push_back(std::move(line));
}

}  // namespace gyr::store::test
