#include "worker/attempt_context.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "engine/context.h"
#include "engine/inline_run.h"
#include "net/free_port.h"
#include "plugins/core/http/http_function.h"
#include "syntax/time.h"

namespace gyr::worker {

using base::Value;

namespace {

/// The maximum number of host calls of one rendering: ends an infinite loop.
constexpr size_t max_answers = 10'000;
/// The maximum size that one read() of a local file can add to a context; the same for other files.
constexpr size_t max_read = 64 * 1024 * 1024;
/// The maximum number of metrics of one attempt with distinct type, name or tags: each is a row.
constexpr size_t max_metrics = 10'000;

bool asks_for_file(std::string_view function) {
  return function == "read" || function == "fileSize" || function == "fileExists" || function == "isFileEmpty";
}

}  // namespace

base::Task<base::Result<Value>> Renderer::call(std::string function, Value arguments) {
  if (function == "http") {
    co_return co_await plugins::core::http_function(&services_.http, &services_.loop, services_.clock.now(), cancel_,
                                                    std::move(arguments));
  }
  if (function == "randomPort") {
    GYR_CO_TRY(uint16_t port, net::free_port());
    co_return Value::narrow_integer(port);
  }
  const Value* path = arguments.find("path");
  if (path != nullptr && path->is_string() && path->text().starts_with("file:") && asks_for_file(function)) {
    co_return co_await ask_host_file(std::move(function), std::string(path->text()));
  }
  co_return co_await services_.host.call(key_, request_, std::move(function), std::move(arguments));
}

base::Task<base::Result<Value>> Renderer::ask_host_file(std::string function, std::string uri) {
  if (!services_.files.host_files.functions) {
    co_return base::fail(storage::host_file_refused,
                         "expressions cannot read " + uri + ": `kestra.local-files.enable-file-functions` is false");
  }
  AttemptFiles own(services_.files, {}, {});
  AttemptFiles& files = files_ != nullptr ? *files_ : own;
  if (function == "read") {
    GYR_CO_TRY(std::string content, co_await files.read(std::move(uri), max_read));
    co_return Value::string(base::repair_utf8(content));
  }
  auto size = co_await files.size(std::move(uri));
  if (function == "fileExists" && (size || size.error().code() == storage::file_not_found))
    co_return Value::boolean(size.has_value());
  if (!size) co_return base::fail(size.error());
  co_return function == "fileSize" ? Value::integer(static_cast<int64_t>(*size)) : Value::boolean(*size == 0);
}

base::Task<base::Result<Value>> Renderer::host_call(std::string function, Value arguments) {
  bool secret = expression::gives_secrets(function);
  auto answer = co_await call(std::move(function), std::move(arguments));
  if (answer && secret) mask_.add_texts(*answer);
  co_return answer;
}

base::Task<base::Result<Value>> Renderer::render(const expression::ValueTemplate& source, Value extra, bool typed) {
  if (source.is_constant()) co_return source.source();
  expression::Environment environment;
  environment.now = services_.clock.now();
  environment.random_seed = base::secure_random();
  environment.recursive_rendering = services_.recursive_rendering;
  while (environment.answers.size() < max_answers) {
    std::optional<expression::Outcome> outcome;
    {
      expression::OverlayContext context(context_, extra);
      outcome.emplace(typed ? source.render_typed(context, environment) : source.render(context, environment));
    }
    if (outcome->ok()) co_return std::move(outcome->value());
    if (outcome->failed()) co_return base::fail(outcome->error());
    expression::HostCall call = outcome->needs().call;
    if (call.function.empty()) {
      // A part of the context stayed on the server.
      auto part = context_.missing();
      if (!part) co_return base::fail(plugin::host_refused, "cannot load a value of the context");
      GYR_CO_TRY(Value whole,
                 co_await host_call("context.member", Value::map({{"root", Value::string(part->root)},
                                                                  {"name", Value::string(part->task)},
                                                                  {"loops", Value::integer(part->loops)}})));
      GYR_CO_TRY(whole, co_await open(std::move(whole)));
      context_.complete(*part, std::move(whole));
      continue;
    }
    auto answer = co_await host_call(call.function, call.arguments);
    environment.answers.push_back({std::move(call), std::move(answer)});
  }
  co_return base::fail(expression::limit_exceeded, "an expression made more than 10,000 requests to the server");
}

base::Task<base::Result<Value>> Renderer::open(Value value) {
  if (!engine::contains_encrypted(value)) co_return value;
  if (auto text = model::encrypted_text(value)) {
    co_return co_await host_call("decrypt", Value::map({{"encrypted", Value::string(*text)}}));
  }
  if (value.is_map()) {
    base::MapBuilder opened;
    for (const auto& entry : value.entries()) {
      GYR_CO_TRY(Value part, co_await open(entry.value));
      opened.set(entry.key, std::move(part));
    }
    co_return opened.build();
  }
  base::ListBuilder opened;
  for (const Value& item : value.items()) {
    GYR_CO_TRY(Value part, co_await open(item));
    opened.push(std::move(part));
  }
  co_return opened.build();
}

base::Task<base::Result<void>> Renderer::open_secrets() {
  GYR_CO_TRY(Value roots, co_await open(context_.roots()));
  context_.set_roots(std::move(roots));
  co_return base::Result<void>();
}

// ---------------------------------------------------------------------------------------------- AttemptContext

AttemptContext::AttemptContext(AttemptServices services, LogRules log_rules, plugin::RunInfo info,
                               protocol::AttemptKey key, Value roots, std::shared_ptr<const model::FlowKey> flow,
                               uint32_t log_sequence, base::CancelToken cancel, std::filesystem::path shared_directory,
                               std::shared_ptr<const Attempt> attempt)
    : services_(std::move(services)),
      log_rules_(log_rules),
      info_(std::move(info)),
      flow_(std::move(flow)),
      cancel_(std::move(cancel)),
      attempt_(std::move(attempt)),
      context_(std::move(roots)),
      renderer_(services_, context_, key, 0, cancel_),
      files_(
          services_.files, info_,
          [this](std::string function, Value arguments) {
            return renderer_.host_call(std::move(function), std::move(arguments));
          },
          std::move(shared_directory)),
      log_sequence_(log_sequence) {
  renderer_.set_files(&files_);
}

AttemptContext::~AttemptContext() {
  if (!log_file_.is_open()) return;
  std::error_code ignored;
  std::filesystem::remove(log_path_, ignored);
}

base::Task<base::Result<Value>> AttemptContext::render_value(const model::DynamicSource& source, Value extra,
                                                             bool typed) {
  if (!source.is_set()) co_return Value();
  if (!extra.is_null() || source.value_template().is_constant()) {
    co_return co_await renderer_.render(source.value_template(), std::move(extra), typed);
  }
  const auto known = std::ranges::find_if(rendered_, [&](const Rendered& one) {
    return one.property == &source && one.typed == typed && one.source == source.source();
  });
  if (known != rendered_.end()) co_return known->value;
  GYR_CO_TRY(Value value, co_await renderer_.render(source.value_template(), {}, typed));
  rendered_.push_back({&source, typed, source.source(), value});
  co_return value;
}

std::string AttemptContext::cleaned(std::string_view message) const {
  return renderer_.masked(base::find_invalid_utf8(message) ? base::repair_utf8(message) : std::string(message));
}

void AttemptContext::log(model::LogLevel level, std::string_view message) {
  if (log_rules_.min_level && level < *log_rules_.min_level) return;
  if (log_rules_.to_file) {
    write_to_file(level, cleaned(message));
  } else {
    send_line(level, cleaned(message));
  }
}

void AttemptContext::tell(model::LogLevel level, std::string_view message) {
  if (log_rules_.min_level && level < *log_rules_.min_level) return;
  std::string text = cleaned(message);
  if (log_rules_.to_file) write_to_file(level, text);
  send_line(level, text);
}

void AttemptContext::write_to_file(model::LogLevel level, std::string_view text) {
  if (log_path_.empty()) {
    std::error_code ignored;  // the stream reports it
    std::filesystem::create_directories(services_.files.temporary, ignored);
    log_path_ = services_.files.temporary / (info_.task_run_id.to_text() + "-" +
                                             base::Id{base::secure_random(), base::secure_random()}.to_text() + ".log");
    log_file_.open(log_path_, std::ios::binary | std::ios::app);
  }
  log_file_ << syntax::format_instant(services_.clock.now()) << ' ' << model::to_text(level) << " [worker] "
            << info_.task_type << ' ' << text << '\n';
}

base::Task<std::string> AttemptContext::store_log_file() {
  if (log_path_.empty()) co_return std::string();
  log_file_.close();
  base::Result<std::string> stored = base::fail(plugin::task_failed, "the file cannot be written");
  if (log_file_)
    stored = co_await files_.store(log_path_, info_.trigger_id.empty() ? fmt::format("attempt-{}.log", info_.attempt)
                                                                       : std::string("trigger.log"));
  if (stored) co_return *std::move(stored);
  std::error_code ignored;
  std::filesystem::remove(log_path_, ignored);
  send_line(model::LogLevel::warn, "cannot store the log file: " + stored.error().message());
  co_return std::string();
}

void AttemptContext::send_line(model::LogLevel level, std::string_view text) {
  model::LogEntry line;
  if (info_.trigger_id.empty()) {
    line.execution_id = info_.execution_id;
  } else {
    line.trigger_id = info_.trigger_id;  // TRIG-22: belongs to no execution
  }
  line.flow = flow_;
  line.task_id = info_.task_id;
  line.task_run_id = info_.task_run_id;
  line.attempt = info_.attempt;
  line.sequence = log_sequence_;
  line.timestamp = services_.clock.now();
  line.level = level;
  line.thread = "worker";
  std::vector<model::LogEntry> lines;
  log_sequence_ = engine::append_log_lines(lines, std::move(line), text);
  services_.logs.add(std::move(lines));
}

void AttemptContext::metric(model::MetricType type, std::string_view name, double value, Value tags) {
  for (auto& known : metrics_) {
    if (known.name == name && known.type == type && known.tags == tags) {  // EXEC-122
      known.value += value;
      return;
    }
  }
  if (metrics_.size() >= max_metrics) {
    if (!std::exchange(lost_metrics_, true)) {
      tell(model::LogLevel::warn,
           fmt::format("more than {} different metrics: additional metrics are dropped", max_metrics));
    }
    return;
  }
  model::MetricEntry entry;
  entry.execution_id = info_.execution_id;
  entry.flow = flow_;
  entry.task_id = info_.task_id;
  entry.task_run_id = info_.task_run_id;
  entry.attempt = info_.attempt;
  entry.type = type;
  entry.name = name;
  entry.value = value;
  entry.timestamp = services_.clock.now();
  entry.tags = std::move(tags);
  metrics_.push_back(std::move(entry));
}

void AttemptContext::mask(std::string_view secret) { renderer_.add_secret(secret); }

base::Task<base::Result<Value>> AttemptContext::host_call(std::string_view function, Value arguments) {
  return renderer_.host_call(std::string(function), std::move(arguments));
}

}  // namespace gyr::worker
