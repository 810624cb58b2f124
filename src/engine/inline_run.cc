#include "engine/inline_run.h"

#include "base/loop.h"
#include "engine/context.h"
#include "plugin_api/run_context.h"

namespace gyr::engine {
namespace {

constexpr size_t log_message_characters = 15'360;  // EXEC-121

/// The RunContext of a task that runs inside a step: rendering and log only. Anything else makes the run impure, and a
/// worker takes it.
class InlineContext final : public plugin::RunContext {
 public:
  InlineContext(Step& step, RunState& run)
      : step_(step), run_(run), task_(step.task(run)), sequence_(run.run.log_sequence) {
    const model::FlowKey& key = *step.flow().key();
    info_.tenant = key.tenant;
    info_.namespace_ = key.namespace_;
    info_.flow_id = key.id;
    info_.revision = step.flow().revision();
    info_.execution_id = step.state().execution().id;
    info_.task_run_id = run.run.id;
    info_.task_id = run.run.task_id;
    info_.task_type = task_.type_name();
    info_.attempt = static_cast<int32_t>(run.run.attempts.size());
    info_.value = run.run.value;
  }

  const plugin::RunInfo& info() const override { return info_; }

  base::Task<base::Result<base::Value>> render_value(const model::DynamicSource& source, base::Value extra,
                                                     bool typed) override {
    if (!source.is_set()) co_return base::Value();
    const auto& value_template = source.value_template();
    if (value_template.is_constant()) co_return source.source();
    expression::Environment environment = step_.environment();
    ExecutionContext below(step_.state(), &run_, step_.settings(), environment);
    expression::OverlayContext context(below, std::move(extra));
    auto outcome =
        typed ? value_template.render_typed(context, environment) : value_template.render(context, environment);
    if (outcome.asks_host()) {
      impure_ = true;
      co_return base::fail(plugin::task_cancelled, "the expression can only be evaluated on a worker");
    }
    if (outcome.failed()) co_return base::fail(outcome.error());
    co_return std::move(outcome.value());
  }

  void log(model::LogLevel level, std::string_view message) override {
    if (task_.spec->log_level && level < *task_.spec->log_level) return;
    model::LogEntry line;
    line.execution_id = info_.execution_id;
    line.flow = step_.flow().key();
    line.task_id = info_.task_id;
    line.task_run_id = info_.task_run_id;
    line.attempt = info_.attempt;
    line.sequence = sequence_;
    line.timestamp = step_.now();
    line.level = level;
    line.thread = "executor";
    sequence_ = append_log_lines(logs_, std::move(line), message);
  }

  void metric(model::MetricType type, std::string_view name, double value, base::Value tags) override {
    for (auto& known : metrics_) {
      if (known.name == name && known.type == type && known.tags == tags) {  // EXEC-122
        known.value += value;
        return;
      }
    }
    model::MetricEntry entry;
    entry.execution_id = info_.execution_id;
    entry.flow = step_.flow().key();
    entry.task_id = info_.task_id;
    entry.task_run_id = info_.task_run_id;
    entry.attempt = info_.attempt;
    entry.type = type;
    entry.name = name;
    entry.value = value;
    entry.timestamp = step_.now();
    entry.tags = std::move(tags);
    metrics_.push_back(std::move(entry));
  }

  void mask(std::string_view) override { impure_ = true; }

  base::Task<base::Result<base::Value>> host_call(std::string_view, base::Value) override {
    impure_ = true;
    co_return base::fail(plugin::task_cancelled, "a request to the server can only be made on a worker");
  }

  base::CancelToken cancel_token() const override { return {}; }
  base::Loop& loop() override { return loop_; }
  base::Instant now() const override { return step_.now(); }
  plugin::Files* files() override { return nullptr; }
  plugin::Processes* processes() override { return nullptr; }
  plugin::HttpClient* http() override { return nullptr; }

  bool impure() const { return impure_; }
  InlineResult take(plugin::TaskResult result) {
    return {std::move(result), std::move(logs_), std::move(metrics_), sequence_};
  }

 private:
  Step& step_;
  RunState& run_;
  const CompiledTask& task_;
  plugin::RunInfo info_;
  base::ManualLoop loop_;
  std::vector<model::LogEntry> logs_;
  std::vector<model::MetricEntry> metrics_;
  uint32_t sequence_;
  bool impure_ = false;
};

}  // namespace

uint32_t append_log_lines(std::vector<model::LogEntry>& out, model::LogEntry line, std::string_view message) {
  do {
    // Cut between characters: a piece never ends inside a UTF-8 sequence.
    size_t end = 0;
    for (size_t characters = 0; end < message.size() && characters < log_message_characters; ++characters) {
      ++end;
      while (end < message.size() && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) ++end;
    }
    line.sequence += 1;
    line.message = std::string(message.substr(0, end));
    message.remove_prefix(end);
    out.push_back(line);  // all of one moment: the sequence keeps them in order, and nothing else comes between
  } while (!message.empty());
  return line.sequence;
}

std::optional<InlineResult> run_inline(Step& step, RunState& run) {
  const CompiledTask& task = step.task(run);
  InlineContext context(step, run);
  auto result = base::Task<plugin::TaskResult>::run_inline(task.type->run(*task.spec->object, context));
  if (!result || context.impure()) return std::nullopt;
  return context.take(*std::move(result));
}

}  // namespace gyr::engine
