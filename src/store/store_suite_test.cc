#include "store/store_suite.h"

#include "store/sqlite/sqlite_store.h"

namespace gyr::store::test {
namespace {

class SqliteBackend final : public Backend {
 public:
  SqliteBackend() { open(); }
  Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    open();
  }

 private:
  void open() {
    SqliteOptions options;
    options.folder = folder_.path();
    options.clock = &clock;
    options.snapshot_time = std::chrono::minutes(1);
    options.text_block_executions = 200;
    auto opened = open_sqlite(std::move(options));
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    store_ = *std::move(opened);
  }
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

std::string text_of(base::Instant time) { return fmt::format("{}.{:09}", time.seconds, time.nanos); }

std::string text_of(const model::StateHistory& history) {
  std::string text;
  for (const auto& change : history.changes())
    text += fmt::format("{}@{} ", to_text(change.state), text_of(change.date));
  return text;
}

}  // namespace

std::vector<BackendFactory> backends() {
  return {{"sqlite", []() -> std::unique_ptr<Backend> { return std::make_unique<SqliteBackend>(); }}};
}

std::string describe(const ExecutionRow& row) {
  const auto& e = row.execution;
  std::string text = fmt::format("{} {}/{}/{} r{} {}", e.id.to_text(), e.flow->tenant, e.flow->namespace_, e.flow->id,
                                 e.revision, text_of(e.state));
  for (const base::Value* value : {&e.inputs, &e.outputs, &e.variables})
    text += base::hex_encode(base::encode_value(*value)) + " ";
  for (const auto& label : e.labels) text += fmt::format("{}={} ", label.key, label.value);
  if (e.trigger) {
    text += fmt::format("trigger {} {} {} {} ", e.trigger->id, e.trigger->type, e.trigger->log_file,
                        base::hex_encode(base::encode_value(e.trigger->variables)));
  }
  text += fmt::format("{} {} #{} {} {} {} k{} ", e.parent_id.to_text(), e.original_id.to_text(), e.attempt_number,
                      text_of(e.original_created), e.schedule_date ? text_of(*e.schedule_date) : "-", e.trace_parent,
                      static_cast<int>(e.kind));
  for (const auto& breakpoint : e.breakpoints)
    text += fmt::format("b {} {} {} ", breakpoint.task_id, breakpoint.has_value, breakpoint.value);
  text += fmt::format("{} {} {} | {} {} {} {} {}", e.caller_execution.to_text(), e.caller_task_run.to_text(), e.error,
                      static_cast<int>(row.activity), row.wake_at ? text_of(*row.wake_at) : "-", row.aborts,
                      row.quarantined, row.engine_state);
  return text;
}

std::string describe(const TaskRunRow& row) {
  const auto& run = row.run;
  std::string text = fmt::format("{} {} {} {} {} {} {} {}", row.execution_id.to_text(), row.position, run.id.to_text(),
                                 run.task_id, run.parent_id.to_text(), run.value.value_or("-none-"),
                                 run.iteration.value_or(-7), text_of(run.state));
  for (const auto& attempt : run.attempts)
    text += fmt::format("a {} {} {} ", text_of(attempt.state), attempt.worker_id, attempt.log_file);
  return text + fmt::format("{} {} {} {} {}", base::hex_encode(base::encode_value(run.outputs)), run.dynamic,
                            run.force_execution, run.log_sequence, row.engine_state);
}

std::string describe(const model::LogEntry& line) {
  return fmt::format("{} {}/{} {} {} {} a{} #{} {} {} {} {}", line.execution_id.to_text(), line.flow->namespace_,
                     line.flow->id, line.task_id, line.task_run_id.to_text(), line.trigger_id, line.attempt,
                     line.sequence, text_of(line.timestamp), to_text(line.level), line.thread, line.message);
}

}  // namespace gyr::store::test
