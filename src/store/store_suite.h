// The tests that every back end must pass. A back end is added to backends() in store_suite_test.cc.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/codec.h"
#include "base/text.h"
#include "store/store.h"
#include "store/test_rows.h"

namespace gyr::store::test {

/// One store for one test, which can be closed and opened again with the same data.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Store& store() = 0;
  virtual void reopen() = 0;
  base::VirtualClock clock{time_of(0)};
};
/// Creates the stores of one back end; `name` is part of the test names.
struct BackendFactory {
  std::string name;
  std::unique_ptr<Backend> (*make)();
};
std::vector<BackendFactory> backends();

/// All fields of a row as text, so that a difference is readable.
std::string describe(const ExecutionRow& row);
std::string describe(const TaskRunRow& row);
std::string describe(const model::LogEntry& line);

/// The fixture of the suite: a new store for each test, and helpers to write and read it.
class StoreSuite : public ::testing::TestWithParam<BackendFactory> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    ASSERT_NE(backend_, nullptr);
  }
  void TearDown() override {
    reader_.reset();
    backend_.reset();
  }
  Store& store() { return backend_->store(); }
  base::VirtualClock& clock() { return backend_->clock; }
  Reader& reader() {
    if (!reader_) {
      auto opened = store().open_reader();
      EXPECT_TRUE(opened.has_value());
      reader_ = *std::move(opened);
    }
    return *reader_;
  }
  void reopen() {
    reader_.reset();
    backend_->reopen();
  }
  /// Commits and expects success.
  void commit(Batch batch) {
    auto done = store().commit_and_wait(std::move(batch));
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  /// The code of a refused commit; empty if it succeeded.
  std::string refusal(Batch batch) {
    auto done = store().commit_and_wait(std::move(batch));
    return done ? "" : std::string(done.error().code().text);
  }
  /// The value of a Result; the test fails if it is an error.
  template <class T>
  T must(base::Result<T> result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().to_string());
    return result ? *std::move(result) : T{};
  }
  /// An execution in a state, with its history up to it.
  ExecutionRow execution(const std::shared_ptr<const model::FlowKey>& flow, base::Instant start,
                         model::State state = model::State::running) {
    ExecutionRow row;
    auto& e = row.execution;
    e.id = e.original_id = ids_.at(start);
    e.flow = flow;
    e.revision = 1;
    e.original_created = start;
    std::vector<model::StateChange> changes{{model::State::created, start}};
    if (state != model::State::created) changes.push_back({state, start + base::Duration::of_millis(1500)});
    e.state = model::StateHistory(std::move(changes));
    row.activity = model::is_terminated(state) ? Activity::ended : Activity::active;
    return row;
  }
  TaskRunRow task_run(const ExecutionRow& execution, uint32_t position, std::string task_id = "task") {
    TaskRunRow row;
    row.execution_id = execution.execution.id;
    row.position = position;
    row.run.id = ids_.at(execution.execution.state.started());
    row.run.task_id = std::move(task_id);
    row.run.state = model::StateHistory(model::State::created, execution.execution.state.started());
    return row;
  }
  model::LogEntry log_line(const ExecutionRow& execution, base::Id run, uint32_t sequence, std::string message,
                           model::LogLevel level = model::LogLevel::info) {
    model::LogEntry line;
    line.execution_id = execution.execution.id;
    line.flow = execution.execution.flow;
    line.task_run_id = run;
    line.task_id = run.is_none() ? "" : "task";
    line.sequence = sequence;
    line.timestamp = execution.execution.state.started() + base::Duration::of_millis(sequence);
    line.level = level;
    line.thread = "t";
    line.message = std::move(message);
    return line;
  }
  Ids ids_;

 private:
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace gyr::store::test

/// Defines a group of tests of the suite and runs it with every back end.
#define GYR_STORE_SUITE(Name)                                                                   \
  class Name : public ::gyr::store::test::StoreSuite {};                                        \
  INSTANTIATE_TEST_SUITE_P(Backends, Name, ::testing::ValuesIn(::gyr::store::test::backends()), \
                           [](const auto& info) { return info.param.name; })
