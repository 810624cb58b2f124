// The RunContext of one attempt: rendering with host calls, log with masking, metrics (TASK-3, EXEC-115, EXEC-121).
#pragma once

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "expression/mask.h"
#include "plugin_api/plugin_settings.h"
#include "plugin_api/run_context.h"
#include "plugin_api/secret_filter.h"
#include "worker/attempt.h"
#include "worker/attempt_files.h"
#include "worker/host_client.h"
#include "worker/job_context.h"
#include "worker/log_sender.h"

namespace gyr::worker {

/// The settings and services that all attempts of a worker share.
struct AttemptServices {
  base::Loop& loop;
  const base::Clock& clock;
  HostClient& host;
  LogSender& logs;
  FileServices files;
  plugin::Processes& processes;
  plugin::HttpClient& http;
  const plugin::PluginSettings& settings;
  bool recursive_rendering = false;  ///< EXPR-312
};

/// Renders templates with the context of a job. If an evaluation needs a host call, the call is made and the evaluation
/// is repeated with the answer (principle: host requests).
class Renderer {
 public:
  Renderer(AttemptServices& services, JobContext& context, protocol::AttemptKey key, uint32_t request,
           base::CancelToken cancel = {})
      : services_(services), context_(context), key_(key), request_(request), cancel_(std::move(cancel)) {}

  base::Task<base::Result<base::Value>> render(const expression::ValueTemplate& source, base::Value extra, bool typed);
  /// Decrypts the encrypted values of the context (SEC-31).
  base::Task<base::Result<void>> open_secrets();
  base::Task<base::Result<base::Value>> host_call(std::string function, base::Value arguments);

  /// Replaces the secrets that expressions have read so far, and their usual encodings, by six stars (SEC-40).
  std::string masked(std::string_view text) const { return mask_.empty() ? std::string(text) : mask_.mask(text); }
  void add_secret(std::string_view secret) { mask_.add_with_encodings(secret); }
  /// The files of the rendering attempt: expressions can read the files of its working directory.
  void set_files(AttemptFiles* files) { files_ = files; }

 private:
  base::Task<base::Result<base::Value>> open(base::Value value);
  /// Evaluates `read`, `fileSize`, `fileExists` and `isFileEmpty` for a `file://` URI (STOR-31).
  base::Task<base::Result<base::Value>> ask_host_file(std::string function, std::string uri);
  /// Answers host calls on this machine: HTTP requests and free ports belong to the machine that runs the task.
  base::Task<base::Result<base::Value>> call(std::string function, base::Value arguments);

  AttemptServices& services_;
  JobContext& context_;
  protocol::AttemptKey key_;
  uint32_t request_;
  base::CancelToken cancel_;
  AttemptFiles* files_ = nullptr;
  expression::SecretMask mask_;
};

/// The destination of the log lines of a task or of a trigger.
struct LogRules {
  std::optional<model::LogLevel> min_level;
  bool to_file = false;
};

/// Lives on the loop of the worker, from the start of the attempt or of the evaluation of a trigger until its result is
/// sent.
class AttemptContext final : public plugin::RunContext, public plugin::SecretFilter {
 public:
  AttemptContext(AttemptServices services, LogRules log_rules, plugin::RunInfo info, protocol::AttemptKey key,
                 base::Value roots, std::shared_ptr<const model::FlowKey> flow, uint32_t log_sequence,
                 base::CancelToken cancel, std::filesystem::path shared_directory = {},
                 std::shared_ptr<const Attempt> attempt = nullptr);
  ~AttemptContext() override;

  const plugin::RunInfo& info() const override { return info_; }
  base::Task<base::Result<base::Value>> render_value(const model::DynamicSource& source, base::Value extra,
                                                     bool typed) override;
  void log(model::LogLevel level, std::string_view message) override;
  void metric(model::MetricType type, std::string_view name, double value, base::Value tags) override;
  void mask(std::string_view secret) override;
  base::Task<base::Result<base::Value>> host_call(std::string_view function, base::Value arguments) override;
  base::Task<void> log_room() override { return services_.logs.room(); }
  base::Value plugin_setting(std::string_view type, std::string_view key) const override {
    return services_.settings.find(type, key);
  }
  base::CancelToken cancel_token() const override { return cancel_; }
  bool handed_over() const override { return attempt_ != nullptr && attempt_->handed_over; }
  base::Loop& loop() override { return services_.loop; }
  base::Instant now() const override { return services_.clock.now(); }
  plugin::Files* files() override { return &files_; }
  plugin::Processes* processes() override { return &services_.processes; }
  plugin::HttpClient* http() override { return &services_.http; }

  /// Logs a line of the platform itself. The line is also written to the log if the lines of the task go to a file
  /// (SCRIPT-35).
  void tell(model::LogLevel level, std::string_view message);
  /// Stores the log file of a task with `logToFile` and returns its URI; empty if the task has none. Call it at the
  /// end, before the files are removed.
  base::Task<std::string> store_log_file();

  /// Returns a message that is safe to show: valid UTF-8, with secrets masked.
  std::string cleaned(std::string_view message) const override;

  Renderer& renderer() { return renderer_; }
  AttemptFiles& attempt_files() { return files_; }
  uint32_t log_sequence() const { return log_sequence_; }
  std::vector<model::MetricEntry> take_metrics() { return std::move(metrics_); }

 private:
  AttemptServices services_;
  LogRules log_rules_;
  plugin::RunInfo info_;
  std::shared_ptr<const model::FlowKey> flow_;
  base::CancelToken cancel_;
  std::shared_ptr<const Attempt>
      attempt_;  // null for an evaluation of a trigger, which is not handed over to another worker
  JobContext context_;
  Renderer renderer_;
  AttemptFiles files_;
  uint32_t log_sequence_;
  std::vector<model::MetricEntry> metrics_;
  bool lost_metrics_ = false;
  /// The rendered values of properties. Each property is rendered once per attempt, however often it is read
  /// (EXPR-348).
  struct Rendered {
    const model::DynamicSource* property;
    bool typed;
    base::Value source;  ///< detects that another property now has the same address
    base::Value value;
  };
  std::vector<Rendered> rendered_;
  std::filesystem::path log_path_;
  std::ofstream log_file_;  // of a task with `logToFile`; opened at its first line

  void write_to_file(model::LogLevel level, std::string_view text);
  void send_line(model::LogLevel level, std::string_view text);
};

}  // namespace gyr::worker
